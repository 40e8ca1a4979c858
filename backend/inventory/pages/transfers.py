"""Transfers between workshops: sent, then received device by device."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Membership, Organisation
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import field_of, posted
from backend.inventory.choices import TransferOutcome
from backend.inventory.models import Device, Lot, Transfer
from backend.inventory.operations import send_transfer, settle_or_note
from backend.inventory.pages.forms import CodeField, NamedChoice, either_of, split_lines
from backend.inventory.queries.places import lots_in_use


class SendForm(forms.Form):
    """To whom, and which devices."""

    receiver = forms.ModelChoiceField(
        label=gettext_lazy("To which workshop?"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose"),
    )
    lot = NamedChoice(
        label=gettext_lazy("All of a lot"),
        queryset=Lot.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    codes = forms.CharField(
        label=gettext_lazy("Codes of the devices"),
        required=False,
        help_text=gettext_lazy("Scan one label after the other: one code a line."),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """Offer the other workshops."""
        super().__init__(*args, **kwargs)
        either_of(self, "lot", "codes")
        others = Organisation.objects.workshops().filter(is_active=True)
        field_of(self, "receiver").queryset = others.exclude(pk=hat.organisation_id).order_by(
            "name"
        )
        filled: Any = lots_in_use(hat)  # annotated, which its type does not tell
        field_of(self, "lot").queryset = filled.filter(devices_inside__gt=0)


_IN_ORDER = [
    TransferOutcome.PENDING,
    TransferOutcome.LOST,
    TransferOutcome.RECEIVED,
    TransferOutcome.FOUND,
]


class ArrivalForm(forms.Form):
    """One device of the list, and what became of it."""

    code = CodeField(waits=True)
    outcome = forms.ChoiceField(
        label=gettext_lazy("It is"),
        choices=[
            (TransferOutcome.RECEIVED, TransferOutcome.RECEIVED.label),
            (TransferOutcome.LOST, TransferOutcome.LOST.label),
            (TransferOutcome.FOUND, TransferOutcome.FOUND.label),
        ],
        initial=TransferOutcome.RECEIVED,
        widget=forms.RadioSelect,
    )


@needs("transfer.view")
def transfers(request: HttpRequest) -> HttpResponse:
    """List what was sent and what is on its way here."""
    hat = acting(request)
    on_its_way = Count("lines", filter=Q(lines__outcome=TransferOutcome.PENDING))
    found = (
        Transfer.objects.seen_by(hat)
        .select_related("sender", "receiver")
        .annotate(devices=Count("lines"), on_its_way=on_its_way)
    )
    page = Paginator(found.order_by("-pk"), 25).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/transfers.html",
        {"page_obj": page, "may_send": can(hat, "transfer.send")},
    )


@needs("transfer.send")
def send(request: HttpRequest) -> HttpResponse:
    """Send devices to another workshop."""
    hat = acting(request)
    form = SendForm(posted(request), hat=hat, initial={"lot": request.GET.get("lot")})

    def do() -> str:
        transfer = send_transfer(
            scanned=split_lines(form.cleaned_data["codes"]),
            lot=form.cleaned_data["lot"],
            receiver=form.cleaned_data["receiver"],
            by=hat,
            at=timezone.now(),
        )
        messages.success(request, _("Sent. You answer for each device until it arrives."))
        return reverse("inventory:transfer", args=[transfer.pk])

    if gone := sent(request, form, do):
        return gone
    return render(request, "inventory/transfer_send.html", {"form": form}, status=status_of(form))


@needs("transfer.view")
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one transfer to both sides; the receiver settles it line by line."""
    hat = acting(request)
    found = _find(pk, hat)
    receives = found.receiver_id == hat.organisation_id and can(hat, "transfer.receive")
    form = ArrivalForm(posted(request)) if receives else None

    if form and (gone := sent(request, form, lambda: _settle(request, found, form, hat))):
        return gone
    order = Case(
        *[When(outcome=outcome, then=Value(n)) for n, outcome in enumerate(_IN_ORDER)],
        output_field=IntegerField(),
    )
    lines = list(
        found.lines.select_related("device").annotate(order=order).order_by("order", "pk")
    )
    return render(
        request,
        "inventory/transfer.html",
        {
            "transfer": found,
            "lines": lines,
            "form": form,
            "counts": [
                (TransferOutcome(outcome).label, sum(line.outcome == outcome for line in lines))
                for outcome in _IN_ORDER
            ],
            "strays": _strays(found, hat),
            "settled": sum(line.outcome != TransferOutcome.PENDING for line in lines),
        },
        status=status_of(form) if form else 200,
    )


def _find(pk: int, hat: Membership) -> Transfer:
    seen = Transfer.objects.seen_by(hat).select_related("sender", "receiver")
    return get_object_or_404(seen, pk=pk)


def _strays(found: Transfer, hat: Membership) -> list[tuple[str, bool]]:
    """Give the codes on no list, and whether each leads to a device of this reader."""
    noted = list(found.strays.order_by("pk").values_list("code", flat=True))
    mine = Device.objects.seen_by(hat).filter(labels__code__in=noted)
    known = set(mine.values_list("labels__code", flat=True))
    return [(codes.spell(code), code in known) for code in noted]


def _settle(request: HttpRequest, found: Transfer, form: ArrivalForm, hat: Membership) -> str:
    arrived = settle_or_note(transfer=found, by=hat, at=timezone.now(), **form.cleaned_data)
    if arrived.line is None:
        text = _("%(code)s is not on the list. It is noted: ask the workshop that sent it.")
        messages.warning(request, text % {"code": codes.spell(arrived.code)})
    else:
        line = arrived.line
        messages.success(request, f"{line.device} · {line.get_outcome_display()}")
    return reverse("inventory:transfer", args=[found.pk])

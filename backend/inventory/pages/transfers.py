"""Transfers between workshops: sent, then received device by device."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
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
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory.choices import TransferOutcome
from backend.inventory.models import Transfer
from backend.inventory.operations import receive_transfer_line, send_transfer
from backend.inventory.pages.forms import CodeField, split_lines


class SendForm(forms.Form):
    """To whom, and which devices."""

    receiver = forms.ModelChoiceField(
        label=gettext_lazy("To which workshop?"), queryset=Organisation.objects.none()
    )
    codes = forms.CharField(
        label=gettext_lazy("Codes of the devices"),
        help_text=gettext_lazy("Scan one label after the other: one code a line."),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """Offer the other workshops."""
        super().__init__(*args, **kwargs)
        others = Organisation.objects.workshops().filter(is_active=True)
        self.fields["receiver"].queryset = (  # type: ignore[attr-defined]
            others.exclude(pk=hat.organisation_id).order_by("name")
        )


class ArrivalForm(forms.Form):
    """One device of the list, and what became of it."""

    code = CodeField()
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
    form = SendForm(posted(request), hat=hat)

    def do() -> str:
        transfer = send_transfer(
            scanned=split_lines(form.cleaned_data["codes"]),
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
    """Show one transfer; the receiver settles it line by line."""
    hat = acting(request)
    seen = Transfer.objects.seen_by(hat).select_related("sender", "receiver")
    found = get_object_or_404(seen, pk=pk)
    receives = found.receiver_id == hat.organisation_id and can(hat, "transfer.receive")
    form = ArrivalForm(posted(request)) if receives else None

    if form and (gone := sent(request, form, lambda: _settle(request, found, form, hat))):
        return gone
    lines = found.lines.select_related("device").order_by("pk")
    return render(
        request,
        "inventory/transfer.html",
        {
            "transfer": found,
            "lines": lines,
            "form": form,
            "sees_devices": not receives,
        },
        status=status_of(form) if form else 200,
    )


def _settle(request: HttpRequest, found: Transfer, form: ArrivalForm, hat: Membership) -> str:
    line = receive_transfer_line(transfer=found, by=hat, at=timezone.now(), **form.cleaned_data)
    messages.success(request, f"{line.device} · {line.get_outcome_display()}")
    return reverse("inventory:transfer", args=[found.pk])

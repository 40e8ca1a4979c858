"""Parts: what is on the shelf, what came and went, what a device gave."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Membership
from backend.accounts.pages.access import demand, needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.errors import Refusal
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import field_of, posted
from backend.inventory import operations
from backend.inventory.choices import DRIVES, DataOutcome, PartCondition, PartKind, State
from backend.inventory.models import Device, Part, RepairAction, StorageUnit
from backend.inventory.operations.stocking import MOST_AT_ONCE
from backend.inventory.pages.devices import find
from backend.inventory.pages.forms import NamedChoice

ON_A_PAGE = 50


class PartForm(forms.Form):
    """What a part is."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=PartKind.choices)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=120,
        help_text=gettext_lazy("For example: DDR4 SO-DIMM 8 GB, battery L16M4PB1."),
    )
    compatible_with = forms.CharField(
        label=gettext_lazy("Fits"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Models or sockets. For example: ThinkPad T470, T480."),
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("How many?"), min_value=1, max_value=MOST_AT_ONCE, initial=1
    )
    price = forms.DecimalField(
        label=gettext_lazy("Price of one (€)"),
        min_value=0,
        max_value=Decimal(9999),
        decimal_places=2,
        required=False,
    )

    def facts(self) -> dict[str, Any]:
        """Give the columns of the part."""
        said = dict(self.cleaned_data)
        said.pop("quantity")
        said["price_cents"] = round((said.pop("price") or 0) * 100)
        return said


class AddPartForm(PartForm):
    """A part that was bought, or given without a device."""

    condition = forms.ChoiceField(
        label=gettext_lazy("The part is"),
        choices=[(c.value, c.label) for c in (PartCondition.NEW, PartCondition.REUSED)],
        initial=PartCondition.NEW,
        widget=forms.RadioSelect,
    )


class TakeOutForm(PartForm):
    """A part that came out of a device."""

    unit = NamedChoice(
        label=gettext_lazy("Which drive?"),
        queryset=StorageUnit.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not a drive"),
        help_text=gettext_lazy("Only an erased drive becomes a part; its proof stays here."),
    )

    def __init__(self, *args: Any, device: Device, **kwargs: Any) -> None:
        """Offer the erased drives that are still in the device."""
        super().__init__(*args, **kwargs)
        erased = device.storage_units.filter(outcome=DataOutcome.ERASED, part=None)
        if erased.exists():
            field_of(self, "unit").queryset = erased.order_by("pk")
        else:
            del self.fields["unit"]
            kinds = [choice for choice in PartKind.choices if choice[0] not in DRIVES]
            field_of(self, "kind").choices = kinds

    def facts(self) -> dict[str, Any]:
        """Give the columns of the part."""
        said = super().facts()
        said.pop("unit", None)
        return said


class RestockForm(forms.Form):
    """More of the same."""

    quantity = forms.IntegerField(
        label=gettext_lazy("How many more?"), min_value=1, max_value=MOST_AT_ONCE, initial=1
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)


class CountForm(forms.Form):
    """What is on the shelf."""

    counted = forms.IntegerField(
        label=gettext_lazy("How many are there?"), min_value=0, max_value=MOST_AT_ONCE
    )
    reason = forms.CharField(label=gettext_lazy("Why does it differ?"), max_length=240)


class UndoRepairForm(forms.Form):
    """Why a repair does not count."""

    reason = forms.CharField(
        label=gettext_lazy("Why does it not count?"),
        max_length=240,
        help_text=gettext_lazy("For example: written on the wrong machine, wrong part."),
    )


@needs("part.view")
def parts(request: HttpRequest) -> HttpResponse:
    """List what is on the shelf; a label's code finds what came out of that device."""
    hat = acting(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "kind", "all")}
    label = codes.page_of_label(asked["q"])
    if label and not label.startswith("/D/"):
        return redirect(label)  # a place's or a card's: no part came out of it
    found = _matching(Part.objects.seen_by(hat), **asked)
    rows = found.select_related("source", "organisation").order_by("kind", "description", "pk")
    return render(
        request,
        "inventory/parts.html",
        {
            "page_obj": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
            "kinds": PartKind.choices,
            "may_record": can(hat, "part.record"),
            **asked,
        },
    )


def _matching(found: "QuerySet[Part]", **asked: str) -> "QuerySet[Part]":
    if asked["kind"] in PartKind.values:
        found = found.filter(kind=asked["kind"])
    if not asked["all"]:
        found = found.filter(quantity__gt=0)
    q = asked["q"]
    if not q:
        return found
    try:
        return found.filter(source__labels__code=codes.read(q))
    except Refusal:
        return found.filter(Q(description__icontains=q) | Q(compatible_with__icontains=q))


@needs("part.record")
def add(request: HttpRequest) -> HttpResponse:
    """Put a new sort of part into stock."""
    hat = acting(request)
    form = AddPartForm(posted(request))

    def do() -> str:
        part = operations.add_part(
            facts=form.facts(),  # type: ignore[arg-type]  # the form's fields
            quantity=form.cleaned_data["quantity"],
            by=hat,
            at=timezone.now(),
        )
        messages.success(request, _("In stock: %(part)s") % {"part": part})
        return reverse("inventory:parts")

    if gone := sent(request, form, do):
        return gone
    return render(request, "inventory/part_add.html", {"form": form}, status=status_of(form))


@needs("part.view")
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one part with its movements; put more of it into stock, or count it."""
    hat = acting(request)
    seen = Part.objects.seen_by(hat).select_related("source", "organisation")
    found = get_object_or_404(seen, pk=pk)
    is_count = "counted" in request.POST
    restock = RestockForm(None if is_count else posted(request))
    count = CountForm(request.POST if is_count else None)
    form = count if is_count else restock
    if request.method == "POST":
        demand(request, "part.record")
        if gone := sent(request, form, lambda: _change(request, found, form, hat)):
            return gone
    may_record = can(hat, "part.record") and found.organisation_id == hat.organisation_id
    movements = found.movements.select_related("repair__device").order_by("-pk")
    return render(
        request,
        "inventory/part.html",
        {
            "part": found,
            "movements": movements[:ON_A_PAGE],
            "restock": restock if may_record and found.source_id is None else None,
            "count": count if may_record else None,
        },
        status=status_of(form),
    )


def _change(request: HttpRequest, found: Part, form: forms.Form, hat: Membership) -> str:
    change = operations.count_part if isinstance(form, CountForm) else operations.restock_part
    now = timezone.now()
    changed: Part = change(part_id=found.pk, by=hat, at=now, **form.cleaned_data)
    messages.success(request, _("Now in stock: %(quantity)s") % {"quantity": changed.quantity})
    return reverse("inventory:part", args=[found.pk])


@needs("part.record")
def take_out(request: HttpRequest, code: str) -> HttpResponse:
    """Ask what was taken out of a device that is there for parts, one sort after the other."""
    hat = acting(request)
    device = find(code, hat)
    if device.custodian_id != hat.organisation_id:
        raise Http404
    form = TakeOutForm(posted(request), device=device)

    def do() -> str:
        unit = form.cleaned_data.get("unit")
        part = operations.take_out_part(
            code=device.code,
            facts=form.facts(),  # type: ignore[arg-type]  # the form's fields
            quantity=form.cleaned_data["quantity"],
            unit_id=unit.pk if unit else None,
            by=hat,
            at=timezone.now(),
        )
        messages.success(request, _("In stock: %(part)s") % {"part": part})
        return reverse("inventory:take_out", args=[device.code])

    if gone := sent(request, form, do):
        return gone
    return render(
        request,
        "inventory/take_out.html",
        {
            "device": device,
            "form": form,
            "given": device.parts_given.order_by("pk"),
            "is_open": device.state == State.FOR_PARTS,
        },
        status=status_of(form),
    )


@needs("repair.record")
def undo_repair(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Ask why a repair does not count, and take it back."""
    hat = acting(request)
    device = find(code, hat)
    repair = get_object_or_404(RepairAction, pk=pk, device=device)
    form = UndoRepairForm(posted(request))

    def do() -> str:
        reason = form.cleaned_data["reason"]
        operations.undo_repair(repair_id=repair.pk, reason=reason, by=hat, at=timezone.now())
        messages.success(request, _("Repair taken back · %(device)s") % {"device": device})
        return reverse("inventory:device", args=[device.code])

    if gone := sent(request, form, do):
        return gone
    question = _("Take back “%(what)s”?") % {"what": repair.what}
    act = {"question": question, "label": _("Take it back"), "is_grave": True}
    return render(
        request,
        "inventory/device_act.html",
        {"device": device, "act": act, "form": form},
        status=status_of(form),
    )

"""Places and lots: where things stand in the workshop."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Membership
from backend.accounts.pages.access import demand, needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory.choices import IN_HOUSE, PlaceKind
from backend.inventory.models import Location, Lot
from backend.inventory.operations import create_location, open_lot
from backend.inventory.pages.act_forms import place_words
from backend.inventory.pages.forms import NamedChoice

_INSIDE = {None: PlaceKind.SITE, PlaceKind.SITE: PlaceKind.ZONE, PlaceKind.ZONE: PlaceKind.SHELF}


class LocationForm(forms.Form):
    """A new place: what it lies in says what it is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    parent = NamedChoice(
        label=gettext_lazy("It lies in"),
        queryset=Location.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nothing: it is a site"),
        words=place_words,
        help_text=gettext_lazy("A zone lies in a site, a shelf in a zone."),
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """Offer the sites and zones of the workshop."""
        super().__init__(*args, **kwargs)
        mine = Location.objects.filter(organisation_id=hat.organisation_id)
        self.fields["parent"].queryset = (  # type: ignore[attr-defined]
            mine.exclude(kind=PlaceKind.SHELF)
            .select_related("parent__parent")
            .order_by("parent__name", "name")
        )


class LotForm(forms.Form):
    """A new lot."""

    name = forms.CharField(
        label=gettext_lazy("Name of the lot"),
        max_length=60,
        help_text=gettext_lazy("For example: pallet 12, box of chargers."),
    )


@needs("location.view")
def places(request: HttpRequest) -> HttpResponse:
    """Show the tree of places and the lots, with what stands there; add one."""
    hat = acting(request)
    may_add = can(hat, "location.edit")
    may_open = can(hat, "lot.edit")
    is_lot = "lot-name" in request.POST
    place = LocationForm(None if is_lot else posted(request), hat=hat)
    lot = LotForm(request.POST if is_lot else None, prefix="lot")
    form, act = (lot, _open) if is_lot else (place, _add)
    if request.method == "POST":
        demand(request, "lot.edit" if is_lot else "location.edit")
        if gone := sent(request, form, lambda: act(request, form.cleaned_data, hat)):
            return gone
    inside = Count("devices", filter=Q(devices__state__in=IN_HOUSE))
    found = Location.objects.seen_by(hat).select_related("parent__parent", "organisation")
    lots = Lot.objects.seen_by(hat).annotate(devices_inside=inside).order_by("-pk")[:50]
    return render(
        request,
        "inventory/places.html",
        {
            "places": sorted(
                ((place_words(p), p) for p in found.annotate(devices_inside=inside)),
                key=lambda named: (named[1].organisation.name, named[0].casefold()),
            ),
            "lots": lots,
            "place_form": place if may_add else None,
            "lot_form": lot if may_open else None,
        },
        status=status_of(form),
    )


def _add(request: HttpRequest, said: dict[str, Any], hat: Membership) -> str:
    parent: Location | None = said["parent"]
    create_location(
        organisation=hat.organisation,
        kind=_INSIDE[PlaceKind(parent.kind) if parent else None],
        name=said["name"],
        parent=parent,
        by=hat,
        at=timezone.now(),
    )
    messages.success(request, _("Place added."))
    return reverse("inventory:places")


def _open(request: HttpRequest, said: dict[str, Any], hat: Membership) -> str:
    open_lot(organisation=hat.organisation, name=said["name"], by=hat, at=timezone.now())
    messages.success(request, _("Lot opened."))
    return reverse("inventory:places")

"""Places and lots: the tree, and what lies at one place, as its label opens it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Membership
from backend.accounts.pages.access import demand, needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import field_of, posted
from backend.inventory import operations
from backend.inventory.choices import PlaceKind
from backend.inventory.models import Device, DeviceQuerySet, Location
from backend.inventory.pages.act_forms import place_words
from backend.inventory.pages.forms import NamedChoice
from backend.inventory.pages.place_labels import PaperForm
from backend.inventory.queries.places import heaps, lots_in_use, tree

ON_A_PAGE = 50
MOST_LOTS = 50
_INSIDE = {None: PlaceKind.SITE, PlaceKind.SITE: PlaceKind.ZONE, PlaceKind.ZONE: PlaceKind.SHELF}


class PlaceChoice(NamedChoice):
    """A place of the workshop that takes more, shown with what it lies in."""

    def __init__(self, *, label: Any, **kwargs: Any) -> None:
        """Offer nothing until `offer` says whose places."""
        super().__init__(
            queryset=Location.objects.none(), words=place_words, label=label, **kwargs
        )

    def offer(self, hat: Membership, *, but: Location | None = None) -> None:
        """Offer the workshop's places that take more, in the order of the tree."""
        mine = Location.objects.that_take_more().filter(organisation_id=hat.organisation_id)
        mine = mine.exclude(pk=but.pk) if but else mine
        self.queryset = mine.select_related("parent__parent").order_by(
            "parent__parent__name", "parent__name", "name"
        )


class LocationForm(forms.Form):
    """A place: what it lies in says what it is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    parent = PlaceChoice(
        label=gettext_lazy("It lies in"),
        required=False,
        empty_label=gettext_lazy("Nothing: it is a site"),
        help_text=gettext_lazy("A zone lies in a site, a shelf in a zone."),
    )

    def __init__(self, *args: Any, hat: Membership, kind: str = "", **kwargs: Any) -> None:
        """Offer the sites and zones of the workshop; for a place that stands, those that fit."""
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.offer(hat)
        if kind == PlaceKind.SITE:
            del self.fields["parent"]
        elif kind:
            lies_in = PlaceKind.SITE if kind == PlaceKind.ZONE else PlaceKind.ZONE
            parent.queryset = parent.queryset.filter(kind=lies_in)
            parent.required, parent.empty_label, parent.help_text = True, None, ""
        else:
            parent.queryset = parent.queryset.exclude(kind=PlaceKind.SHELF)


class LotForm(forms.Form):
    """A new lot."""

    name = forms.CharField(
        label=gettext_lazy("Name of the lot"),
        max_length=60,
        help_text=gettext_lazy("For example: pallet 12, box of chargers."),
    )
    location = PlaceChoice(
        label=gettext_lazy("It stands at"), required=False, empty_label=gettext_lazy("Not said")
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """Offer the places of the workshop."""
        super().__init__(*args, **kwargs)
        field_of(self, "location").offer(hat)


class MoveForm(forms.Form):
    """Where all of it goes."""

    to = PlaceChoice(label=gettext_lazy("Where to?"), empty_label=gettext_lazy("Choose"))

    def __init__(
        self, *args: Any, hat: Membership, but: Location | None = None, **kwargs: Any
    ) -> None:
        """Offer the other places of the workshop."""
        super().__init__(*args, **kwargs)
        field_of(self, "to").offer(hat, but=but)


@needs("location.view")
def places(request: HttpRequest) -> HttpResponse:
    """Show the tree of places and the lots, with what stands there; add one."""
    hat = acting(request)
    is_lot = "lot-name" in request.POST
    place = LocationForm(
        None if is_lot else posted(request), hat=hat, initial={"parent": request.GET.get("dans")}
    )
    lot = LotForm(request.POST if is_lot else None, prefix="lot", hat=hat)
    form, act = (lot, _open) if is_lot else (place, _add)
    if request.method == "POST":
        demand(request, "lot.edit" if is_lot else "location.edit")
        if gone := sent(request, form, lambda: act(request, form.cleaned_data, hat)):
            return gone
    return render(
        request,
        "inventory/places.html",
        {
            "paper": PaperForm(),
            "branches": tree(hat),
            "lots": lots_in_use(hat).select_related("location__parent__parent")[:MOST_LOTS],
            "place_form": place if can(hat, "location.edit") else None,
            "lot_form": lot if can(hat, "lot.edit") else None,
        },
        status=status_of(form),
    )


def _add(request: HttpRequest, said: dict[str, Any], hat: Membership) -> str:
    parent: Location | None = said["parent"]
    operations.create_location(
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
    operations.open_lot(organisation=hat.organisation, by=hat, at=timezone.now(), **said)
    messages.success(request, _("Lot opened."))
    return reverse("inventory:places")


@needs("location.view")
def place_label(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what the capital letters of a place's label lead to."""
    return redirect("inventory:place", pk=pk)


def find_place(pk: int, hat: Membership) -> Location:
    """Load a place that this person may see; to all others it does not exist."""
    seen = Location.objects.seen_by(hat).select_related("parent__parent", "organisation")
    return get_object_or_404(seen, pk=pk)


def what_lies(request: HttpRequest, devices: DeviceQuerySet) -> dict[str, Any]:
    """Give the page of a place or a lot what lies there, counted and a page of it at a time."""
    pages = Paginator(devices.order_by("kind", "-changed_at"), ON_A_PAGE)
    return {
        "heaps": heaps(devices),
        "page_obj": pages.get_page(request.GET.get("page")),
        "paper": PaperForm(),
    }


@needs("location.view")
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what lies at one place, by kind and state; move it all, count it."""
    hat = acting(request)
    found = find_place(pk, hat)
    is_mine = found.organisation_id == hat.organisation_id
    form = MoveForm(posted(request), hat=hat, but=found)
    if request.method == "POST":
        demand(request, "device.place")
        if gone := sent(request, form, lambda: _move_all(request, found, form, hat)):
            return gone
    lying = what_lies(request, Device.objects.in_house().filter(location=found))
    may_move = is_mine and can(hat, "device.place")
    return render(
        request,
        "inventory/place.html",
        {
            "held": found,
            "held_as": "place",
            "words": place_words(found),
            **lying,
            "branches": tree(hat, root=found),
            "lots": lots_in_use(hat).filter(location=found),
            "form": form if may_move and lying["heaps"] else None,
            "may_edit": is_mine and can(hat, "location.edit"),
            "may_count": is_mine and can(hat, "stock_take.do") and not found.closed_at,
            "counting": found.stock_takes.filter(closed_at=None).first(),
        },
        status=status_of(form),
    )


def _move_all(request: HttpRequest, found: Location, form: MoveForm, hat: Membership) -> str:
    to = form.cleaned_data["to"]
    operations.move_all(location=found, to=to, by=hat, at=timezone.now())
    messages.success(request, _("All of it now lies at %(place)s.") % {"place": place_words(to)})
    return reverse("inventory:place", args=[to.pk])


@needs("location.edit")
def change_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a place, or hang it elsewhere in the tree."""
    hat = acting(request)
    found = find_place(pk, hat)
    known = {"name": found.name, "parent": found.parent_id}
    form = LocationForm(posted(request), hat=hat, kind=found.kind, initial=known)
    back = reverse("inventory:place", args=[pk])

    def do() -> str:
        operations.change_location(location=found, by=hat, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Place changed."))
        return back

    if gone := sent(request, form, do):
        return gone
    return render(
        request,
        "inventory/place_change.html",
        {"form": form, "place": found, "words": place_words(found), "back": back},
        status=status_of(form),
    )


@needs("location.edit")
def close_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then close an empty place, or open a closed one again."""
    hat = acting(request)
    found = find_place(pk, hat)
    form = forms.Form(posted(request))
    back = reverse("inventory:place", args=[pk])
    act = operations.reopen_location if found.closed_at else operations.close_location

    def do() -> str:
        act(location=found, by=hat, at=timezone.now())
        return back

    if gone := sent(request, form, do):
        return gone
    asked = (
        {
            "question": _("Open “%(place)s” again?") % {"place": found},
            "action": _("Open it again"),
        }
        if found.closed_at
        else {
            "question": _("Close “%(place)s”?") % {"place": found},
            "text": _("It takes nothing more. What happened here stays written."),
            "action": _("Close it"),
        }
    )
    return render(
        request,
        "inventory/confirm.html",
        {"form": form, "back": back, **asked},
        status=status_of(form),
    )

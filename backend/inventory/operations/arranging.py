"""The tree of places and the lots themselves: added, renamed, moved, closed; never deleted."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership, Organisation
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.transactions import operation
from backend.inventory.choices import PlaceKind
from backend.inventory.models import Device, Location, Lot
from backend.inventory.operations.placing import check_takes_more

_LIES_IN = {PlaceKind.SITE: None, PlaceKind.ZONE: PlaceKind.SITE, PlaceKind.SHELF: PlaceKind.ZONE}


class StillInUse(Refusal):
    """Something stands there, or the place holds one that is open."""

    code = "still_in_use"
    title = _("This place is still in use")


class LocationFacts(TypedDict, total=False):
    """What may change of a place."""

    name: str
    parent: Location | None


@operation
def create_location(
    *,
    organisation: Organisation,
    kind: str,
    name: str,
    by: Membership,
    at: datetime,
    parent: Location | None = None,
) -> Location:
    """Add a place: a site stands alone, a zone lies in a site, a shelf in a zone."""
    location = Location(organisation=organisation, kind=kind, name=name, parent=parent)
    _check_lies_where_it_belongs(location)
    location.full_clean()
    location.save()
    events.record("location.created", subject=location, by=by, at=at, name=name)
    return location


def _check_lies_where_it_belongs(location: Location) -> None:
    # The kinds go down the tree, so nothing can come to lie in itself.
    parent = location.parent
    if (parent.kind if parent else None) != _LIES_IN[PlaceKind(location.kind)]:
        raise InvalidInput(
            _("A site stands alone, a zone lies in a site, a shelf in a zone."),
            fields={"parent": [_("does not fit")]},
        )
    check_takes_more(parent, organisation=location.organisation_id)


@operation
def change_location(
    *, location: Location, by: Membership, at: datetime, **facts: Unpack[LocationFacts]
) -> Location:
    """Rename a place, or hang it elsewhere in the tree with all that lies in it."""
    location = _locked(location)
    was = {"name": location.name, "parent": location.parent_id}
    location.name = facts.get("name", location.name)
    if "parent" in facts:
        location.parent = facts["parent"]
        _check_lies_where_it_belongs(location)
    location.full_clean()
    location.save(update_fields=["name", "parent"])
    events.record(
        "location.changed",
        subject=location,
        by=by,
        at=at,
        name=location.name,
        parent=location.parent_id,
        was=was,
    )
    return location


@operation
def close_location(*, location: Location, by: Membership, at: datetime) -> Location:
    """Close a place: it takes nothing more. Raises StillInUse until it is empty."""
    location = _locked(location)
    if location.closed_at is not None:
        return location
    lies_here = Device.objects.in_house().filter(location=location).count()
    if lies_here:
        raise StillInUse(
            _("%(number)s device(s) still lie here: move them all first.") % {"number": lies_here},
            devices=lies_here,
        )
    if location.children.filter(closed_at=None).exists() or location.lots.exists():
        raise StillInUse(_("Close the places inside and move the lots that stand here first."))
    location.closed_at = at
    location.save(update_fields=["closed_at"])
    events.record("location.closed", subject=location, by=by, at=at, name=location.name)
    return location


@operation
def reopen_location(*, location: Location, by: Membership, at: datetime) -> Location:
    """Let a closed place take something again."""
    location = _locked(location)
    if location.closed_at is None:
        return location
    if location.parent is not None and location.parent.closed_at is not None:
        raise StillInUse(_("What it lies in is closed: open that again first."))
    location.closed_at = None
    location.save(update_fields=["closed_at"])
    events.record("location.reopened", subject=location, by=by, at=at, name=location.name)
    return location


def _locked(location: Location) -> Location:
    return Location.objects.select_for_update().get(pk=location.pk)


@operation
def open_lot(
    *,
    organisation: Organisation,
    name: str,
    by: Membership,
    at: datetime,
    location: Location | None = None,
) -> Lot:
    """Open a lot, perhaps at a place: things that will move together."""
    check_takes_more(location, organisation=organisation.pk)
    lot = Lot(organisation=organisation, name=name, location=location, opened_at=at)
    lot.full_clean()
    lot.save()
    events.record("lot.opened", subject=lot, by=by, at=at, name=name)
    return lot


@operation
def close_lot(*, lot: Lot, by: Membership, at: datetime) -> Lot:
    """Close a lot: nothing more goes in. It is still moved and sent as a whole."""
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    if lot.closed_at is None:
        lot.closed_at = at
        lot.save(update_fields=["closed_at"])
        events.record("lot.closed", subject=lot, by=by, at=at, name=lot.name)
    return lot

"""Where things stand: places, lots, and moving devices between them."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership, Organisation
from backend.core import events
from backend.core.errors import InvalidInput
from backend.core.transactions import operation
from backend.inventory.choices import IN_HOUSE, PlaceKind
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Device, Location, Lot
from backend.inventory.operations.moving import change, locked_device

_LIES_IN = {PlaceKind.SITE: None, PlaceKind.ZONE: PlaceKind.SITE, PlaceKind.SHELF: PlaceKind.ZONE}


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
    if (parent.kind if parent else None) != _LIES_IN[PlaceKind(kind)] or (
        parent and parent.organisation_id != organisation.pk
    ):
        raise InvalidInput(
            _("A site stands alone, a zone lies in a site, a shelf in a zone."),
            fields={"parent": [_("does not fit")]},
        )
    location = Location(organisation=organisation, kind=kind, name=name, parent=parent)
    location.full_clean()
    location.save()
    events.record("location.created", subject=location, by=by, at=at, name=name)
    return location


@operation
def open_lot(*, organisation: Organisation, name: str, by: Membership, at: datetime) -> Lot:
    """Open a lot: things that will move together."""
    lot = Lot(organisation=organisation, name=name, opened_at=at)
    lot.full_clean()
    lot.save()
    events.record("lot.opened", subject=lot, by=by, at=at, name=name)
    return lot


@operation
def place_device(
    *, code: str, location: Location | None, lot: Lot | None, by: Membership, at: datetime
) -> Device:
    """Put a device somewhere; None clears the place or the lot."""
    device = locked_device(code=code, by=by, at=at)
    for place in (location, lot):
        if place is not None and place.organisation_id != device.custodian_id:
            raise InvalidInput(
                _("This place belongs to another workshop. Choose one of yours."),
                fields={"location": [_("not yours")]},
            )
    if device.state not in IN_HOUSE:
        raise ForbiddenMove(
            _("This device is not in the house. Look at its page."),
            state=device.state,
            move="place",
        )
    said = change(device, at=at, location=location, lot=lot)
    events.record(
        "device.placed",
        subject=device,
        by=by,
        at=at,
        **said,
        location=location.pk if location else None,
        lot=lot.pk if lot else None,
    )
    return device

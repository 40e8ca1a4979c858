"""Putting devices somewhere: one by one, a whole lot, all that lies at a place."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.transactions import operation
from backend.inventory.choices import IN_HOUSE
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Device, DeviceQuerySet, Location, Lot
from backend.inventory.operations.gathering import find_lot, find_place
from backend.inventory.operations.moving import (
    change,
    facts_of,
    locked_device,
    not_before_last_event,
)


class PlaceClosed(Refusal):
    """The place or the lot is closed and takes nothing more."""

    code = "place_closed"
    title = _("This place is closed")


class LotElsewhere(Refusal):
    """The lot does not stand at the place that was given with it."""

    code = "lot_elsewhere"
    title = _("This lot stands elsewhere")


class Where(TypedDict, total=False):
    """Where a device goes: what is left out stays as it is, None clears it."""

    location: Location | None
    lot: Lot | None


@operation
def place_device(*, code: str, by: Membership, at: datetime, **where: Unpack[Where]) -> Device:
    """Put a device somewhere. What is left out stays as it is, None clears it.

    A lot takes the device to where the lot stands; a place takes it out of a lot that stands
    elsewhere. Raises PlaceClosed, and LotElsewhere when both are given and do not agree.
    """
    device = locked_device(code=code, by=by, at=at)
    if not where:
        raise InvalidInput(
            _("Say where: a place, a lot, or both."), fields={"location": [_("required")]}
        )
    for place in (where.get("location"), where.get("lot")):
        check_takes_more(place, organisation=device.custodian_id)
    if device.state not in IN_HOUSE:
        raise ForbiddenMove(
            _("This device is not in the house. Look at its page."),
            state=device.state,
            move="place",
        )
    said = change(device, at=at, **destination(device, where))
    events.record(
        "device.placed",
        subject=device,
        by=by,
        at=at,
        **said,
        location=device.location_id,
        lot=device.lot_id,
    )
    return device


def check_takes_more(place: Location | Lot | None, *, organisation: int) -> None:
    """Refuse a place or lot of another workshop, and one that is closed."""
    if place is None:
        return
    field = "lot" if isinstance(place, Lot) else "location"
    if place.organisation_id != organisation:
        raise InvalidInput(
            _("This place belongs to another workshop. Choose one of yours."),
            fields={field: [_("not yours")]},
        )
    if place.closed_at is not None:
        raise PlaceClosed(
            _("“%(name)s” is closed and takes nothing more. Choose another.") % {"name": place},
            fields={field: [_("closed")]},
        )


def destination(device: Device, where: Where) -> dict[str, Any]:
    """Give the columns that `where` changes on a device; writes nothing."""
    lot, location = where.get("lot"), where.get("location")
    columns = {f"{name}_id": getattr(place, "pk", None) for name, place in where.items()}
    if lot is not None and lot.location_id is not None:
        if location is not None and location.pk != lot.location_id:
            raise LotElsewhere(
                _("The lot “%(lot)s” stands elsewhere. Move the lot, or choose one of the two.")
                % {"lot": lot},
                fields={"lot": [_("stands elsewhere")]},
            )
        columns["location_id"] = lot.location_id
    elif "lot" not in where:
        lot = find_lot(device.lot_id)
        if lot is not None and not _may_stand(lot, columns["location_id"]):
            columns["lot_id"] = None
    return columns


def back_in_place(device: Device, columns: dict[str, Any]) -> dict[str, Any]:
    """Let a device that comes back, or whose old place comes back, stand only where it can.

    Adds to the columns that change what is no more: a closed place, a lot that is closed or was
    carried elsewhere meanwhile.
    """
    if device.state in IN_HOUSE and not columns.keys() & {"location_id", "lot_id"}:
        return columns
    location = find_place(columns.get("location_id", device.location_id))
    lot = find_lot(columns.get("lot_id", device.lot_id))
    stands_at = location.pk if location else None
    gone: dict[str, Any] = {}
    if lot and (lot.closed_at is not None or not _may_stand(lot, stands_at)):
        gone["lot_id"] = None
    if location and location.closed_at is not None:
        gone["location_id"] = None
    return columns | gone


def _may_stand(lot: Lot, location_id: int | None) -> bool:
    return lot.location_id is None or lot.location_id == location_id


@operation
def move_lot(*, lot: Lot, to: Location, by: Membership, at: datetime) -> Lot:
    """Carry a lot with all that is in it to a place: one event for each device."""
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    check_takes_more(to, organisation=lot.organisation_id)
    moved = _carry(Device.objects.in_house().filter(lot=lot), to=to, by=by, at=at)
    was, lot.location = lot.location_id, to
    lot.save(update_fields=["location"])
    events.record(
        "lot.moved", subject=lot, by=by, at=at, name=lot.name, to=to.pk, was=was, devices=moved
    )
    return lot


@operation
def move_all(*, location: Location, to: Location, by: Membership, at: datetime) -> Location:
    """Carry all that lies at a place, lots too, to another: one event for each device.

    What lies in the places inside stays where it is.
    """
    locked = Location.objects.select_for_update().filter(pk__in=[location.pk, to.pk])
    places = {place.pk: place for place in locked.order_by("pk")}
    location, to = places[location.pk], places[to.pk]
    if location == to:
        raise InvalidInput(
            _("It all lies there already. Choose another place."),
            fields={"to": [_("the same place")]},
        )
    check_takes_more(to, organisation=location.organisation_id)
    lots = Lot.objects.filter(location=location).update(location=to)
    moved = _carry(Device.objects.in_house().filter(location=location), to=to, by=by, at=at)
    events.record(
        "location.emptied", subject=location, by=by, at=at, to=to.pk, devices=moved, lots=lots
    )
    return location


def _carry(found: DeviceQuerySet, *, to: Location, by: Membership, at: datetime) -> int:
    devices = list(found.order_by("pk").locked())
    for device in devices:
        not_before_last_event(device, at=at)
    pks = [device.pk for device in devices]
    Device.objects.filter(pk__in=pks).update(location=to, changed_at=at)
    events.record_each("device.moved", _told(devices, to), by=by, at=at)
    return len(devices)


def _told(devices: Iterable[Device], to: Location) -> Iterable[tuple[Device, dict[str, Any]]]:
    for device in devices:
        was = {"location_id": device.location_id}
        yield device, facts_of(device) | {"was": was, "location": to.pk, "lot": device.lot_id}

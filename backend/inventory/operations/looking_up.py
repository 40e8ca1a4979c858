"""The look-ups of the bench; the one that every scan begins with is composed once.

Composing this statement anew costs Django five times what the database takes to answer it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection

from backend.accounts.models import Membership
from backend.core.models import Event
from backend.inventory.choices import DataOutcome
from backend.inventory.models import Device, DeviceQuerySet, Label, StorageUnit

_ORGANISATION, _USER, _ID, _CODE = -101, -102, -103, "\0"  # stand where the real values go
_composed: dict[tuple[str, ...], tuple[str, tuple[Any, ...]]] = {}


class _Kind(NamedTuple):
    kind: str


class _StandIn(NamedTuple):
    """A hat of this kind, with marks for its numbers."""

    organisation: _Kind
    sees_all: bool
    organisation_id: int = _ORGANISATION
    user_id: int = _USER


Among = Callable[[Any], DeviceQuerySet]


def every_device(by: Any) -> DeviceQuerySet:
    """Look among all devices, with nothing added."""
    return Device.objects.all()


def find_locked(
    *, by: Membership | None, key: int | str, among: Among = every_device
) -> Device | None:
    """Lock and give the device with this id or code, if this hat sees it.

    `among` gives the devices for a hat, of which it may use `organisation_id` and `user_id`.
    """
    kind = "" if by is None else by.organisation.kind
    shape = (connection.vendor, among.__qualname__, type(key).__name__, kind)
    if shape not in _composed:
        _composed[shape] = _compose(by, key, among)
    sql, params = _composed[shape]
    values: dict[Any, Any] = {_ID: key, _CODE: key}
    if by is not None:
        values |= {_ORGANISATION: by.organisation_id, _USER: by.user_id}
    found = Device.objects.raw(sql, [values.get(mark, mark) for mark in params])
    return next(iter(found), None)


def _compose(by: Membership | None, key: int | str, among: Among) -> tuple[str, tuple[Any, ...]]:
    hat: Any = None
    if by is not None:
        hat = _StandIn(_Kind(by.organisation.kind), by.sees_all)
    devices = among(hat)
    if hat is not None:
        devices = devices.seen_by(hat)
    devices = devices.filter(pk=_ID) if isinstance(key, int) else devices.with_code(_CODE)
    sql, params = devices.locked().query.sql_with_params()
    return sql, params


def find_label(code: str) -> Label | None:
    """Give the label with this code, and its batch."""
    return Label.objects.select_related("batch").filter(code=code).first()


def find_device_of(label: Label, *, by: Membership) -> Device | None:
    """Give the device that a label is on, if this hat sees it."""
    return Device.objects.seen_by(by).filter(pk=label.device_id).first()


def pending_units_of(device: Device) -> list[StorageUnit]:
    """Give the storage units of a device whose data is still there."""
    return list(device.storage_units.filter(outcome=DataOutcome.PENDING).order_by("pk"))


def happened_to(device: Device) -> list[Event]:
    """Give the last event of each kind about a device, and maybe others."""
    return list(Event.objects.about(device))

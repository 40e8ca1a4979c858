"""The look-up that every scan begins with: from memory in a batch, else composed once.

Composing this statement anew costs Django five times what the database takes to answer it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model

from backend.accounts.models import Membership
from backend.core import batches
from backend.inventory.models import Device, DeviceQuerySet
from backend.inventory.operations import gathering

_ORGANISATION, _USER, _ID, _CODE = -101, -102, -103, "\0"  # stand where the real values go
_composed: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]] = {}


class _Kind(NamedTuple):
    kind: str


class _StandIn(NamedTuple):
    """A hat of this kind, with marks for its numbers."""

    organisation: _Kind
    sees_all: bool
    organisation_id: int = _ORGANISATION
    user_id: int = _USER


Among = Callable[[Any], DeviceQuerySet]
Reads = tuple[type[Model], ...]


def every_device(by: Any) -> DeviceQuerySet:
    """Look among all devices, with nothing added."""
    return Device.objects.all()


def find_locked(
    *,
    by: Membership | None,
    key: int | str,
    among: Among = every_device,
    reads: Reads | None = None,
) -> Device | None:
    """Lock and give the device with this id or code, if this hat sees it.

    `among` gives the devices for a hat, of which it may use `organisation_id` and `user_id`.
    `reads` says which tables of a device's rows its annotations look into, so that a batch
    may read them once for all; without it the batch steps aside.
    """
    batch = batches.current()
    reads = () if among is every_device else reads
    if batch is None or by is None or reads is None or not gathering.knows(batch, key, by):
        return _read_locked(by, key, among)
    device = gathering.device(batch, key)
    if device is not None and among is not every_device:
        vars(device).update(gathering.beside(batch, device, among, by=by, reads=reads))
    return device


def moment(value: Any) -> datetime:
    """Read an added column that is a moment: SQLite's driver gives it in words."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _read_locked(by: Membership | None, key: int | str, among: Among) -> Device | None:
    kind = "" if by is None else by.organisation.kind
    shape = (connection.vendor, among, type(key), kind)
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

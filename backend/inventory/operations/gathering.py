"""What the bench looks up: for one command, or in memory for all commands of a batch.

A batch is opened with the hints `codes`, `serials`, `parts` and `by`. Each look-up reads once
for all of them, however many scans follow.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Max, Model, Q

from backend.accounts.models import Membership
from backend.core.batches import Batch, current
from backend.core.models import Event
from backend.inventory.choices import DataOutcome, ErasureResult
from backend.inventory.models import (
    Device,
    DeviceQuerySet,
    Erasure,
    Label,
    Location,
    Lot,
    Part,
    StorageUnit,
)

_FAILED = ErasureResult.FAILED
R = TypeVar("R", bound=Model)
P = TypeVar("P", Location, Lot)


def lock_labels(codes: Iterable[str]) -> list[Label]:
    """Lock labels, always in the same order and before any device, and give their batch too."""
    labels = Label.objects.select_related("batch").filter(code__in=set(codes))
    return list(labels.order_by("pk").select_for_update(of=("self",)))


def lock_devices(labels: Iterable[Label], *, by: Membership) -> list[Device]:
    """Lock the devices of labels that this hat sees, always in the same order."""
    keys = {label.device_id for label in labels if label.device_id}
    return list(Device.objects.seen_by(by).filter(pk__in=keys).order_by("pk").locked())


def knows(batch: Batch, key: int | str, by: Membership) -> bool:
    """Whether the batch has read the device with this id or code as this hat sees it.

    What was on its way to this workshop may have arrived meanwhile: that is read again.
    """
    if by is not batch.hints["by"]:
        return False
    on_their_way = _on_their_way(batch)
    if isinstance(key, str):
        label = _labels(batch).get(key) if on_their_way else None
        return key in batch.hints["codes"] and (not label or label.device_id not in on_their_way)
    if key in on_their_way:
        return False
    return key in _devices(batch) or batch.find_new(Device, key) is not None


def device(batch: Batch, key: int | str | None) -> Device | None:
    """Lend the device with this id or code."""
    if isinstance(key, str):
        label = _labels(batch).get(key)
        key = label.device_id if label else None
    if key is None:
        return None
    found = _devices(batch).get(key) or batch.find_new(Device, key)
    return batch.lend(found) if found else None


def beside(
    batch: Batch,
    device: Device,
    among: Callable[[Any], DeviceQuerySet],
    *,
    by: Membership,
    reads: tuple[type[Model], ...],
) -> dict[str, Any]:
    """Give what `among` adds to a device, read once for all devices of the batch.

    What this batch changed of it is written first, then it is read again for all.
    """
    key = ("beside", among)
    rows: list[Any] = [row for model in reads for row in batch.unwritten(model)]
    if device in batch.unwritten(Device, new=True) or any(r.device_id == device.pk for r in rows):
        batch.write()
        batch.forget(key)

    def read() -> dict[int, dict[str, Any]]:
        devices = among(by)
        found = devices.filter(pk__in=known_devices(batch)).values(
            "pk", *devices.query.annotations
        )
        return {row.pop("pk"): row for row in found}

    added = batch.load(key, read)
    if device.pk not in added:
        batch.forget(key)
        added = batch.load(key, read)
    return added[device.pk]


def known_devices(batch: Batch) -> list[int]:
    """Give the devices that the batch read, and made."""
    return [*_devices(batch), *(row.pk for row in batch.new(Device))]


def devices_on_their_way(batch: Batch, listed: Iterable[int]) -> dict[int, Device]:
    """Lock the scanned devices among those of a transfer, whoever answers for them yet."""
    scanned = {label.device_id for label in _labels(batch).values()}
    mine = _devices(batch)
    keys = set(listed) & scanned
    read = Device.objects.filter(pk__in=keys - mine.keys()).order_by("pk").locked()
    on_their_way = _on_their_way(batch)
    on_their_way.update({row.pk: row for row in read})
    return {key: mine.get(key) or on_their_way[key] for key in keys}


def find_device(code: str, *, by: Membership) -> Device | None:
    """Give the device under a code, if this hat sees it; nobody holds a lock on it yet."""
    batch = current()
    if batch is None or not knows(batch, code, by):
        return Device.objects.seen_by(by).with_code(code).first()
    return device(batch, code)


def find_label(code: str) -> Label | None:
    """Give the label with this code, and its batch; nobody holds a lock on it yet."""
    batch = current()
    if batch is None or code not in batch.hints["codes"]:
        return Label.objects.select_related("batch").filter(code=code).first()
    return _labels(batch).get(code)


def find_label_locked(code: str) -> Label | None:
    """Lock the label with this code and give it, and its batch."""
    batch = current()
    if batch is None or code not in batch.hints["codes"]:
        return next(iter(lock_labels([code])), None)
    label = _labels(batch).get(code)
    return batch.lend(label) if label else None


def find_device_of(label: Label, *, by: Membership) -> Device | None:
    """Give the device that a label is on, if this hat sees it."""
    batch = current()
    if batch is None or not knows(batch, label.code, by):
        return Device.objects.seen_by(by).filter(labels=label).first()
    return device(batch, label.device_id)


def with_serial(serial: str) -> list[Device]:
    """Give every device, of whichever workshop, that has this serial number."""
    batch = current()
    if batch is None or serial not in batch.hints["serials"]:
        return list(Device.objects.filter(serial=serial).order_by("pk"))
    wanted = batch.hints["serials"]
    read = batch.load("serials", lambda: list(Device.objects.filter(serial__in=wanted)))
    known = {row.pk: row for row in [*read, *_devices(batch).values(), *batch.new(Device)]}
    return [row for row in known.values() if row.serial == serial]


def pending_units_of(device: Device) -> list[StorageUnit]:
    """Give the storage units of a device whose data is still there."""
    batch = current()
    if batch is None:
        return list(device.storage_units.filter(outcome=DataOutcome.PENDING).order_by("pk"))
    read = batch.load("units of", lambda: _grouped(_units(batch).values(), "device_id"))
    new = (unit for unit in batch.new(StorageUnit) if unit.device_id == device.pk)
    return [
        batch.lend(unit)
        for unit in [*read.get(device.pk, ()), *new]
        if unit.outcome == DataOutcome.PENDING
    ]


def has_failed(unit: StorageUnit) -> bool:
    """Whether the last attempt to erase a unit failed; one that did not run says nothing."""
    ran = Erasure.objects.exclude(result=ErasureResult.NOT_RUN).order_by("pk")
    batch = current()
    if batch is None:
        return ran.filter(unit=unit).values_list("result", flat=True).last() == _FAILED

    def read() -> dict[int, str]:
        attempts = ran.filter(unit__in=list(_units(batch)))
        return dict(attempts.values_list("unit_id", "result"))

    return batch.load("attempts", read).get(unit.pk) == _FAILED


def find_lot(lot_id: int | None) -> Lot | None:
    """Give a lot by its number."""
    return _find_among(Lot, lot_id)


def find_place(location_id: int | None) -> Location | None:
    """Give a place by its number."""
    return _find_among(Location, location_id)


def _find_among(model: type[P], key: int | None) -> P | None:
    """Give a place or a lot; a batch reads once those that are open and those of its devices."""
    if key is None:
        return None
    batch = current()
    if batch is not None:

        def read() -> dict[int, P]:
            column = f"{model._meta.model_name}_id"
            known = {getattr(device, column) for device in _devices(batch).values()}
            mine = Q(organisation=batch.hints["by"].organisation_id, closed_at=None)
            rows = model._default_manager.filter(Q(pk__in=known - {None}) | mine)
            return {row.pk: row for row in rows}

        found = batch.load(model, read)
        if key in found:
            return found[key]
    return model._default_manager.filter(pk=key).first()


def lock_part(part_id: int) -> Part:
    """Lock a part and give it; a batch locks all that its scans name, in one order."""
    parts = Part.objects.select_for_update(of=("self",)).order_by("pk")
    batch = current()
    if batch is not None:
        wanted, mine = batch.hints["parts"], batch.hints["by"].organisation_id
        named = parts.filter(pk__in=wanted, organisation=mine)
        locked = batch.load("parts", lambda: {part.pk: part for part in named})
        if part_id in locked:
            return batch.lend(locked[part_id])
    return parts.get(pk=part_id)


def versions_of(model: type[R], organisation_id: int) -> Sequence[R]:
    """Give all that a workshop published in this table, the last first."""
    rows = model._default_manager.filter(organisation=organisation_id).order_by("-pk")
    batch = current()
    if batch is None:
        return list(rows)
    return batch.load(("versions", model, organisation_id), lambda: list(rows))


def find_unit(unit_id: int) -> StorageUnit | None:
    """Give a storage unit by its number."""
    batch = current()
    if batch is not None:
        unit = _units(batch).get(unit_id) or batch.find_new(StorageUnit, unit_id)
        if unit is not None:
            return batch.lend(unit)
    return StorageUnit.objects.filter(pk=unit_id).first()


def happened_to(device: Device) -> Sequence[Event]:
    """Give the last event of each kind about a device, and maybe others, as recorded."""
    batch = current()
    if batch is None:
        return list(Event.objects.about(device).order_by("pk"))
    read = batch.load(
        "events", lambda: _grouped(_last_of_each_kind(_devices(batch)), "subject_id")
    )
    mine = ("device", device.pk)
    new = (event for event in batch.new(Event) if (event.subject_type, event.subject_id) == mine)
    return [*read.get(device.pk, ()), *new]


def last_event(device: Device) -> Event | None:
    """Give what was last recorded about a device."""
    if current() is None:
        return Event.objects.about(device).order_by("-pk").first()
    return max(happened_to(device), key=lambda event: event.pk, default=None)


def _labels(batch: Batch) -> dict[str, Label]:
    return batch.load(
        "labels", lambda: {label.code: label for label in lock_labels(batch.hints["codes"])}
    )


def _devices(batch: Batch) -> dict[int, Device]:
    def read() -> dict[int, Device]:
        rows = lock_devices(_labels(batch).values(), by=batch.hints["by"])
        return {row.pk: row for row in rows}

    return batch.load("devices", read)


def _on_their_way(batch: Batch) -> dict[int, Device]:
    return batch.load("on their way", dict)


def _units(batch: Batch) -> dict[int, StorageUnit]:
    def read() -> dict[int, StorageUnit]:
        waiting = StorageUnit.objects.filter(
            device__in=list(_devices(batch)), outcome=DataOutcome.PENDING
        )
        return {unit.pk: unit for unit in waiting.order_by("pk")}

    return batch.load("units", read)


def _grouped(rows: Iterable[R], column: str) -> dict[int, list[R]]:
    groups: dict[int, list[R]] = {}
    for row in rows:
        groups.setdefault(getattr(row, column), []).append(row)
    return groups


def _last_of_each_kind(devices: Iterable[int]) -> list[Event]:
    about = Event.objects.filter(subject_type="device", subject_id__in=list(devices))
    last = about.order_by().values("subject_id", "kind").annotate(last=Max("pk")).values("last")
    return list(Event.objects.filter(pk__in=last).order_by("pk"))

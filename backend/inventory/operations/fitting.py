"""Which drive of a report is which storage unit of a device."""

from typing import Any, NamedTuple

from backend.core.models import insert
from backend.inventory.choices import DataOutcome, Medium
from backend.inventory.models import Device, StorageUnit
from backend.inventory.reports import Drive, Hardware, from_facts
from backend.inventory.serials import same_serial

_SIZES_DIFFER_BY = 0.05  # tools round: 238.47 GiB, 256 GB, 250 GB
_MAY_BE_THERE = {DataOutcome.PENDING, DataOutcome.ERASED}


class Fitted(NamedTuple):
    """The drives of a report beside the units of its device.

    `pairs` belong together; `new` drives are no unit yet; `gone` units are in no drive.
    """

    pairs: list[tuple[Drive, StorageUnit]]
    new: list[Drive]
    gone: list[StorageUnit]


def fit(drives: list[Drive], units: list[StorageUnit]) -> Fitted:
    """Find the unit of each drive: by serial, else by what may be the same.

    A unit without serial takes a drive that its medium and size do not contradict, the pending
    ones first. What was destroyed or recorded absent is no drive's unit: seen again, it is new.
    """
    free = [unit for unit in units if unit.outcome in _MAY_BE_THERE]
    free.sort(key=lambda unit: (unit.outcome != DataOutcome.PENDING, unit.pk))
    pairs: list[tuple[Drive, StorageUnit]] = []
    left = list(drives)
    for is_unit_of in (_by_serial, _by_description, _by_likeness):
        for drive in list(left):
            unit = next((one for one in free if is_unit_of(drive, one)), None)
            if unit is not None:
                pairs.append((drive, unit))
                free.remove(unit)
                left.remove(drive)
    return Fitted(pairs, left, free)


def _by_serial(drive: Drive, unit: StorageUnit) -> bool:
    return same_serial(drive.serial, unit.serial)


def _by_description(drive: Drive, unit: StorageUnit) -> bool:
    return not unit.serial and _is_alike(drive, unit)


def _by_likeness(drive: Drive, unit: StorageUnit) -> bool:
    return not drive.serial and _is_alike(drive, unit)


def _is_alike(drive: Drive, unit: StorageUnit) -> bool:
    media = {drive.medium, unit.medium} - {Medium.UNKNOWN}
    if len(media) > 1:
        return False
    if not drive.size_gb or not unit.size_gb:
        return True
    return abs(drive.size_gb - unit.size_gb) <= _SIZES_DIFFER_BY * unit.size_gb


def unit_of(drive: Drive, device: Device) -> StorageUnit:
    """Write down a drive found in a device: its data is still there."""
    unit = StorageUnit(device=device, **_columns(drive))
    insert(unit)
    return unit


def describe(unit: StorageUnit, drive: Drive) -> bool:
    """Say of a unit with data what nobody has said yet; give whether anything was new."""
    if unit.outcome != DataOutcome.PENDING:
        return False  # its evidence names it as it was known
    new = {
        name: value
        for name, value in _columns(drive).items()
        if value and getattr(unit, name) in {None, "", Medium.UNKNOWN} and value != Medium.UNKNOWN
    }
    for name, value in new.items():
        setattr(unit, name, value)
    if new:
        unit.save(update_fields=list(new))
    return bool(new)


def _columns(drive: Drive) -> dict[str, Any]:
    return {
        "medium": drive.medium,
        "maker": drive.maker,
        "model": drive.model,
        "serial": drive.serial,
        "size_gb": drive.size_gb,
    }


def units_for_unknown_drives(device: Device) -> dict[str, int]:
    """Make units of the drives that reports found past the erasure gate; give the columns."""
    if not device.unknown_drives:
        return {}
    made = 0
    for hardware in _told_past_the_gate(device):
        for drive in fit(hardware.storage, list(device.storage_units.order_by("pk"))).new:
            unit_of(drive, device)
            made += 1
    return {"pending_units": device.pending_units + made, "unknown_drives": 0}


def _told_past_the_gate(device: Device) -> list[Hardware]:
    """Give what reports told since the last check, from the last one that saw every drive on."""
    passed = device.qualitychecks.filter(is_passed=True).order_by("-pk").first()
    reports = device.hardware_reports.without_files().order_by("-pk")
    told: list[Hardware] = []
    for report in reports.filter(received_at__gte=passed.at) if passed else reports[:1]:
        told.insert(0, from_facts(report.facts))
        if told[0].sees_all_drives:
            break
    return told

"""Which drive of a report is which storage unit of a device."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from backend.core.models import insert
from backend.inventory.choices import DataOutcome, Medium
from backend.inventory.models import Device, HardwareReport, StorageUnit
from backend.inventory.reports import Drive, Hardware, from_facts
from backend.inventory.serials import bare, same_serial

_SIZES_DIFFER_BY = 0.05  # tools round: 238.47 GiB, 256 GB, 250 GB
_MAY_BE_THERE = {DataOutcome.PENDING, DataOutcome.ERASED}


class Fitted(NamedTuple):
    """The drives of a report beside the units of its device.

    `pairs` belong together; `new` drives are no unit yet; `gone` units are in no drive.
    """

    pairs: list[tuple[Drive, StorageUnit]]
    new: list[Drive]
    gone: list[StorageUnit]


def fit(drives: list[Drive], units: list[StorageUnit], *, seen: set[str] | None = None) -> Fitted:
    """Find the unit of each drive: by serial, else by what may be the same.

    A pending unit without serial takes a drive that its medium and size do not contradict. An
    erased one is a drive by its serial; without, only where no other drive could be the one
    that was erased, and if a report has `seen` such drives since, only for one of these. What
    was destroyed or recorded absent is no drive's unit: seen again, it is new.
    """
    fitted = Fitted([], list(drives), [unit for unit in units if unit.outcome in _MAY_BE_THERE])
    fitted.gone.sort(key=lambda unit: (unit.outcome != DataOutcome.PENDING, unit.pk))
    _pair(fitted, fitted.new, fitted.gone, _by_serial)
    unsure = list(fitted.new)
    pending = [unit for unit in fitted.gone if unit.outcome == DataOutcome.PENDING]
    for is_unit_of in (_by_description, _by_likeness):
        _pair(fitted, fitted.new, pending, is_unit_of)
    erased = [one for one in fitted.gone if one.outcome == DataOutcome.ERASED and not one.serial]
    sure = [
        drive
        for drive in fitted.new
        if _is_sure(drive, unsure, erased) and (seen is None or bare(drive.serial) in seen)
    ]
    _pair(fitted, sure, erased, _is_alike)
    return fitted


def _pair(
    fitted: Fitted,
    drives: list[Drive],
    units: list[StorageUnit],
    is_unit_of: Callable[[Drive, StorageUnit], bool],
) -> None:
    for drive in list(drives):
        free = (unit for unit in units if unit in fitted.gone)
        unit = next((one for one in free if is_unit_of(drive, one)), None)
        if unit is not None:
            fitted.pairs.append((drive, unit))
            fitted.gone.remove(unit)
            fitted.new.remove(drive)


def _is_sure(drive: Drive, unsure: list[Drive], erased: list[StorageUnit]) -> bool:
    """Whether each drive that could be one of these units is one of them."""
    could_be = [unit for unit in erased if _is_alike(drive, unit)]
    rivals = [one for one in unsure if any(_is_alike(one, unit) for unit in could_be)]
    return len(rivals) <= len(could_be)


def seen_since_erased(
    units: list[StorageUnit], reports: Iterable[HardwareReport]
) -> set[str] | None:
    """Give the serials of the first drives seen since units without serial were erased.

    `reports` come oldest first. None: nobody has looked yet. Nothing: there were more drives
    than such units, so that nobody knows any more which of them was erased.
    """
    nameless = [one for one in units if one.outcome == DataOutcome.ERASED and not one.serial]
    since = min((unit.outcome_at for unit in nameless if unit.outcome_at), default=None)
    if since is None:
        return None
    named = {bare(unit.serial) for unit in units}
    for report in reports:
        drives = from_facts(report.facts).storage if report.received_at >= since else []
        seen = {bare(drive.serial) for drive in drives} - named - {""}
        if seen:
            return seen if len(seen) <= len(nameless) else set()
    return None


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
    return is_same_size(drive.size_gb, unit.size_gb)


def is_same_size(one: int | None, other: int | None) -> bool:
    """Whether two sizes in GB may be one, as far as both are known."""
    return not one or not other or abs(one - other) <= _SIZES_DIFFER_BY * other


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


def is_whole(hardware: Hardware, device: Device) -> bool:
    """Whether a report lists every drive of this very device: only that clears it of one."""
    return hardware.sees_all_drives and same_serial(device.serial or "", hardware.machine_serial)


def is_in_last_report(unit: StorageUnit, device: Device) -> bool:
    """Whether the last report that listed every drive shows this unit."""
    whole = device.hardware_reports.filter(facts__sees_all_drives=True).without_files()
    report = whole.order_by("-pk").first()
    if report is None:
        return False
    units = list(device.storage_units.order_by("pk"))
    return any(
        shown == unit for _drive, shown in fit(from_facts(report.facts).storage, units).pairs
    )


def units_for_unknown_drives(device: Device) -> dict[str, int]:
    """Make units of the drives that reports found past the erasure gate; give the columns."""
    if not device.unknown_drives:
        return {}
    made = 0
    reports = list(device.hardware_reports.without_files().order_by("pk"))
    for hardware in _told_past_the_gate(device):
        units = list(device.storage_units.order_by("pk"))
        for drive in fit(hardware.storage, units, seen=seen_since_erased(units, reports)).new:
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
        if is_whole(told[0], device):
            break
    return told

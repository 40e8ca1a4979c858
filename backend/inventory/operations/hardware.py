"""A tool's report fills in what nobody has to type, and shows what does not fit."""

import hashlib
import zlib
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import Refusal
from backend.core.models import insert
from backend.core.transactions import operation
from backend.inventory.choices import (
    DATA_MUST_BE_GONE,
    IN_HOUSE,
    DataOutcome,
    Medium,
    SerialQuality,
)
from backend.inventory.models import Device, HardwareReport
from backend.inventory.operations.fitting import (
    Fitted,
    describe,
    fit,
    is_whole,
    seen_since_erased,
    unit_of,
)
from backend.inventory.operations.grading import graded
from backend.inventory.operations.moving import change, locked_device
from backend.inventory.operations.receiving import cycle_before, serial_of
from backend.inventory.reports import Hardware, from_facts, read_report
from backend.inventory.serials import bare, same_serial

_FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_COMPARED = ("maker", "model", "machine_serial", "cpu", "ram_gib", "screen_in")


class NotHere(Refusal):
    """The device is handed over, recycled or missing: what stands on the bench is another."""

    code = "not_here"
    title = _("This device is not in the workshop")


class AnotherMachine(Refusal):
    """The report names the serial number of another device that is here."""

    code = "another_machine"
    title = _("This is the report of another device")


class Recorded(NamedTuple):
    """A report that is kept, with its device; `is_new` unless the same file came before."""

    report: HardwareReport
    device: Device
    is_new: bool


def record_hardware_report(*, code: str, content: bytes, by: Membership, at: datetime) -> Recorded:
    """Keep a report of a device and fill in what it says.

    What is empty is filled. What a report wrote, the next report may change; what a person
    typed stays, and the difference is shown. Drives are matched with the storage units: the
    pending one that a device is born with is described, further drives are added with their
    data still there, outcomes are never touched, a unit that no drive fits any more is shown.
    Past the erasure gate a drive that nobody erased is counted in `unknown_drives`: the device
    is then promised and handed to nobody. The same file twice changes nothing.

    Raises what reading the file refuses, UnknownCode, BeforeLastEvent, NotHere, AnotherMachine.
    """
    # Read before the row is locked: a long file keeps nobody waiting.
    return _record(code=code, hardware=read_report(content), content=content, by=by, at=at)


@operation
def _record(
    *, code: str, hardware: Hardware, content: bytes, by: Membership, at: datetime
) -> Recorded:
    device = locked_device(code=code, by=by, at=at)
    sha256 = hashlib.sha256(content).hexdigest()
    earlier = list(device.hardware_reports.without_files().order_by("-pk"))
    for known in earlier:
        if known.sha256 == sha256:
            return Recorded(known, device, is_new=False)
    last = from_facts(earlier[0].facts) if earlier else None
    _check_it_is_this_one(device, hardware, by=by)
    before = {name for report in earlier for name in report.filled}
    own = {name: value for name, value in _kept_by(last).items() if name in before}
    columns, filled, differences = _said_of(device, hardware, own)
    units = list(device.storage_units.order_by("pk"))
    fitted = fit(hardware.storage, units, seen=seen_since_erased(units, reversed(earlier)))
    drives, told = _settle_drives(device, hardware, fitted, is_first=last is None)
    columns |= drives
    columns |= graded(device, specs=columns.get("specs", device.specs))
    report = HardwareReport(
        device=device,
        tool=hardware.tool,
        tool_version=hardware.tool_version,
        made_at=_moment(hardware.made_at, at=at),
        received_at=at,
        by_label=by.actor_label,
        machine_uuid=hardware.uuid,
        facts=hardware.as_facts(),
        filled=filled,
        differences=_against_report(hardware, last) + differences + told,
        packed=zlib.compress(content),
        size=len(content),
        sha256=sha256,
    )
    insert(report)
    said = change(device, at=at, **columns)
    events.record(
        "device.hardware_reported",
        subject=device,
        by=by,
        at=at,
        **said,
        report=report.pk,
        tool=report.tool,
        filled=filled,
        differs=sorted({one["what"] for one in report.differences}),
        unknown_drives=device.unknown_drives,
    )
    return Recorded(report, device, is_new=True)


def _check_it_is_this_one(device: Device, hardware: Hardware, *, by: Membership) -> None:
    if device.state not in IN_HOUSE:
        raise NotHere(
            _("It is recorded as gone or missing. Scan the label again, or record it found."),
            state=device.state,
        )
    serial = hardware.machine_serial
    if not serial or same_serial(device.serial or "", serial):
        return
    others = Device.objects.seen_by(by).in_house().filter(serial=serial).exclude(pk=device.pk)
    if not device.serial:
        # Two machines may bear one lying serial; but not hold one drive, too.
        drives = {drive.serial for drive in hardware.storage} - {""}
        others = others.filter(storage_units__serial__in=drives)
    other = others.values_list("code", flat=True).first()
    if other is not None:
        raise AnotherMachine(
            _("Its serial number is that of the device %(code)s. Scan the label on the machine.")
            % {"code": other},
            device=other,
        )


def specs_of(hardware: Hardware) -> dict[str, Any]:
    """Give what a report says of the configuration. Memory and storage in GB, screen in inches."""
    built_in = [drive for drive in hardware.storage if drive.medium != Medium.CARD]
    biggest = max(built_in, key=lambda drive: drive.size_bytes or 0, default=None)
    total = sum(drive.size_gb or 0 for drive in built_in)
    said = {
        "cpu": hardware.cpu,
        "cpu_cores": hardware.cpu_cores,
        "ram_gb": hardware.ram_gib,
        "storage_gb": total,
        "storage_medium": biggest.medium if biggest else None,
        "screen_in": hardware.screen_in,
        "battery_percent": hardware.battery.health_percent if hardware.battery else None,
        "battery_cycles": hardware.battery.cycles if hardware.battery else None,
    }
    return {name: value for name, value in said.items() if value}


def _said_of(
    device: Device, hardware: Hardware, own: dict[str, Any]
) -> tuple[dict[str, Any], list[str], list[dict[str, Any]]]:
    """Give the columns that change, what was filled, and what differs from what was typed.

    `own` is what the reports before have filled in themselves.
    """
    specs, filled, differences = dict(device.specs), [], []
    columns: dict[str, Any] = {}
    said = {"maker": hardware.maker, "model": hardware.model} | specs_of(hardware)
    if not hardware.sees_all_drives and "storage_gb" in specs:
        said = {name: value for name, value in said.items() if not name.startswith("storage_")}
    for name, value in said.items():
        known = getattr(device, name) if name in {"maker", "model"} else specs.get(name)
        if known and known != own.get(name):
            if not _is_same(known, value):
                differences.append(_difference("typed", name, known, value))
            continue
        if known != value:
            filled.append(name)
            (columns if name in {"maker", "model"} else specs)[name] = value
    if hardware.kind and hardware.kind != device.kind:
        differences.append(_difference("typed", "kind", device.kind, hardware.kind))
    if specs != device.specs:
        columns["specs"] = specs
    columns |= _serial(device, hardware, filled, differences)
    return columns, filled, differences


def _kept_by(last: Hardware | None) -> dict[str, Any]:
    return {"maker": last.maker, "model": last.model} | specs_of(last) if last else {}


def _is_same(known: Any, value: Any) -> bool:
    """Whether two values are one: “Dell” is “Dell Inc.”, “i5-8250U” is “Intel Core i5-8250U”."""
    if isinstance(known, str) and isinstance(value, str):
        one, other = bare(known), bare(value)
        return one in other or other in one
    return bool(known == value)


def _difference(against: str, what: str, was: Any, now: Any) -> dict[str, Any]:
    return {"against": against, "what": what, "was": was, "now": now}


def _serial(
    device: Device,
    hardware: Hardware,
    filled: list[str],
    differences: list[dict[str, Any]],
) -> dict[str, Any]:
    serial, quality = serial_of(hardware.serial_text) if not device.serial else (None, None)
    if serial:
        previous = cycle_before(serial) if quality == SerialQuality.CLASH else None
        filled.append("serial")
        is_another_cycle = previous is not None and device.previous_id is None
        columns: dict[str, Any] = {"previous": previous} if is_another_cycle else {}
        good = SerialQuality.GOOD if is_another_cycle else quality
        return columns | {"serial": serial, "serial_quality": good}
    if quality == SerialQuality.PLACEHOLDER:
        return {"serial_quality": quality}
    read = hardware.machine_serial
    if device.serial and read and not same_serial(device.serial, read):
        differences.append(_difference("typed", "serial", device.serial, read))
    return {}


def _against_report(hardware: Hardware, last: Hardware | None) -> list[dict[str, Any]]:
    """Say what changed since the last report of this device, as far as both say it."""
    if last is None:
        return []
    pairs = ((name, getattr(last, name), getattr(hardware, name)) for name in _COMPARED)
    return [
        _difference("report", name, was, now)
        for name, was, now in pairs
        if was and now and not _is_same(was, now)
    ]


def _settle_drives(
    device: Device, hardware: Hardware, fitted: Fitted, *, is_first: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Describe and add storage units; give the device's columns and what does not fit."""
    told = [
        _difference("units", "drive_unidentified", "", _name(drive))
        for drive, unit in fitted.pairs
        if not describe(unit, drive) and unit.outcome == DataOutcome.ERASED and not unit.serial
    ]
    if hardware.sees_all_drives:
        told += [_difference("units", "drive_gone", str(unit), "") for unit in fitted.gone]
    new = [_name(drive) for drive in fitted.new]
    if device.state in DATA_MUST_BE_GONE:
        told += [_difference("units", "drive_unknown", "", name) for name in new]
        is_clear = is_whole(hardware, device)
        unknown = len(new) if is_clear else max(len(new), device.unknown_drives)
        return ({"unknown_drives": unknown} if unknown != device.unknown_drives else {}), told
    for drive in fitted.new:
        unit_of(drive, device)
    if not is_first:
        told += [_difference("units", "drive_added", "", name) for name in new]
    return ({"pending_units": device.pending_units + len(new)} if new else {}), told


def _name(drive: Any) -> str:
    size = f"{drive.size_gb} GB" if drive.size_gb else ""
    return " ".join(part for part in (drive.maker, drive.model, size, drive.serial) if part)


def _moment(said: str, *, at: datetime) -> datetime | None:
    """Give when the report was made; a machine whose clock has stopped says nothing."""
    try:
        moment = parse_datetime(said)
    except ValueError:
        return None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment if moment is not None and _FIRST_MOMENT <= moment <= at else None

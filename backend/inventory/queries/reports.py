"""Which device a report may be of, and what is known of a device from its reports."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.inventory.choices import Kind, Medium
from backend.inventory.models import Device, DeviceQuerySet, HardwareReport
from backend.inventory.reports import Hardware

MOST = 10


class Match(NamedTuple):
    """A device that a report may be of, and because of what: serial, drive, uuid."""

    device: Device
    because: list[str]


def matches(hardware: Hardware, *, reader: Membership) -> list[Match]:
    """Propose the devices in the house to whom a report may belong, the surest first."""
    mine = Device.objects.seen_by(reader).in_house()
    drives = [drive.serial for drive in hardware.storage if drive.serial]
    asked: dict[str, DeviceQuerySet] = {}
    if hardware.machine_serial:
        asked["serial"] = mine.filter(serial=hardware.machine_serial)
    if drives:
        asked["drive"] = mine.filter(storage_units__serial__in=drives)
    if hardware.uuid:
        asked["uuid"] = mine.filter(hardware_reports__machine_uuid=hardware.uuid)
    found: dict[int, Match] = {}
    for because, devices in asked.items():
        for device in devices.distinct().order_by("pk")[:MOST]:
            found.setdefault(device.pk, Match(device, [])).because.append(because)
    return sorted(found.values(), key=lambda match: -len(match.because))[:MOST]


_WORDS: dict[str, Any] = {
    "kind": _("Kind"),
    "maker": _("Maker"),
    "model": _("Model"),
    "serial": _("Serial number"),
    "machine_serial": _("Serial number"),
    "cpu": _("Processor"),
    "cpu_cores": _("Cores"),
    "ram_gb": _("Memory (GB)"),
    "ram_gib": _("Memory (GB)"),
    "storage_gb": _("Storage (GB)"),
    "storage_medium": _("Kind of storage"),
    "screen_in": _("Screen (inches)"),
    "battery_percent": _("Battery health (%)"),
    "battery_cycles": _("Battery cycles"),
    "drive_gone": _("Drive no longer seen: erased elsewhere, taken out or dead? Say what became"),
    "drive_added": _("Drive that was not there before: its data is still there"),
    "drive_unknown": _("Unknown drive in a device that had passed the erasure gate"),
    "drive_unidentified": _("Erased without its serial number; the drive seen now is"),
}
_AGAINST: dict[str, Any] = {
    "report": _("The last report said"),
    "typed": _("Typed"),
    "units": "",
}
_IGNORED: dict[str, Any] = {
    "boot": _("what the tool was started from"),
    "usb": _("plugged in by USB"),
    "optical": _("optical drive"),
    "no_medium": _("card reader, empty"),
    "card": _("memory card"),  # in reports read until November 2026
    "unsupported": _("could not be asked"),
}
_CHOICES = {"kind": Kind, "storage_medium": Medium}


class Difference(NamedTuple):
    """One thing that does not fit, in words: what, what stood there, what the report says."""

    what: Any
    against: Any
    was: Any
    now: Any
    is_grave: bool


class SeenDrive(NamedTuple):
    """A drive of a report: its facts, its medium and why it does not count, in words."""

    facts: dict[str, Any]
    medium: Any
    why_ignored: Any


class Configuration(NamedTuple):
    """What the last report said of a device."""

    report: HardwareReport
    facts: dict[str, Any]
    drives: list[SeenDrive]
    differences: list[Difference]


def configuration_of(device: Device) -> Configuration | None:
    """Give what the last report said; None before the first."""
    report = device.hardware_reports.without_files().order_by("-pk").first()
    if report is None:
        return None
    return Configuration(
        report,
        report.facts,
        drives_in_words(report.facts["drives"]),
        [_in_words(said) for said in report.differences],
    )


def drives_in_words(drives: list[dict[str, Any]]) -> list[SeenDrive]:
    """Say of each drive of a report what it is, and why it does not count if so."""
    return [
        SeenDrive(said, _medium(said["medium"]), _IGNORED.get(said["ignored"], ""))
        for said in drives
    ]


def _medium(medium: str) -> Any:
    return "" if medium == Medium.UNKNOWN else Medium(medium).label


def _in_words(said: dict[str, Any]) -> Difference:
    choices = _CHOICES.get(said["what"])
    was, now = said["was"], said["now"]
    if choices:
        was, now = (choices(v).label if v in choices.values else v for v in (was, now))
    return Difference(
        _WORDS.get(said["what"], said["what"]),
        _AGAINST[said["against"]],
        was,
        now,
        said["what"] in {"drive_unknown", "drive_gone"},
    )

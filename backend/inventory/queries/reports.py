"""Which device a report may be of, and what is known of a device from its reports."""

from typing import NamedTuple

from backend.accounts.models import Membership
from backend.inventory.models import Device, DeviceQuerySet
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

"""Snapshots of eReuse's workbench: the older list of components, read here.

The newer form holds the outputs of lshw, smartctl and others as texts: they are read as such.
Memory modules in MiB, drives in MB (10⁶ bytes), screens in inches, batteries in mAh.
"""

from typing import Any

from backend.inventory.choices import Medium
from backend.inventory.reports.guesses import cpu_of, kind_of, medium_of
from backend.inventory.reports.hardware import Battery, Drive, Hardware, Module
from backend.inventory.reports.values import as_printed, items, mapping, number, text, whole
from backend.inventory.serials import good_serial

_DRIVES = {"HardDrive", "SolidStateDrive", "DataStorage"}
_MB = 10**6


def knows(value: Any) -> bool:
    """Whether this is a snapshot with its list of components."""
    return isinstance(value, dict) and isinstance(value.get("components"), list)


def read(value: dict[str, Any]) -> Hardware:
    """Read the components."""
    found = Hardware(tool="workbench")
    found.tool_version = text(value.get("version"), 40)
    found.made_at = text(value.get("endTime"), 40)
    device = mapping(value.get("device"))
    found.maker = text(device.get("manufacturer"), 60)
    found.model = text(device.get("model"))
    found.serial_text = as_printed(device.get("serialNumber"))
    found.machine_serial = good_serial(found.serial_text)
    found.kind = kind_of(device.get("type"), device.get("chassis"))
    for said in items(value["components"])[:500]:
        _component(found, mapping(said))
    found.sees_all_drives = bool(device) and bool(found.storage)
    fitted = sum(module.size_mib or 0 for module in found.modules)
    found.ram_gib = -(-fitted // 1024) or None
    return found


def _component(found: Hardware, said: dict[str, Any]) -> None:
    kind = text(said.get("type") or said.get("@type"))
    if kind == "Processor" and not found.cpu:
        found.cpu = cpu_of(said.get("model"))
        found.cpu_cores = whole(said.get("cores"), most=1024)
    elif kind == "RamModule":
        found.modules.append(_module(said))
    elif kind in _DRIVES:
        found.drives.append(_drive(said, kind))
    elif kind == "Display" and not found.screen_in:
        inches = number(said.get("size"), most=100)
        found.screen_in = round(inches, 1) if inches else None
        wide, high = whole(said.get("resolutionWidth")), whole(said.get("resolutionHeight"))
        found.screen_pixels = f"{wide}x{high}" if wide and high else ""
    elif kind == "GraphicCard" and not found.graphics:
        found.graphics = text(said.get("model"))
    elif kind == "Battery" and found.battery is None:
        found.battery = _battery(said)


def _module(said: dict[str, Any]) -> Module:
    return Module(
        size_mib=whole(said.get("size"), most=10**8),
        type=text(said.get("interface"), 20),
        maker=text(said.get("manufacturer"), 60),
        serial=good_serial(text(said.get("serialNumber"))),
    )


def _drive(said: dict[str, Any], kind: str) -> Drive:
    words = f"{text(said.get('model'))} {text(said.get('interface'))}"
    megabytes = number(said.get("size"), most=1e9)
    drive = Drive(
        medium=str(Medium.HDD) if kind == "HardDrive" else medium_of(words=words),
        maker=text(said.get("manufacturer"), 60),
        model=text(said.get("model")),
        serial=good_serial(text(said.get("serialNumber"))),
        size_bytes=round(megabytes * _MB) if megabytes else None,
    )
    if kind == "SolidStateDrive" and drive.medium == Medium.UNKNOWN:
        drive.medium = str(Medium.SSD)
    test = _last(said, "TestDataStorage")
    drive.passed = test.get("assessment") if isinstance(test.get("assessment"), bool) else None
    drive.hours = whole(test.get("powerOnHours") or test.get("lifetime"), most=10**6)
    drive.reallocated = whole(test.get("reallocatedSectorCount"))
    return drive


def _battery(said: dict[str, Any]) -> Battery:
    measured = _last(said, "MeasureBattery")
    volts = (number(measured.get("voltage"), most=1e6) or 0) / 1000
    design, full = number(said.get("size"), most=1e6), number(measured.get("size"), most=1e6)
    return Battery(
        maker=text(said.get("manufacturer"), 60),
        model=text(said.get("model")),
        serial=good_serial(text(said.get("serialNumber"))),
        design_wh=round(design * volts / 1000, 1) if design and volts else None,
        full_wh=round(full * volts / 1000, 1) if full and volts else None,
        cycles=whole(measured.get("cycleCount"), most=100_000),
    )


def _last(said: dict[str, Any], kind: str) -> dict[str, Any]:
    acts = [mapping(act) for act in items(said.get("actions"))[:200]]
    return next((act for act in reversed(acts) if act.get("type") == kind), {})

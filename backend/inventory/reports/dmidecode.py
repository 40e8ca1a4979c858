"""`dmidecode`: what the firmware says, as text. Memory in MB that are MiB, batteries in mWh."""

import re
from collections.abc import Iterator
from typing import Any

from backend.inventory.reports.guesses import cpu_of, kind_of, model_of
from backend.inventory.reports.hardware import Battery, Hardware, Module
from backend.inventory.reports.values import as_printed, number, size, text, whole
from backend.inventory.serials import good_serial, good_uuid

_HANDLE = re.compile(r"^Handle 0x[0-9A-Fa-f]+, DMI type (\d{1,3})", re.MULTILINE)
_VERSION = re.compile(r"^# dmidecode (\S{1,40})", re.MULTILINE)
_MIB = 2**20
_SYSTEM, _CHASSIS, _PROCESSOR, _MODULE, _BATTERY = 1, 3, 4, 17, 22


def knows(value: Any) -> bool:
    """Whether this is what dmidecode prints."""
    return isinstance(value, str) and _HANDLE.search(value) is not None


def read(value: str) -> Hardware:
    """Read the tables of system, chassis, processor, memory and battery."""
    version = _VERSION.search(value)
    found = Hardware(tool="dmidecode", tool_version=version[1] if version else "")
    for number_, said in _tables(value):
        if number_ == _SYSTEM and not found.maker:
            _system(found, said)
        elif number_ == _CHASSIS and not found.kind:
            found.kind = kind_of(said.get("Type"))
        elif number_ == _PROCESSOR and not found.cpu:
            found.cpu = cpu_of(said.get("Version"))
            found.cpu_cores = whole(said.get("Core Count"), most=1024)
        elif number_ == _MODULE and (module := _module(said)):
            found.modules.append(module)
        elif number_ == _BATTERY and found.battery is None:
            found.battery = _battery(said)
    fitted = sum(module.size_mib or 0 for module in found.modules)
    found.ram_gib = -(-fitted // 1024) or None
    return found


def _tables(value: str) -> Iterator[tuple[int, dict[str, str]]]:
    parts = _HANDLE.split(value)[1:2000]
    for number_, body in zip(parts[::2], parts[1::2], strict=False):
        lines = [line.partition(":") for line in body.splitlines() if line[:1] == "\t"]
        said: dict[str, str] = {}
        for name, _colon, words in lines:
            said.setdefault(name.strip(), words.strip())
        yield int(number_), said


def _system(found: Hardware, said: dict[str, str]) -> None:
    found.maker = text(said.get("Manufacturer"), 60)
    found.model = model_of(found.maker, said.get("Product Name"), said.get("Version"))
    found.serial_text = as_printed(said.get("Serial Number"))
    found.machine_serial = good_serial(found.serial_text)
    found.uuid = good_uuid(said.get("UUID", ""))


def _module(said: dict[str, str]) -> Module | None:
    bytes_ = size(said.get("Size", ""), binary=True)
    if not bytes_:
        return None
    return Module(
        slot=text(said.get("Locator"), 40),
        size_mib=bytes_ // _MIB,
        type=text(said.get("Type"), 20),
        maker=text(said.get("Manufacturer"), 60),
        serial=good_serial(text(said.get("Serial Number"))),
    )


def _battery(said: dict[str, str]) -> Battery:
    design = number(said.get("Design Capacity", ""), most=1e6)
    return Battery(
        maker=text(said.get("Manufacturer"), 60),
        model=text(said.get("Name")),
        serial=good_serial(text(said.get("SBDS Serial Number") or said.get("Serial Number"))),
        design_wh=round(design / 1000, 1) if design else None,
    )

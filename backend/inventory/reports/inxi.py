"""`inxi --output json`: keys such as `007#0#2#serial`, whose last part is the word.

The first part orders the words within a section; sizes in MiB, GiB and TiB.
"""

import re
from collections.abc import Iterator
from typing import Any

from backend.inventory.choices import Medium
from backend.inventory.reports.guesses import cpu_of, kind_of, medium_of, model_of
from backend.inventory.reports.hardware import Battery, Drive, Hardware, Module
from backend.inventory.reports.values import as_printed, items, number, size, text, whole
from backend.inventory.serials import good_serial, good_uuid

_KEY = re.compile(r"\d+#\d+#\d+#.+")
_INCHES = re.compile(r"\((\d{1,3}(?:\.\d+)?)\"\)")
_AGE = re.compile(r"(\d{1,6})\s*([ydh])")
_HOURS = {"y": 8760, "d": 24, "h": 1}
_CAPACITY = re.compile(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?) Wh")
_GIB = 2**30
_MIB = 2**20
_BUILT_IN = ("edp", "lvds", "dsi")

Row = dict[str, Any]


def knows(value: Any) -> bool:
    """Whether this is a list of inxi's sections."""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and bool(first) and all(_KEY.fullmatch(key) for key in first)


def read(value: Any) -> Hardware:
    """Read the sections that say something of the machine."""
    found = Hardware(tool="inxi")
    readers = {
        "Machine": _machine,
        "Battery": _battery,
        "Memory": _memory,
        "CPU": _cpu,
        "Graphics": _graphics,
        "Drives": _drives,
    }
    for section in items(value):
        for key, rows in section.items() if isinstance(section, dict) else ():
            name = _word(key)
            if name in readers:
                readers[name](found, [_plain(row) for row in items(rows)[:500]])
    # Only with its machine is it the whole: sections may be asked for alone.
    found.sees_all_drives = bool(found.maker or found.model) and bool(found.storage)
    return found


def _word(key: str) -> str:
    return key.rsplit("#", 1)[-1]


def _plain(row: Any) -> Row:
    """Give a row its words; of a word that stands twice the first counts."""
    plain: Row = {}
    for key in sorted(row) if isinstance(row, dict) else ():
        plain.setdefault(_word(key), row[key])
    return plain


def _groups(rows: list[Row], opens: str) -> Iterator[Row]:
    """Put each row that opens a thing together with the rows that continue it."""
    group: Row | None = None
    for row in rows:
        if opens in row:
            if group is not None:
                yield group
            group = dict(row)
        elif group is not None:
            group = {**row, **group}
    if group is not None:
        yield group


def _machine(found: Hardware, rows: list[Row]) -> None:
    said = next((row for row in rows if "System" in row or "Type" in row), {})
    found.maker = text(said.get("System"), 60)
    found.model = model_of(found.maker, said.get("product"), said.get("v"))
    found.serial_text = as_printed(said.get("serial"))
    found.machine_serial = good_serial(found.serial_text)
    found.uuid = good_uuid(text(next((row["uuid"] for row in rows if "uuid" in row), "")))
    found.kind = kind_of(said.get("Type"))


def _battery(found: Hardware, rows: list[Row]) -> None:
    for said in _groups(rows, "ID"):
        if not text(said.get("ID")).upper().startswith("BAT"):
            continue
        measured = _CAPACITY.search(text(said.get("condition")))
        found.battery = Battery(
            model=text(said.get("model")),
            serial=good_serial(text(said.get("serial"))),
            design_wh=number(measured[2]) if measured else None,
            full_wh=number(measured[1]) if measured else None,
            cycles=whole(said.get("cycles"), most=100_000),
        )
        return


def _memory(found: Hardware, rows: list[Row]) -> None:
    for said in _groups(rows, "Device"):
        bytes_ = size(said.get("size"))
        if bytes_:
            found.modules.append(
                Module(
                    slot=text(said.get("Device"), 40),
                    size_mib=bytes_ // _MIB,
                    type=text(said.get("type"), 20),
                    maker=text(said.get("manufacturer"), 60),
                    serial=good_serial(text(said.get("serial"))),
                )
            )
    fitted = sum(module.size_mib or 0 for module in found.modules)
    usable = next((size(row["total"]) for row in rows if "total" in row), None)
    if fitted:
        found.ram_gib = -(-fitted // 1024)
    elif usable:
        found.ram_gib = -(-usable // _GIB)


def _cpu(found: Hardware, rows: list[Row]) -> None:
    found.cpu = cpu_of(next((row["model"] for row in rows if "model" in row), ""))
    topology = next((row for row in rows if "Topology" in row or "cpus" in row), {})
    found.cpu_cores = whole(topology.get("cores"), most=1024)


def _graphics(found: Hardware, rows: list[Row]) -> None:
    found.graphics = text(next((row["Device"] for row in rows if "Device" in row), ""))
    for said in rows:
        if not text(said.get("Monitor")).lower().startswith(_BUILT_IN):
            continue
        inches = _INCHES.search(text(said.get("diag")))
        found.screen_in = number(inches[1], most=100) if inches else None
        found.screen_pixels = text(said.get("res"), 20)


def _drives(found: Hardware, rows: list[Row]) -> None:
    for said in _groups(rows, "ID"):
        path = text(said.get("ID"))
        kind = text(said.get("type"))
        words = f"{kind} {text(said.get('model'))}"
        drive = Drive(
            medium=str(Medium.HDD) if kind == "HDD" else medium_of(path=path, words=words),
            maker=text(said.get("vendor"), 60),
            model=text(said.get("model")),
            serial=good_serial(text(said.get("serial"))),
            size_bytes=size(said.get("size")),
            passed=_passed(said),
            hours=_hours(said.get("on")),
            path=path,
        )
        if kind.upper() == "USB":
            drive.ignored = "usb"
        elif not drive.size_bytes and not drive.serial:
            drive.ignored = "no_medium"
        found.drives.append(drive)


def _passed(said: Row) -> bool | None:
    return {"PASSED": True, "FAILED": False}.get(text(said.get("health")).upper())


def _hours(value: Any) -> int | None:
    parts = _AGE.findall(text(value))
    return min(sum(int(n) * _HOURS[unit] for n, unit in parts), 10**6) if parts else None

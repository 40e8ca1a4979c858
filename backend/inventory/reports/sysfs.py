"""What the running kernel says by itself: the battery's `uevent` and the screen's EDID."""

import math
import re
from typing import Any

from backend.inventory.reports.hardware import Battery, Hardware
from backend.inventory.reports.values import number, text, whole
from backend.inventory.serials import good_serial

_EDID_STARTS = bytes.fromhex("00ffffffffffff00")
_HEX = re.compile(r"[0-9a-fA-F\s]{256,4096}")
_SHORTEST_EDID = 128  # bytes: one block
_DETAIL = 54  # where the first detailed timing of an EDID begins
_MM_AN_INCH = 25.4


def knows_battery(value: Any) -> bool:
    """Whether this is the `uevent` of a power supply."""
    return isinstance(value, str) and "POWER_SUPPLY_NAME=" in value


def read_battery(value: str) -> Hardware:
    """Read a battery: energies in µWh, or charges in µAh at the designed voltage in µV."""
    pairs = (line.partition("=") for line in value.splitlines()[:200])
    said = {name.strip().removeprefix("POWER_SUPPLY_"): word for name, _sign, word in pairs}
    found = Hardware(tool="sysfs")
    if text(said.get("TYPE", "Battery")) == "Battery":
        found.battery = Battery(
            maker=text(said.get("MANUFACTURER"), 60),
            model=text(said.get("MODEL_NAME")),
            serial=good_serial(text(said.get("SERIAL_NUMBER"))),
            design_wh=_energy(said, "FULL_DESIGN"),
            full_wh=_energy(said, "FULL"),
            cycles=whole(said.get("CYCLE_COUNT"), most=100_000) or None,
        )
    return found


def _energy(said: dict[str, str], which: str) -> float | None:
    energy = number(said.get(f"ENERGY_{which}"), most=1e10)
    if energy:
        return round(energy / 1e6, 1)
    charge = number(said.get(f"CHARGE_{which}"), most=1e10)
    voltage = number(said.get("VOLTAGE_MIN_DESIGN"), most=1e9)
    return round(charge * voltage / 1e12, 1) if charge and voltage else None


def knows_screen(value: Any) -> bool:
    """Whether this is the EDID of a screen, in hexadecimal."""
    edid = _bytes_of(value) if isinstance(value, str) else b""
    return edid.startswith(_EDID_STARTS) and len(edid) >= _SHORTEST_EDID


def read_screen(value: str) -> Hardware:
    """Read a screen's diagonal in inches and its pixels, from its first detailed timing."""
    edid = _bytes_of(value)
    found = Hardware(tool="sysfs")
    timing = edid[_DETAIL : _DETAIL + 18]
    wide, high = timing[12] | (timing[14] >> 4) << 8, timing[13] | (timing[14] & 15) << 8
    if wide and high:
        found.screen_in = round(math.hypot(wide, high) / _MM_AN_INCH, 1)
        across, down = timing[2] | (timing[4] >> 4) << 8, timing[5] | (timing[7] >> 4) << 8
        found.screen_pixels = f"{across}x{down}"
    return found


def _bytes_of(value: str) -> bytes:
    if not _HEX.fullmatch(value.strip()):
        return b""
    digits = "".join(value.split())
    return bytes.fromhex(digits) if len(digits) % 2 == 0 else b""

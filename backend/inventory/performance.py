"""What a computer can be used for: points for processor, memory and disk, weighed into a class.

The scale is a flat table of whole numbers, so that the coordination can read and edit it.

Processor: each family has its points for a model of 2010 and gains `per_year` for each year that
its generation is younger; low-power models (names in U, Y, G) lose. It can be told to anybody
from the name on the sticker, needs no list of thousands of models, and its order follows the
published multi-core benchmarks of the usual office machines of 2012 to 2023 (checked against
the order of some twenty of them, not against their ratios). A name it cannot read gives no
class: a person chooses.

Memory: 8 GB is where a browser and a call are at ease in 2026, 16 GB is ample.
Disk: the mean of its type (a hard disk is what makes old machines feel slow) and its size.

Weights 40, 35, 25. From 65 points A, from 45 B, below C: with these an i5 of 8th generation with
8 GB and an SSD is an A, one of 7th generation a B, a 4th with a hard disk and 4 GB a C.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from backend.inventory.choices import Kind, Medium

Scale = Mapping[str, int]

JUDGED = frozenset({Kind.LAPTOP, Kind.DESKTOP, Kind.TABLET})
REFERENCE_YEAR = 2010
FAMILIES = {
    "core_2": "Intel Core 2",
    "atom": "Intel Atom, Celeron N, Pentium N, AMD E",
    "pentium": "Intel Celeron, Pentium, AMD Athlon",
    "core_m": "Intel Core M",
    "core_i3": "Intel Core i3, Core 3",
    "core_i5": "Intel Core i5, Core 5",
    "core_i7": "Intel Core i7, Core 7",
    "core_i9": "Intel Core i9, Core 9",
    "xeon": "Intel Xeon",
    "amd_a": "AMD A",
    "ryzen_3": "AMD Ryzen 3",
    "ryzen_5": "AMD Ryzen 5",
    "ryzen_7": "AMD Ryzen 7",
    "ryzen_9": "AMD Ryzen 9",
    "apple_m": "Apple M",
}
RAM_STEPS = (2, 4, 6, 8, 16, 32)
SIZE_STEPS = (32, 60, 120, 240, 480, 960)
STANDARD: dict[str, int] = {
    "weight_cpu": 40,
    "weight_ram": 35,
    "weight_disk": 25,
    "from_a": 65,
    "from_b": 45,
    "per_year": 5,
    "low_power": -10,
    "cpu_core_2": 10,
    "cpu_atom": -15,
    "cpu_pentium": 5,
    "cpu_core_m": 5,
    "cpu_core_i3": 12,
    "cpu_core_i5": 25,
    "cpu_core_i7": 35,
    "cpu_core_i9": 45,
    "cpu_xeon": 35,
    "cpu_amd_a": -10,
    "cpu_ryzen_3": 17,
    "cpu_ryzen_5": 25,
    "cpu_ryzen_7": 35,
    "cpu_ryzen_9": 45,
    "cpu_apple_m": 40,
    "ram_2": 10,
    "ram_4": 40,
    "ram_6": 55,
    "ram_8": 70,
    "ram_16": 100,
    "ram_32": 100,
    "medium_hdd": 20,
    "medium_ssd": 90,
    "medium_nvme": 100,
    "medium_emmc": 40,
    "medium_card": 10,
    "medium_unknown": 50,
    "size_32": 15,
    "size_60": 30,
    "size_120": 60,
    "size_240": 80,
    "size_480": 100,
    "size_960": 100,
}
WEIGHTS = ("weight_cpu", "weight_ram", "weight_disk")
LOWEST, HIGHEST = -100, 100
_AS_REPORTED = 0.93

_CORE_YEARS = (2010, 2011, 2012, 2013, 2015, 2015, 2016, 2017, 2018, 2019, 2020, 2022, 2023, 2024)
_ULTRA_YEARS = {"1": 2024, "2": 2025}
_RYZEN_YEARS = dict(
    zip("123456789", (2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2024), strict=True)
)
_AMD_A_YEARS = dict(zip("3456789", (2011, 2012, 2013, 2014, 2014, 2015, 2016), strict=True))
_SMALL_YEARS = {"2": 2013, "3": 2016, "4": 2018, "5": 2019, "6": 2021}
_XEON_YEARS = {"2": 2012, "3": 2013, "4": 2015, "5": 2015, "6": 2017}
_APPLE_YEARS = {"1": 2020, "2": 2022, "3": 2023, "4": 2024, "5": 2025}
_NOISE = re.compile(r"\((?:r|tm)\)|®|™|\bcpu\b|\bprocessor\b|@.*|\bwith\b.*", re.IGNORECASE)
_LOW_POWER = re.compile(r"(U|Y|G\d)", re.IGNORECASE)


class Cpu(NamedTuple):
    """A processor as its name tells it: family, year of its generation, low power or not."""

    family: str
    year: int | None
    is_low_power: bool = False


class Machine(NamedTuple):
    """What the class is computed from. Memory and storage in GB."""

    kind: str
    cpu: str
    ram_gb: float
    storage_gb: float
    medium: str
    year: int | None


def _core(found: re.Match[str]) -> Cpu:
    digits = found["digits"]
    is_two = len(digits) == 5 or (len(digits) == 4 and digits[0] == "1")
    generation = 1 if len(digits) == 3 else int(digits[: 2 if is_two else 1])
    year = _CORE_YEARS[generation - 1] if 1 <= generation <= len(_CORE_YEARS) else None
    return Cpu(f"core_i{found['tier']}", year, _is_low_power(found["suffix"]))


def _ultra(found: re.Match[str]) -> Cpu:
    year = _ULTRA_YEARS.get(found["series"])
    return Cpu(f"core_i{found['tier']}", year, _is_low_power(found["suffix"]))


def _core_m(found: re.Match[str]) -> Cpu:
    return Cpu("core_m", _CORE_YEARS[int(found["generation"]) - 1])


def _ryzen(found: re.Match[str]) -> Cpu:
    year = _RYZEN_YEARS[found["series"]]
    return Cpu(f"ryzen_{found['tier']}", year, _is_low_power(found["suffix"]))


def _small(found: re.Match[str]) -> Cpu:
    digits = found["digits"]
    return Cpu("atom", _SMALL_YEARS.get(digits[0]) if len(digits) == 4 else 2023)


def _is_low_power(suffix: str) -> bool:
    return bool(_LOW_POWER.match(suffix))


_NAMES: tuple[tuple[str, Any], ...] = (
    (r"\bi(?P<tier>[3579])[- ](?P<digits>\d{3,5})(?P<suffix>[a-z]*\d?)", _core),
    (r"\bcore(?: ultra)? (?P<tier>[3579]) (?P<series>\d)\d\d(?P<suffix>[a-z]*)", _ultra),
    (r"\bm[3579]?-(?P<generation>[5-8])y\d\d", _core_m),
    (r"\bcore ?2\b", lambda found: Cpu("core_2", 2008)),
    (r"\bryzen (?P<tier>[3579])(?: pro)? (?P<series>[1-9])\d{3}(?P<suffix>[a-z]*)", _ryzen),
    (r"\bapple m(?P<n>\d)", lambda found: Cpu("apple_m", _APPLE_YEARS.get(found["n"]))),
    (r"\bxeon\b.*\bv(?P<n>\d)", lambda found: Cpu("xeon", _XEON_YEARS.get(found["n"]))),
    (r"\bxeon\b", lambda found: Cpu("xeon", None)),
    (r"\ba(?:4|6|8|9|10|12)-(?P<n>[3-9])\d{3}", lambda f: Cpu("amd_a", _AMD_A_YEARS[f["n"]])),
    (r"\b(?:celeron|pentium|intel)(?: silver)?(?: dual-core)? [nj](?P<digits>\d{2,4})", _small),
    (r"\b(?:atom\b|amd e\d?-\d)", lambda found: Cpu("atom", None)),
    (r"\b(?:celeron|pentium|athlon)\b", lambda found: Cpu("pentium", None)),
)
_READERS = [(re.compile(pattern, re.IGNORECASE), reader) for pattern, reader in _NAMES]


def read_cpu(name: str) -> Cpu | None:
    """Read the family and the generation's year from a processor's name, as tools print it."""
    bare = " ".join(_NOISE.sub(" ", name).split())
    for pattern, reader in _READERS:
        if found := pattern.search(bare):
            cpu: Cpu = reader(found)
            return cpu
    return None


def judge(machine: Machine, *, scale: Scale, version: int) -> dict[str, Any]:
    """Give the class with all that it was computed from, or what is missing for it.

    {"version", "letter", "score", "parts": [{"part", "points", "weight", "why"}], "missing"};
    nothing at all for kinds that are not judged.
    """
    if machine.kind not in JUDGED:
        return {}
    points = {
        "cpu": _cpu_points(machine, scale),
        "ram": _ram_points(machine, scale),
        "disk": _disk_points(machine, scale),
    }
    missing = [name for name, found in points.items() if found is None]
    parts: list[dict[str, Any]] = [
        {"part": name, "points": found[0], "weight": scale[f"weight_{name}"], "why": found[1]}
        for name, found in points.items()
        if found is not None
    ]
    said: dict[str, Any] = {"version": version, "parts": parts, "missing": missing}
    if missing:
        return said | {"letter": "", "score": None}
    weighed = sum(part["points"] * part["weight"] for part in parts)
    score = round(weighed / (sum(part["weight"] for part in parts) or 1))
    letter = "A" if score >= scale["from_a"] else "B" if score >= scale["from_b"] else "C"
    return said | {"letter": letter, "score": score}


def _cpu_points(machine: Machine, scale: Scale) -> tuple[int, dict[str, Any]] | None:
    cpu = read_cpu(machine.cpu)
    year = (cpu.year or machine.year) if cpu else None
    if cpu is None or year is None:
        return None
    points = scale[f"cpu_{cpu.family}"] + (year - REFERENCE_YEAR) * scale["per_year"]
    points += scale["low_power"] if cpu.is_low_power else 0
    why = {"family": cpu.family, "year": year, "is_low_power": cpu.is_low_power}
    return min(max(points, 0), HIGHEST), why


def _ram_points(machine: Machine, scale: Scale) -> tuple[int, dict[str, Any]] | None:
    if not machine.ram_gb:
        return None
    return _step(machine.ram_gb, "ram", RAM_STEPS, scale), {"gb": machine.ram_gb}


def _disk_points(machine: Machine, scale: Scale) -> tuple[int, dict[str, Any]] | None:
    if not machine.storage_gb:
        return None
    size = _step(machine.storage_gb, "size", SIZE_STEPS, scale)
    medium = machine.medium if machine.medium in Medium.values else Medium.UNKNOWN
    points = round((scale[f"medium_{medium}"] + size) / 2)
    return points, {"gb": machine.storage_gb, "medium": str(medium)}


def _step(size: float, name: str, steps: tuple[int, ...], scale: Scale) -> int:
    """Give the points of the highest step reached; below the first, nothing.

    Tools report a little less than what is sold: 7.7 GB of 8, 223 GiB of 240 GB.
    """
    reached = [step for step in steps if size >= step * _AS_REPORTED]
    return max(scale[f"{name}_{reached[-1]}"], 0) if reached else 0

"""Real machines and drives, as their makers write them, and the places of the programme.

The machines, their release years, processors, memory and disk options, and masses were written
down from the makers' data sheets as the authors know them; masses are rounded and shares are
our guess of what French organisations give away. `share` is a weight within the kind.
"""

import csv
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

_HERE = Path(__file__).parent
_NEW = 2019  # the release year from which a computer is good for video calls


class Drive(NamedTuple):
    """A drive or soldered memory; size in GB (10⁹ bytes)."""

    medium: str
    maker: str
    model: str
    size_gb: int


class Machine(NamedTuple):
    """One model of the catalogue. Mass in grams; storage options as (medium, GB)."""

    kind: str
    maker: str
    model: str
    year: int
    cpu: str
    ram_gb: tuple[int, ...]
    storage: tuple[tuple[str, int], ...]
    screen_in: float | None
    mass_g: int
    share: int

    @property
    def performance_class(self) -> str:
        """What it can be used for (A, B, C); empty for what does not compute."""
        if not self.cpu:
            return ""
        points = (self.year >= _NEW) + (max(self.ram_gb) >= 8) + (self.year >= _NEW - 4)
        return "CBBA"[points]


class Territory(NamedTuple):
    """A département and how many workshops it has."""

    code: str
    name: str
    workshops: int


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _storage(text: str) -> tuple[tuple[str, int], ...]:
    options = (option.split(":") for option in text.split("|") if option)
    return tuple((medium, int(size)) for medium, size in options)


@cache
def machines() -> tuple[Machine, ...]:
    """Give the catalogue."""
    return tuple(
        Machine(
            kind=row["kind"],
            maker=row["maker"],
            model=row["model"],
            year=int(row["year"]),
            cpu=row["cpu"],
            ram_gb=tuple(int(size) for size in row["ram_gb"].split("|") if size),
            storage=_storage(row["storage"]),
            screen_in=float(row["screen_in"]) if row["screen_in"] else None,
            mass_g=round(float(row["mass_kg"]) * 1000),
            share=int(row["share"]),
        )
        for row in _rows("catalogue.csv")
    )


@cache
def machines_of(kind: str) -> tuple[Machine, ...]:
    """Give the machines of one kind."""
    return tuple(machine for machine in machines() if machine.kind == kind)


@cache
def drives() -> dict[tuple[str, int], tuple[Drive, ...]]:
    """Give the drives by medium and size."""
    found: dict[tuple[str, int], tuple[Drive, ...]] = {}
    for row in _rows("drives.csv"):
        drive = Drive(row["medium"], row["maker"], row["model"], int(row["size_gb"]))
        place = (drive.medium, drive.size_gb)
        found[place] = (*found.get(place, ()), drive)
    return found


@cache
def territories() -> tuple[Territory, ...]:
    """Give the twenty territories of the programme."""
    return tuple(
        Territory(r["code"], r["name"], int(r["workshops"])) for r in _rows("territories.csv")
    )


def draw_machine(kind: str, chance: Random) -> Machine:
    """Draw a machine of a kind by its share."""
    known = machines_of(kind)
    return chance.choices(known, [machine.share for machine in known])[0]


def draw_drive(machine: Machine, chance: Random) -> Drive | None:
    """Draw one of the drives that this machine is sold with; None when it has none."""
    return chance.choice(drives()[chance.choice(machine.storage)]) if machine.storage else None


def draw_serial(machine: Machine, chance: Random) -> str:
    """Draw a serial number in the shape its maker uses; the digits mean nothing."""
    shapes = {"Dell": "???????", "Lenovo": "PF0?????", "HP": "5CG#######", "Apple": "C02????????"}
    shape = shapes.get(machine.maker, "R5##?????##")
    letters = {"?": "0123456789BCDFGHJKLMNPQRSTVWXYZ", "#": "0123456789"}
    return "".join(chance.choice(letters[c]) if c in letters else c for c in shape)

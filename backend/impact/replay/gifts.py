"""What is given in a synthetic year: pledges, their lines, each machine that arrives."""

from dataclasses import dataclass, field
from itertools import cycle, pairwise
from random import Random

from backend.impact.replay.catalogue import (
    Drive,
    Machine,
    draw_drive,
    draw_machine,
    draw_serial,
)
from backend.impact.replay.organisations import Organisation
from backend.impact.replay.working_days import busy_day, working_days

KIND_SHARES = {
    "laptop": 450,
    "desktop": 160,
    "smartphone": 170,
    "tablet": 35,
    "monitor": 135,
    "printer": 25,
    "other": 25,
}
PLACEHOLDERS = (
    "To be filled by O.E.M.",
    "Default string",
    "Not Available",
    ".",
    "0",
    "System Serial Number",
    "None",
)
REFUSALS = (
    "Écran cassé, refusé sur place",
    "Trop ancien pour être remis en état",
    "Mouillé lors du stockage",
    "Hors du champ de la collecte",
)
UNEXPECTED = (
    "Trouvé dans la palette, non annoncé",
    "Déposé à l'atelier sans annonce",
    "Ajouté par le donateur au moment de la collecte",
)
_TYPICAL = {"company": 42.0, "public_body": 58.0, "association": 9.0}
_LAST_PLEDGE = 20  # working days before the year's end


@dataclass(slots=True)
class Line:
    """Some machines of one model in a pledge; `refused` at the door, with `reason`."""

    number: int
    machine: Machine
    arrives: int = 0
    refused: int = 0
    reason: str = ""
    short: int = 0

    @property
    def announced(self) -> int:
        """How many the donor announced: what arrives, what is refused, what was not there."""
        return self.arrives + self.refused + self.short


@dataclass(slots=True)
class Gift:
    """A pledge of the plan. Days are numbers of working days."""

    number: int
    donor: Organisation
    workshop: int
    size: int
    announced: int
    accepted: int = 0
    collected: int = 0
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Thing:
    """One machine that arrives, and what it says of itself (its serial may lie)."""

    number: int
    machine: Machine
    workshop: int
    received: int
    gift: int | None
    line: int | None
    ram_gb: int
    drive: Drive | None
    serial: str
    asset_number: str
    unexpected: str = ""
    data: str = ""  # what the workshop made of it: erased, destroyed, absent

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.machine.kind


def largest_remainder(total: int, weights: list[float]) -> list[int]:
    """Share out `total` whole things by weight; what is left over goes to the largest rests."""
    sum_of = sum(weights)
    exact = [total * weight / sum_of for weight in weights]
    shares = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: (shares[n] - exact[n], n))
    for n in by_rest[: total - sum(shares)]:
        shares[n] += 1
    return shares


def gifts_of_a_year(
    *,
    year: int,
    count: int,
    devices: int,
    donors: list[Organisation],
    at: list[Organisation],
    chance: Random,
) -> list[Gift]:
    """Plan `count` pledges that bring `devices` machines in all, spread by the season."""
    last = len(working_days(year)) - _LAST_PLEDGE
    who = [donor for donor, _n in zip(cycle(donors), range(count), strict=False)]
    chance.shuffle(who)
    gifts = []
    for number, (donor, size) in enumerate(zip(who, _sizes(who, devices, chance), strict=True)):
        day = busy_day(year, (number + chance.random()) / count, last=last)
        near = [w.number for w in at if w.territory == donor.territory]
        gift = Gift(number, donor, chance.choice(near), size, day)
        gift.accepted = day + chance.randint(1, 3)
        gift.collected = min(gift.accepted + chance.randint(2, 9), len(working_days(year)) - 6)
        gifts.append(gift)
    _lines(gifts, devices, chance)
    return gifts


def _sizes(who: list[Organisation], devices: int, chance: Random) -> list[int]:
    private = [d.legal_type == "individual" for d in who]
    few = [chance.choice((1, 1, 1, 2)) if is_private else 0 for is_private in private]
    weights = [
        0.0 if is_private else min(_TYPICAL[d.legal_type] * chance.lognormvariate(0, 0.9), 400.0)
        for d, is_private in zip(who, private, strict=True)
    ]
    roof = max(sum(weights) * 0.12, 1.0)  # in a small year no single gift decides everything
    organised = sum(not p for p in private)
    shared = largest_remainder(devices - sum(few) - organised, [min(w, roof) for w in weights])
    return [f or s + 1 for f, s in zip(few, shared, strict=True)]


def _lines(gifts: list[Gift], devices: int, chance: Random) -> None:
    left = dict(
        zip(
            KIND_SHARES,
            largest_remainder(devices, list(map(float, KIND_SHARES.values()))),
            strict=True,
        )
    )
    number = 0
    for gift in gifts:
        parts = min(gift.size, chance.randint(1, 6), 1 + gift.size // 4)
        for size in largest_remainder(
            gift.size, [chance.uniform(0.3, 1) for _part in range(parts)]
        ):
            if not size:
                continue
            gift.lines.append(_line(number, size, left, chance))
            number += 1


def _line(number: int, size: int, left: dict[str, int], chance: Random) -> Line:
    kinds = list(left)
    kind = chance.choices(kinds, [max(left[k], 0) + 0.01 for k in kinds])[0]
    left[kind] -= size
    line = Line(number, draw_machine(kind, chance), arrives=size)
    if size >= 4 and chance.random() < 0.12:
        line.refused = chance.randint(1, 1 + size // 8)
        line.reason = chance.choice(REFUSALS)
    if chance.random() < 0.06:
        line.short = chance.randint(1, 1 + size // 10)
    return line


def things_of(gifts: list[Gift], *, unexpected: int, year: int, chance: Random) -> list[Thing]:
    """Give each machine that arrives, `unexpected` ones among them, in the order of arrival."""
    last = len(working_days(year)) - 1
    things: list[Thing] = []
    for gift in gifts:
        for line in gift.lines:
            for _piece in range(line.arrives):
                day = min(gift.collected + chance.choice((0, 1, 1, 2, 3)), last)
                things.append(_thing(line.machine, gift, line.number, day, chance))
    for _piece in range(unexpected):
        gift = chance.choice(gifts)
        kind = chance.choices(list(KIND_SHARES), list(KIND_SHARES.values()))[0]
        day = min(gift.collected + chance.randint(0, 4), last)
        thing = _thing(draw_machine(kind, chance), gift, None, day, chance)
        thing.unexpected = chance.choice(UNEXPECTED)
        thing.gift = gift.number if thing.unexpected != UNEXPECTED[1] else None
        things.append(thing)
    things.sort(key=lambda thing: thing.received)
    for number, thing in enumerate(things):
        thing.number = number
    _lie(things, chance)
    return things


def _thing(machine: Machine, gift: Gift, line: int | None, day: int, chance: Random) -> Thing:
    owned = chance.random() < 0.6 and gift.donor.legal_type != "individual"
    return Thing(
        number=0,
        machine=machine,
        workshop=gift.workshop,
        received=day,
        gift=gift.number,
        line=line,
        ram_gb=chance.choice(machine.ram_gb) if machine.ram_gb else 0,
        drive=draw_drive(machine, chance),
        serial=draw_serial(machine, chance),
        asset_number=f"INV-{gift.donor.number:03}-{chance.randrange(10**6):06}" if owned else "",
    )


def _lie(things: list[Thing], chance: Random) -> None:
    """Make serials unique, then let 2 % (desktops 5 %) lie, and 0.4 % copy a neighbour."""
    seen: set[str] = set()
    for thing in things:
        while thing.serial in seen:
            thing.serial = draw_serial(thing.machine, chance)
        seen.add(thing.serial)
    for thing in things:
        if chance.random() < (0.05 if thing.kind == "desktop" else 0.02):
            thing.serial = chance.choice(PLACEHOLDERS)
    for before, thing in pairwise(things):
        if chance.random() < 0.004 and before.received == thing.received:
            thing.serial = before.serial

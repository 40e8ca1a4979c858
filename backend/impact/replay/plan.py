"""The plan of a synthetic year: exact, and the same for the same seed and scale.

Nothing here knows Django: `plan(seed, scale)` is a pure function. Rounding: every count of the
full year is multiplied by the scale and rounded, halves upward; incidents happen at least once.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from math import floor
from random import Random

from backend.impact.replay import organisations
from backend.impact.replay.fates import COUNTED, choose_ready, tell_fates
from backend.impact.replay.gifts import Gift, Thing, gifts_of_a_year, things_of
from backend.impact.replay.organisations import Organisation
from backend.impact.replay.people import Delivery, Matching, Shares, shelf_of
from backend.impact.replay.requests import tell_deliveries, tell_losses, tell_unserved
from backend.impact.replay.steps import Diary, Step
from backend.impact.replay.working_days import working_days

YEAR = 2025
SMALLEST = 0.01
CRITERIA = ("attested", "minimum_benefits", "family_quotient", "student", "asylum")
DECLINED = ("Trop peu d'appareils pour un déplacement", "Appareils de plus de dix ans")
TRIPS = ("Transporteur de l'atelier", "Équipe de l'atelier", "Déposé par le donateur")
_CYCLE = 30  # working days before a machine given away may be donated again


class TooSmall(ValueError):
    """Below one hundredth the counts are too small to hold a year."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a year, after rounding."""

    donors: int
    pledges: int
    declined: int
    devices: int
    unexpected: int
    new_cycles: int
    reconditioned: int
    missing: int
    found: int
    released: int
    structures: int
    unserved: dict[str, int]
    people: Shares


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known by a case reference only."""

    number: int
    structure: int
    household: int
    criterion: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that happens in a year, by working day."""

    seed: int
    scale: float
    counts: Counts
    workshops: list[Organisation]
    structures: list[Organisation]
    gifts: list[Gift]
    things: list[Thing]
    people: list[Person]
    days: dict[date, list[Step]]


def rounded(count: float) -> int:
    """Round to the nearest whole, halves upward."""
    return floor(count + 0.5)


def counts_for(scale: float) -> Counts:
    """Give the counts of a year at this scale. Raises TooSmall below one hundredth."""
    if scale < SMALLEST:
        raise TooSmall(f"the smallest year is {SMALLEST} of the real one")

    def of(count: int) -> int:
        return rounded(count * scale)

    def some(count: int) -> int:
        return max(1, of(count))

    return Counts(
        donors=max(8, of(400)),
        pledges=max(12, of(560)),
        declined=some(35),
        devices=of(20_000),
        unexpected=some(400),
        new_cycles=some(20),
        reconditioned=of(7_400),
        missing=some(60),
        found=some(25),
        released=some(40),
        structures=max(4, of(80)),
        unserved={"declined": some(70), "cancelled": some(40), "waiting": some(220)},
        people=Shares(
            equipped=of(3_000),
            gave_back=some(60),
            exchanged=some(90),
            with_two=max(2, of(150)),
            one_of_two=some(15),
            given_again=some(50),
        ),
    )


def plan(seed: int, scale: float) -> Plan:
    """Plan a year of the reference programme. Same seed, same scale: the same year."""
    counts = counts_for(scale)
    diary = Diary(YEAR)
    workshops = organisations.workshops()
    structures = organisations.structures(counts.structures, _chance(seed, "structures"))
    donors = organisations.donors(counts.donors, _chance(seed, "donors"))
    chance = _chance(seed, "gifts")
    gifts = gifts_of_a_year(
        year=YEAR,
        count=counts.pledges,
        devices=counts.devices - counts.unexpected,
        donors=donors,
        at=workshops,
        chance=chance,
    )
    things = things_of(gifts, unexpected=counts.unexpected, year=YEAR, chance=chance)
    _tell_gifts(gifts, things, counts, diary, _chance(seed, "doors"))
    people = _tell_lives(things, counts, diary, seed)
    diary.write(0, "open", 0)
    return Plan(
        seed,
        scale,
        counts,
        workshops,
        structures,
        gifts,
        things,
        [_person(n, structures, seed) for n in range(people)],
        diary.days(),
    )


def _chance(seed: int, what: str) -> Random:
    return Random(f"{seed}:{what}")  # noqa: S311  # a synthetic year, not a secret


def _tell_gifts(
    gifts: list[Gift], things: list[Thing], counts: Counts, diary: Diary, chance: Random
) -> None:
    for gift in gifts:
        diary.write(gift.announced, "announce", gift.number)
        diary.write(gift.accepted, "accept", gift.number)
        fetched_by = chance.choice(TRIPS)
        diary.write(gift.accepted, "plan_collection", gift.number, fetched_by=fetched_by)
        diary.write(gift.collected, "collect", gift.number)
    for number in range(len(gifts), len(gifts) + counts.declined):
        day = chance.randint(0, diary.last - 5)
        like = chance.choice(gifts).number
        diary.write(day, "announce", number, like=like)
        diary.write(day + 2, "decline_pledge", number, reason=chance.choice(DECLINED))
    _tell_labels(things, diary)


def _tell_labels(things: list[Thing], diary: Diary) -> None:
    """Mint each month what each workshop will stick on in that month, on its first working day."""
    months = [day.month for day in working_days(diary.year)]
    needed = Counter((months[thing.received], thing.workshop) for thing in things)
    for (month, workshop), quantity in sorted(needed.items()):
        diary.write(months.index(month), "mint", workshop, quantity=quantity)


def _tell_lives(things: list[Thing], counts: Counts, diary: Diary, seed: int) -> int:
    """Write what becomes of every machine and who receives it; give the number of people."""
    chance, last = _chance(seed, "lives"), diary.last
    ready = choose_ready(things, count=counts.reconditioned, last=last, chance=chance)
    fates = tell_fates(things, ready, diary, chance)
    shelf = shelf_of(
        fates, counts.people.hand_overs - counts.people.given_again, last=last, chance=chance
    )
    matching = Matching(counts.people, shelf, chance)
    deliveries = matching.run(last=last)
    comes = tell_deliveries(deliveries, diary, chance)
    comes |= tell_unserved(
        counts.unserved, number=len(deliveries), person=len(comes), diary=diary, chance=chance
    )
    requests = len(deliveries) + sum(counts.unserved.values())
    comes |= tell_losses(
        fates,
        missing=counts.missing,
        found=counts.found,
        released=counts.released,
        first_request=requests,
        first_person=len(comes),
        diary=diary,
        chance=chance,
    )
    for person, day in comes.items():
        diary.write(day, "register", person)
    _come_again(things, deliveries, ready, counts.new_cycles)
    return len(comes)


def _come_again(
    things: list[Thing], deliveries: list[Delivery], ready: set[int], count: int
) -> None:
    """Let machines that were given away be donated once more, under another label."""
    once = Counter(d.thing.number for d in deliveries)
    gone = [d for d in deliveries if once[d.thing.number] == 1 and d.back is None]
    late = [t for t in things if t.line is None and t.kind in COUNTED and t.number not in ready]
    for new, old in zip(reversed(late), gone[:count], strict=False):
        if new.received >= old.day + _CYCLE:
            new.machine, new.serial = old.thing.machine, old.thing.serial
            new.ram_gb, new.drive = old.thing.ram_gb, old.thing.drive


def _person(number: int, structures: list[Organisation], seed: int) -> Person:
    chance = _chance(seed, f"person {number}")
    return Person(
        number,
        structures[chance.randrange(len(structures))].number,
        chance.choice((1, 1, 2, 3, 4, 5)),
        chance.choice(CRITERIA),
    )

"""Who is equipped in a synthetic year, so that the counts come out exactly."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from backend.impact.replay.fates import Fate
from backend.impact.replay.gifts import Thing

_TO_SETTLE = 8  # working days that a promise may take before the year ends
_AGAIN = 5  # working days from a return to the next hand-over


@dataclass(frozen=True, slots=True)
class Shares:
    """How many people of each sort; `equipped` hold a device on the last day."""

    equipped: int
    gave_back: int  # had one, gave it back, hold none
    exchanged: int  # gave one back, hold another
    with_two: int  # hold two
    one_of_two: int  # of those, gave one of three back: hold two again
    given_again: int  # hand-overs of a machine that had come back

    @property
    def hand_overs(self) -> int:
        """Every hand-over of the year."""
        return self.equipped + self.gave_back + self.exchanged + self.with_two + self.one_of_two


@dataclass(slots=True)
class Delivery:
    """One machine handed over on one working day, to one person, perhaps given back."""

    number: int
    thing: Thing
    day: int
    ready: int
    person: int = -1
    back: int | None = None
    is_given_again: bool = False


def shelf_of(fates: list[Fate], count: int, *, last: int, chance: Random) -> list[Delivery]:
    """Choose which machines leave the shelf, and when; in the order of the days."""
    able = [
        f
        for f in fates
        if f.is_refurbished and f.ready is not None and f.ready <= last - _TO_SETTLE
    ]
    if len(able) < count:
        raise ValueError(f"{count} hand-overs, only {len(able)} machines ready early enough")
    found = []
    for fate in chance.sample(able, count):
        ready = fate.ready or 0
        fate.is_given = True
        day = min(ready + 2 + int(chance.expovariate(1 / 9)), last - chance.randint(0, 5))
        found.append(Delivery(0, fate.thing, day, ready))
    found.sort(key=lambda d: (d.day, d.thing.number))
    return found


class Matching:
    """Gives the deliveries of a year to people, so that the counts come out exactly."""

    def __init__(self, shares: Shares, deliveries: list[Delivery], chance: Random) -> None:
        """Take the deliveries, first day first."""
        self.shares = shares
        self.deliveries = deliveries
        self.chance = chance
        self.free = list(range(len(deliveries)))
        self.people = 0

    def run(self, *, last: int) -> list[Delivery]:
        """Give every delivery its person; returns and second lives are added on the way."""
        for _person in range(self.shares.one_of_two):
            first, other, third = self._apart(3)
            self._give(first, other, third)
            self._comes_back(first, self.deliveries[third].day)
        for _person in range(self.shares.exchanged):
            first, other = self._apart(2)
            self._give(first, other)
            self._comes_back(first, self.deliveries[other].day)
        for _person in range(self.shares.with_two - self.shares.one_of_two):
            self._give(*self._apart(2))
        for _person in range(self.shares.gave_back):
            first = self._take(0.0, 0.6)
            self._give(first)
            self._comes_back(first, min(self.deliveries[first].day + 30, last - _AGAIN - 2))
        for place in self.free:
            self._give(place)
        self._give_again(last)
        return self.deliveries

    def _take(self, start: float, end: float) -> int:
        low, high = int(start * len(self.free)), max(int(end * len(self.free)), 1)
        return self.free.pop(self.chance.randrange(min(low, high - 1), high))

    def _apart(self, count: int) -> list[int]:
        """Take deliveries of one person to be, at least six working days apart."""
        for _try in range(1000):
            picked = sorted(self.chance.sample(self.free, count))
            days = [self.deliveries[place].day for place in picked]
            if all(b - a >= 6 for a, b in pairwise(days)):
                self.free = [place for place in self.free if place not in picked]
                return picked
        raise ValueError("the hand-overs of this year lie too close together")

    def _give(self, *places: int) -> None:
        for place in places:
            self.deliveries[place].person = self.people
        self.people += 1

    def _comes_back(self, place: int, before: int) -> None:
        delivery = self.deliveries[place]
        delivery.back = delivery.day + self.chance.randint(1, max(before - delivery.day - 1, 1))

    def _give_again(self, last: int) -> None:
        back = [d for d in self.deliveries if d.back is not None and d.back + _AGAIN + 1 <= last]
        back.sort(key=lambda d: (d.back or 0, d.thing.number))
        if len(back) < self.shares.given_again:
            raise ValueError("too few machines come back early enough to be given again")
        for before in back[: self.shares.given_again]:
            before.is_given_again = True
            ready = (before.back or 0) + 3
            day = min(ready + self.chance.randint(2, 12), last)
            again = Delivery(0, before.thing, day, ready, person=self.people)
            self.people += 1
            self.deliveries.append(again)

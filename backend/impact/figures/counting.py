"""What one day adds to every figure, from the event log."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from backend.accounts.models import Organisation
from backend.core.models import Event
from backend.impact.choices import Figure
from backend.impact.figures.days import (
    FIRSTS,
    GIVEN,
    OF_PEOPLE,
    PASSED,
    RETURNED,
    UNDONE,
    bounds,
    devices_held_by,
    paris_day,
)
from backend.inventory.choices import COMPUTERS_AND_SMARTPHONES

ONE_EACH = {
    "device.received": Figure.DEVICES_COLLECTED,
    GIVEN: Figure.DEVICES_HANDED_OVER,
    RETURNED: Figure.DEVICES_RETURNED,
    "device.recycled": Figure.DEVICES_RECYCLED,
    "storage_unit.erased": Figure.ERASURES_DONE,
}
GRAMS = {GIVEN: Figure.GRAMS_HANDED_OVER, "device.recycled": Figure.GRAMS_RECYCLED}
COLLECTION_DONE = "collection.done"
COUNTED = (*ONE_EACH, PASSED, COLLECTION_DONE, *UNDONE)


class Line(NamedTuple):
    """An event as the counting needs it."""

    pk: int
    kind: str
    subject: int
    moment: datetime
    facts: dict[str, Any]


class Place(NamedTuple):
    """Where a figure is counted: the columns of DailyTally beside day and value."""

    figure: Figure
    workshop_id: int
    territory: str
    kind: str


Count = Counter[Place]


def count_day(day: date) -> Count:
    """Count one day (Europe/Paris) from the event log."""
    begin, end = bounds(day)
    log = Event.objects.filter(kind__in=COUNTED, happened_at__gte=begin, happened_at__lt=end)
    found = Count()
    territories = _Territories()
    for figure, line, value in _facts_of_day(_lines(log), day, end):
        workshop = line.facts.get("workshop") or 0
        place = Place(figure, workshop, territories[workshop], line.facts.get("kind", ""))
        found[place] += value
    return Count({place: value for place, value in found.items() if value})


def count_devices(device_ids: Collection[int], first_day: date, last_day: date) -> Counter[Figure]:
    """Count what happened to some devices in a period: a donor's view of the same facts."""
    begin, _next = bounds(first_day)
    _begin, end = bounds(last_day)
    log = Event.objects.filter(subject_type="device", subject_id__in=device_ids)
    in_time = log.filter(kind__in=COUNTED, happened_at__gte=begin, happened_at__lt=end)
    lines = _lines(in_time)
    counted: Counter[Figure] = Counter()
    for figure, _line, value in _simple_facts(lines):
        counted[figure] += value
    for line in _first_times(lines, until=end):
        if first_day <= paris_day(line.moment) <= last_day:
            counted[_first_time_figure(line)] += 1
    return counted


def _lines(log: "QuerySet[Event]") -> list[Line]:
    columns = log.order_by("happened_at", "pk").values_list(
        "pk", "kind", "subject_id", "happened_at", "facts"
    )
    return [Line(*row) for row in columns]


def _facts_of_day(
    lines: list[Line], day: date, end: datetime
) -> Iterable[tuple[Figure, Line, int]]:
    yield from _simple_facts(lines)
    for line in _first_times(lines, until=end):
        if paris_day(line.moment) == day:
            yield _first_time_figure(line), line, 1
    yield from _people(lines, day, end)


def _simple_facts(lines: list[Line]) -> Iterable[tuple[Figure, Line, int]]:
    taken_back = _taken_back({line.subject for line in lines})
    for line in lines:
        if line.kind == COLLECTION_DONE:
            yield Figure.DEVICES_REFUSED, line, line.facts["refused"]
        if line.pk in taken_back or line.kind not in ONE_EACH:
            continue
        yield ONE_EACH[line.kind], line, 1
        if line.kind in GRAMS:
            yield GRAMS[line.kind], line, line.facts.get("mass_g") or 0


def _taken_back(devices: Collection[int]) -> set[int]:
    undone = Event.objects.filter(kind__in=UNDONE, subject_type="device", subject_id__in=devices)
    return {facts["undone_event"] for facts in undone.values_list("facts", flat=True)}


def _first_time_figure(line: Line) -> Figure:
    if line.kind == GIVEN:
        return Figure.MACHINES_GIVEN
    if line.facts["kind"] in COMPUTERS_AND_SMARTPHONES:
        return Figure.DEVICES_RECONDITIONED
    return Figure.OTHER_DEVICES_RECONDITIONED


def _first_times(lines: list[Line], *, until: datetime) -> list[Line]:
    """Give, of the devices concerned, the first time each became ready or was given for good."""
    devices = {line.subject for line in lines if line.kind in (*FIRSTS, *UNDONE)}
    log = Event.objects.filter(kind__in=FIRSTS, subject_type="device", subject_id__in=devices)
    taken_back = _taken_back(devices)
    first: dict[tuple[str, int], Line] = {}
    for line in _lines(log.filter(happened_at__lt=until)):
        if line.pk not in taken_back:
            first.setdefault((line.kind, line.subject), line)
    return list(first.values())


def _people(lines: list[Line], day: date, end: datetime) -> Iterable[tuple[Figure, Line, int]]:
    """Give +1 for who holds a device after this day and held none before, -1 the other way."""
    people = {line.facts["beneficiary"] for line in lines if line.kind in OF_PEOPLE}
    if not people:
        return
    log = Event.objects.filter(
        kind__in=OF_PEOPLE,
        subject_type="device",
        subject_id__in=devices_held_by(people),
        happened_at__lt=end,
    )
    held: dict[int, set[int]] = defaultdict(set)
    held_before: set[int] = set()
    last: dict[int, Line] = {}
    for line in _lines(log):
        person = line.facts["beneficiary"]
        if paris_day(line.moment) == day and person not in last and held[person]:
            held_before.add(person)
        if paris_day(line.moment) == day:
            last[person] = line
        if line.kind == GIVEN:
            held[person].add(line.subject)
        else:
            held[person].discard(line.subject)
    for person in people & last.keys():
        change = bool(held[person]) - (person in held_before)
        if change:
            yield Figure.PEOPLE_EQUIPPED, last[person], change


class _Territories(dict[int, str]):
    """The département of each workshop, looked up once for all."""

    def __missing__(self, workshop: int) -> str:
        if not self:
            self.update(Organisation.objects.workshops().values_list("pk", "territory"))
        return self.setdefault(workshop, "")

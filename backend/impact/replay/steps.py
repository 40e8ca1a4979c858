"""One step of a synthetic year: what is done, when it happened, when it was told."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from backend.impact.replay.working_days import working_days

PARIS = ZoneInfo("Europe/Paris")
_OPENS = time(8, 0)
_OPEN_FOR = timedelta(hours=10)

# The order of a day's work. Steps of one rank keep the order in which they were planned.
_ORDER = (
    ("open",),
    ("announce",),
    ("accept", "decline_pledge"),
    ("mint",),
    ("plan_collection",),
    ("collect",),
    ("receive",),
    ("triage",),
    ("describe",),
    ("erase_in_vain",),
    ("erase", "destroy", "absent"),
    ("unlock",),
    ("fail_check",),
    ("repair",),
    ("pass_check", "undo_check"),
    ("place",),
    ("miss",),
    ("find",),
    ("dismantle",),
    ("recycle",),
    ("take_back",),
    ("register",),
    ("submit",),
    ("decline_request", "cancel_request"),
    ("allocate",),
    ("release",),
    ("hand_over",),
)
_RANK = {verb: rank for rank, verbs in enumerate(_ORDER) for verb in verbs}


class Step(NamedTuple):
    """`verb` is done to the thing with this `number`; `at` is when it happened."""

    at: datetime
    verb: str
    number: int
    facts: dict[str, Any]


@dataclass(slots=True)
class Diary:
    """Steps written down in any order, read day by day."""

    year: int
    _days: dict[int, list[tuple[int, int, int, str, int, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @property
    def last(self) -> int:
        """The number of the last working day."""
        return len(working_days(self.year)) - 1

    def write(self, day: int, verb: str, number: int, *, late: int = 0, **facts: Any) -> None:
        """Plan a step for a working day; `late` is how many days before it really happened."""
        entries = self._days[day]
        entries.append((_RANK[verb], number, len(entries), verb, late, facts))

    def days(self) -> dict[date, list[Step]]:
        """Give the steps of each working day in the order of its work."""
        return {
            working_days(self.year)[day]: self._steps_of(day, sorted(self._days[day], key=_order))
            for day in sorted(self._days)
        }

    def _steps_of(self, day: int, entries: list[Any]) -> list[Step]:
        days = working_days(self.year)
        pause = _OPEN_FOR / (len(entries) + 1)
        return [
            Step(
                datetime.combine(days[day - late], _OPENS, PARIS) + pause * place,
                verb,
                number,
                facts,
            )
            for place, (_rank, number, _written, verb, late, facts) in enumerate(entries)
        ]


def _order(entry: tuple[Any, ...]) -> tuple[int, int, int]:
    rank, number, written = entry[:3]
    return rank, number, written

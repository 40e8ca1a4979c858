"""What holds now: the checklists of a workshop, its hourly rate, the programme's scale."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max
from django.utils.translation import get_language, override

from backend.inventory.choices import FIXED_POINTS, Kind, checklist_for
from backend.inventory.models import Checklist, HourlyRate, PerformanceScale
from backend.inventory.performance import STANDARD


class ListPoint(NamedTuple):
    """One point of a list, in both languages; a fixed one stays on every list."""

    key: str
    fr: str
    en: str

    @property
    def words(self) -> str:
        """Say it in the reader's language; French where there is no English."""
        return self.en if self.en and not (get_language() or "fr").startswith("fr") else self.fr

    @property
    def is_fixed(self) -> bool:
        """Whether a workshop may not take it off."""
        return self.key in FIXED_POINTS


class CurrentList(NamedTuple):
    """The list that holds for one kind: version 0 is the standard one."""

    kind: str
    version: int
    points: list[ListPoint]
    published_at: datetime | None = None


def current_lists(organisation_id: int) -> dict[str, CurrentList]:
    """Give the list of every kind, the workshop's own or the standard one: one statement."""
    mine = Checklist.objects.filter(organisation_id=organisation_id)
    latest = mine.values("kind").annotate(last=Max("pk")).values("last")
    own = {row.kind: row for row in Checklist.objects.filter(pk__in=latest)}
    return {kind: _shown(kind, own.get(kind)) for kind in Kind.values}


def current_list(organisation_id: int, kind: str) -> CurrentList:
    """Give the list of one kind: one statement."""
    mine = Checklist.objects.filter(organisation_id=organisation_id, kind=kind)
    return _shown(kind, mine.order_by("-version").first())


def _shown(kind: str, row: Checklist | None) -> CurrentList:
    if row is None:
        return CurrentList(kind, 0, standard_points(kind))
    points = [ListPoint(p["key"], p["fr"], p.get("en", "")) for p in row.points]
    return CurrentList(kind, row.version, points, row.published_at)


def standard_points(kind: str) -> list[ListPoint]:
    """Give the standard list in both languages."""
    points = checklist_for(kind)
    with override("fr"):
        french = {key: str(words) for key, words in points.items()}
    with override("en"):
        english = {key: str(words) for key, words in points.items()}
    return [ListPoint(key, french[key], english[key]) for key in points]


def words_of_points(kind: str, checklist: Checklist | None) -> dict[str, str]:
    """Give the words of the list that a check answered."""
    return {point.key: point.words for point in _shown(kind, checklist).points}


def rate_now(organisation_id: int) -> HourlyRate | None:
    """Give what an hour costs in this workshop now, if it was ever said."""
    return HourlyRate.objects.filter(organisation_id=organisation_id).order_by("-pk").first()


class CurrentScale(NamedTuple):
    """The scale that holds: version 0 is the standard one."""

    version: int
    points: dict[str, Any]
    published_at: datetime | None = None


def scale_now() -> CurrentScale:
    """Give the programme's scale: one statement."""
    row = PerformanceScale.objects.order_by("-version").first()
    if row is None:
        return CurrentScale(0, STANDARD)
    return CurrentScale(row.version, row.points, row.published_at)

"""Figures as they are shown: sums of daily tallies."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from backend.accounts.models import Organisation
from backend.impact.choices import Figure
from backend.impact.models import DailyTally

Figures = dict[str, int]


def totals(
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    workshop_id: int | None = None,
    territory: str = "",
    kind: str = "",
) -> Figures:
    """Give every figure for a period (all time when open), a workshop, a territory, a kind."""
    tallies = _tallies(first_day, last_day, workshop_id, territory, kind)
    return _whole(dict(tallies.values_list("figure").annotate(total=Sum("value"))))


def by_month(**filters: Any) -> dict[date, Figures]:
    """Give every figure for each month that has any, in order; filters as for `totals`."""
    tallies = _tallies(**_all_filters(filters)).annotate(month=TruncMonth("day"))
    return _grouped(tallies.values_list("month", "figure").annotate(total=Sum("value")))


def by_territory(**filters: Any) -> dict[str, Figures]:
    """Give every figure for each département, in order."""
    tallies = _tallies(**_all_filters(filters)).exclude(territory="")
    return _grouped(tallies.values_list("territory", "figure").annotate(total=Sum("value")))


def by_kind(**filters: Any) -> dict[str, Figures]:
    """Give every figure for each kind of device."""
    tallies = _tallies(**_all_filters(filters)).exclude(kind="")
    return _grouped(tallies.values_list("kind", "figure").annotate(total=Sum("value")))


def by_workshop(**filters: Any) -> dict[str, Figures]:
    """Give every figure for each workshop, by name."""
    tallies = _tallies(**_all_filters(filters)).exclude(workshop_id=0)
    rows = tallies.values_list("workshop_id", "figure").annotate(total=Sum("value"))
    names = dict(Organisation.objects.workshops().values_list("pk", "name"))
    return _grouped([(names.get(pk, f"#{pk}"), figure, total) for pk, figure, total in rows])


def _all_filters(filters: dict[str, Any]) -> dict[str, Any]:
    none = {"first_day": None, "last_day": None, "workshop_id": None, "territory": "", "kind": ""}
    return none | filters


def _tallies(
    first_day: date | None,
    last_day: date | None,
    workshop_id: int | None,
    territory: str,
    kind: str,
) -> "QuerySet[DailyTally]":
    wanted = {
        "day__gte": first_day,
        "day__lte": last_day,
        "workshop_id": workshop_id,
        "territory": territory or None,
        "kind": kind or None,
    }
    return DailyTally.objects.filter(**{k: v for k, v in wanted.items() if v is not None})


def _grouped(rows: Any) -> dict[Any, Figures]:
    groups: dict[Any, Figures] = defaultdict(dict)
    for group, figure, total in rows:
        groups[group][figure] = total
    return {group: _whole(groups[group]) for group in sorted(groups)}


def _whole(found: Figures) -> Figures:
    return {figure.value: found.get(figure.value, 0) for figure in Figure}

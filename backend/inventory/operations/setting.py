"""What holds from now on: the checklist of a workshop, its hourly rate, the performance scale."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.transactions import operation
from backend.inventory.choices import FIXED_POINTS, Kind
from backend.inventory.models import Checklist, HourlyRate, PerformanceScale
from backend.inventory.operations.pledging import NotAWorkshop
from backend.inventory.performance import HIGHEST, LOWEST, STANDARD, WEIGHTS

MOST_POINTS = 40
LONGEST_WORDS = 80
DEAREST_HOUR = 20_000  # cents
POINT_KEY = re.compile(r"[a-z0-9_]{1,40}")


class Point(TypedDict):
    """One point of a checklist: its key for ever, its words in both languages."""

    key: str
    fr: str
    en: str


class ChangedMeanwhile(Refusal):
    """Somebody published another version since this one was begun."""

    code = "changed_meanwhile"
    title = _("Somebody changed this meanwhile")


class BeforeLastVersion(Refusal):
    """The moment given is before the version that holds was published."""

    code = "before_last_version"
    title = _("Something newer holds already")


@operation
def publish_checklist(
    *, kind: str, points: Sequence[Point], replaces: int, by: Membership, at: datetime
) -> Checklist:
    """Publish the next version of a workshop's checklist for one kind.

    `replaces` is the version it was made from. The fixed points stay on every list. Checks made
    before stay as they were answered.
    """
    _only_workshops(by)
    kept = [Point(key=p["key"], fr=p["fr"].strip(), en=p.get("en", "").strip()) for p in points]
    _check_points(kept)
    mine = Checklist.objects.filter(organisation=_locked(by), kind=Kind(kind))
    version = _next_version(mine, replaces)
    _check_follows(mine, at=at)
    checklist = Checklist(
        organisation_id=by.organisation_id,
        kind=kind,
        version=version,
        points=kept,
        published_at=at,
        published_by_label=by.actor_label,
    )
    checklist.save()
    events.record(
        "checklist.published", subject=checklist, by=by, at=at, kind=kind, version=version
    )
    return checklist


def _check_points(points: Sequence[Point]) -> None:
    keys = [point["key"] for point in points]
    problem = None
    if not 1 <= len(points) <= MOST_POINTS:
        problem = _("A list has between 1 and 40 points.")
    elif len(set(keys)) < len(keys) or not all(POINT_KEY.fullmatch(key) for key in keys):
        problem = _("Each point has its own key, of small letters, digits and _.")
    elif not all(0 < len(p["fr"]) <= LONGEST_WORDS >= len(p["en"]) for p in points):
        problem = _("Write each point in at most 80 letters.")
    elif missing := [key for key in FIXED_POINTS if key not in keys]:
        problem = _("The final test stays on the list.") if missing else None
    if problem:
        raise InvalidInput(problem, fields={"points": [problem]})


def _next_version(published: QuerySet[Any], replaces: int) -> int:
    current: int = published.aggregate(last=Max("version"))["last"] or 0
    if replaces != current:
        raise ChangedMeanwhile(
            _("Version %(version)s was published meanwhile. Reload, then make your changes again.")
            % {"version": current},
            version=current,
        )
    return current + 1


def _check_follows(published: QuerySet[Any], *, at: datetime) -> None:
    # What was recorded meanwhile answers the version of its moment: none is slipped in before.
    if published.filter(published_at__gt=at).exists():
        raise BeforeLastVersion(_("Give a moment after the last version was published."))


def _locked(by: Membership) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=by.organisation_id)


def _only_workshops(by: Membership) -> None:
    if by.organisation.kind != OrganisationKind.WORKSHOP:
        raise NotAWorkshop(_("Only a workshop sets this, for itself."))


@operation
def set_hourly_rate(*, cents: int, by: Membership, at: datetime) -> HourlyRate:
    """Say what an hour of work costs here from now on; what was recorded keeps its own."""
    _only_workshops(by)
    if not 0 <= cents <= DEAREST_HOUR:
        raise InvalidInput(
            _("An hour costs between 0 and 200 €."), fields={"cents": [_("out of range")]}
        )
    _check_follows(HourlyRate.objects.filter(organisation=_locked(by)), at=at)
    rate = HourlyRate(
        organisation_id=by.organisation_id,
        cents=cents,
        published_at=at,
        published_by_label=by.actor_label,
    )
    rate.save()
    events.record("hourly_rate.set", subject=rate, by=by, at=at, cents=cents)
    return rate


@operation
def publish_performance_scale(
    *, points: Mapping[str, int], replaces: int, by: Membership, at: datetime
) -> PerformanceScale:
    """Publish the next version of the programme's scale, whole. Classes given before stay."""
    _check_scale(points)
    _locked(by)
    version = _next_version(PerformanceScale.objects.all(), replaces)
    _check_follows(PerformanceScale.objects.all(), at=at)
    scale = PerformanceScale(
        version=version,
        points={key: points[key] for key in STANDARD},
        published_at=at,
        published_by_label=by.actor_label,
    )
    scale.save()
    events.record(
        "performance_scale.published", subject=scale, by=by, at=at, version=scale.version
    )
    return scale


def _check_scale(points: Mapping[str, int]) -> None:
    wrong = {key: [_("required")] for key in STANDARD if key not in points}
    wrong |= {key: [_("unknown")] for key in points if key not in STANDARD}
    wrong |= {
        key: [_("between -100 and 100")]
        for key in STANDARD.keys() & points.keys()
        if not LOWEST <= points[key] <= HIGHEST
    }
    if wrong:
        raise InvalidInput(_("Some points are missing or cannot be."), fields=wrong)
    weights = [points[key] for key in WEIGHTS]
    if min(weights) < 0 or sum(weights) != HIGHEST:
        raise InvalidInput(
            _("The three weights make 100 together."),
            fields={key: [_("100 together")] for key in WEIGHTS},
        )
    if points["from_a"] <= points["from_b"]:
        raise InvalidInput(_("A begins above B."), fields={"from_a": [_("more than for B")]})

"""Keep the tallies true to the log, and publish statements that never change."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.core import events
from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.core.transactions import one_transaction, operation
from backend.impact import figures
from backend.impact.choices import Figure
from backend.impact.figures.estimating import METHOD
from backend.impact.models import DailyTally, FactorSet, Statement, TouchedDay
from backend.inventory.models import Device


def touch_days(*, event: Event) -> None:
    """Note which days an event makes worth counting again."""
    _touch(figures.days_touched_by(event))


def _touch(days: Iterable[date]) -> None:
    TouchedDay.objects.bulk_create([TouchedDay(day=day) for day in days], ignore_conflicts=True)


def recompute_touched_days() -> int:
    """Count the touched days again from the log; give how many were.

    Each day is one transaction: the mark goes, then the day is counted. An event heard
    meanwhile marks the day anew; a killed run leaves the mark; two runs at once count a day
    one after the other.
    """
    counted = 0
    for day in list(TouchedDay.objects.order_by("day").values_list("day", flat=True)):
        with transaction.atomic():
            is_ours, _per_model = TouchedDay.objects.filter(day=day).delete()
            if is_ours:
                _replace(day)
                counted += 1
    return counted


def _replace(day: date) -> None:
    DailyTally.objects.filter(day=day).delete()
    DailyTally.objects.bulk_create(
        DailyTally(day=day, value=value, **place._asdict())
        for place, value in figures.count_day(day).items()
    )


def rebuild_tallies() -> int:
    """Count every day of the log again; give their number. Changes nothing when all is well."""
    log = Event.objects.of_kind(*figures.COUNTED).annotate(day=TruncDate("happened_at"))
    with one_transaction():
        _touch({*log.values_list("day", flat=True), *DailyTally.objects.dates("day", "day")})
    return recompute_touched_days()


def differences() -> dict[str, tuple[int, int]]:
    """Give the figures where tallies and recount disagree: (tallied, recounted). Empty is well."""
    tallied, recounted = figures.totals(), figures.recount()
    return {
        name: (tallied[name], recounted[name])
        for name in tallied
        if tallied[name] != recounted[name]
    }


@operation
def publish_statement(
    *,
    first_day: date,
    last_day: date,
    by: Membership,
    at: datetime,
    donor: Organisation | None = None,
) -> Statement:
    """Freeze the figures of a period for the programme, or for one donor's devices.

    A donor's statement is a view of the same machines: it adds nothing to the programme's
    total. Raises InvalidInput for a period that has not ended or ends before it begins.
    """
    if not first_day <= last_day < figures.paris_day(at):
        raise InvalidInput(
            _("Choose a period that is over, its first day before its last."),
            fields={"last_day": [_("not over yet, or before the first day")]},
        )
    if donor is not None and donor.kind != OrganisationKind.DONOR:
        raise InvalidInput(_("Choose a donor."), fields={"donor": [_("not a donor")]})
    content = _content(first_day, last_day, donor)
    statement = Statement.objects.create(
        donor=donor,
        first_day=first_day,
        last_day=last_day,
        factor_set=FactorSet.objects.latest(),
        content=content,
        sha256=hashlib.sha256(canonical(content)).hexdigest(),
        published_at=at,
    )
    events.record("statement.published", subject=statement, by=by, at=at, sha256=statement.sha256)
    return statement


def canonical(content: Any) -> bytes:
    """Write content in the one way that its SHA-256 is of: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _content(first_day: date, last_day: date, donor: Organisation | None) -> dict[str, Any]:
    if donor is None:
        facts = figures.totals(first_day=first_day, last_day=last_day)
        kinds = figures.by_kind(first_day=first_day, last_day=last_day)
        machines = {kind: found[Figure.MACHINES_GIVEN] for kind, found in kinds.items()}
    else:
        devices = dict(Device.objects.filter(pledge__donor=donor).values_list("pk", "kind"))
        counted = figures.count_devices(devices.keys(), first_day, last_day)
        facts = {figure.value: counted[figure] for figure in Figure if figure in counted}
        machines = _machines_of(devices, first_day, last_day)
    estimate = figures.estimate_avoided(machines)
    return {
        "period": [first_day.isoformat(), last_day.isoformat()],
        "donor": donor.pk if donor else None,
        "facts": facts,
        "estimate_kgco2e": {
            "low": round(estimate.low, 3),
            "central": round(estimate.central, 3),
            "high": round(estimate.high, 3),
            "devices": estimate.devices,
            "not_estimated": dict(estimate.not_estimated),
        },
        "inputs": {"machines_given": machines},
        "method": METHOD,
        "factor_set": estimate.factor_set,
    }


def _machines_of(devices: dict[int, str], first_day: date, last_day: date) -> dict[str, int]:
    per_kind: dict[str, list[int]] = {}
    for pk, kind in devices.items():
        per_kind.setdefault(kind, []).append(pk)
    return {
        kind: figures.count_devices(pks, first_day, last_day)[Figure.MACHINES_GIVEN]
        for kind, pks in per_kind.items()
    }

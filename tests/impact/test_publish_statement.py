"""A published figure never changes."""

import hashlib
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from backend.core.errors import InvalidInput
from backend.impact import operations
from backend.impact.models import Statement
from tests.factories import a_coordinator, a_donor_contact
from tests.impact.conftest import Note

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 15)


def publish(now: datetime, **facts) -> Statement:
    return operations.publish_statement(
        **{"first_day": DAY, "last_day": DAY} | facts,
        by=a_coordinator(),
        at=now + timedelta(days=30),
    )


def test_a_statement_stays_when_the_count_changes(now: datetime, note: Note) -> None:
    note("device.received", 1)
    operations.recompute_touched_days()
    first = publish(now)
    note("device.received", 2)
    operations.recompute_touched_days()
    second = publish(now)
    first.refresh_from_db()
    assert first.content["facts"]["devices_collected"] == 1
    assert second.content["facts"]["devices_collected"] == 2


def test_its_sum_is_that_of_its_content(now: datetime) -> None:
    statement = publish(now)
    statement.refresh_from_db()
    content = operations.canonical(statement.content)
    assert statement.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("change", ["changed", "deleted"])
def test_the_database_keeps_it(now: datetime, change: str) -> None:
    rows = Statement.objects.filter(pk=publish(now).pk)
    with pytest.raises(IntegrityError, match=f"statement_never_{change}"), transaction.atomic():
        rows.update(sha256="0") if change == "changed" else rows.delete()


@pytest.mark.parametrize("last_day", [DAY - timedelta(days=1), DAY + timedelta(days=30)])
def test_a_period_is_over_before_it_is_told(
    now: datetime, last_day: date, nothing_changed
) -> None:
    with nothing_changed(), pytest.raises(InvalidInput):
        publish(now, last_day=last_day)
    assert not Statement.objects.exists()


def test_a_donor_sees_its_own_and_the_programme_s(now: datetime) -> None:
    mine, other = a_donor_contact(), a_donor_contact()
    own = publish(now, donor=mine.organisation)
    publish(now, donor=other.organisation)
    programme = publish(now)
    assert set(Statement.objects.seen_by(mine)) == {own, programme}
    assert own.content["donor"] == mine.organisation_id

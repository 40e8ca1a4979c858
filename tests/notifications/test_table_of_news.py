"""The one table of who is told what agrees with the letters, the roles and what happens."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from backend.accounts.choices import Role
from backend.core import events as core_events
from backend.core.models import Event
from backend.notifications import events, operations
from backend.notifications.choices import Rhythm, Template
from backend.notifications.events import READERS, TELLINGS, UNDOING, WEBHOOK_KINDS, news_for
from backend.notifications.letters import LETTERS

told = {telling.template for tellings in TELLINGS.values() for telling in tellings}
ROOMS = ["backend/*/operations/*.py", "backend/*/operations.py"]


def test_every_sort_of_news_is_told_and_has_its_letter() -> None:
    assert told == set(Template) == set(LETTERS)


def test_every_audience_says_which_roles_it_holds() -> None:
    audiences = {t.audience for tellings in TELLINGS.values() for t in tellings}
    assert audiences == set(READERS)


def test_every_event_of_the_table_is_recorded_somewhere() -> None:
    code = "".join(path.read_text() for room in ROOMS for path in settings.ROOT.glob(room))
    stated = {*TELLINGS, *UNDOING, *WEBHOOK_KINDS}
    composed = {"pledge.accepted", "pledge.declined", "pledge.withdrawn", "pledge.closed"}
    composed |= {"storage_unit.erased", "storage_unit.destroyed"}
    assert {kind for kind in stated - composed if f'"{kind}"' not in code} == set()


@pytest.mark.parametrize("kind", TELLINGS)
def test_somebody_listens_to_each_event_of_the_table(kind: str) -> None:
    assert operations.tell in core_events.listeners_of(kind)


@pytest.mark.parametrize("kind", WEBHOOK_KINDS)
def test_programs_hear_each_kind_that_they_may_ask_for(kind: str) -> None:
    assert operations.queue_webhooks in core_events.listeners_of(kind)


@pytest.mark.parametrize("kind", UNDOING)
def test_what_is_undone_is_taken_back(kind: str) -> None:
    assert operations.forget_undone in core_events.listeners_of(kind)


def test_a_person_chooses_among_the_news_of_their_roles() -> None:
    assert Template.NEW_PLEDGE in news_for({Role.COORDINATOR})
    assert Template.NEW_PLEDGE not in news_for({Role.COUNSELLOR})
    assert news_for({Role.COORDINATOR})[Template.NEW_REQUESTS] == Rhythm.DAILY
    assert news_for({Role.AUDITOR}) == {}


def paris(moment: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-04T20:00", "2026-03-09T07:30"),  # Wednesday
        ("2026-03-09T06:00", "2026-03-16T07:30"),  # Monday, early
        ("2026-03-28T20:00", "2026-03-30T07:30"),  # clocks change on Sunday
    ],
)
def test_the_fate_of_devices_is_told_on_monday_morning(written: str, read: str) -> None:
    assert events.next_monday(Event(), paris(written)) == paris(read)


def test_the_mail_of_the_day_leaves_the_next_morning() -> None:
    assert events.next_morning(Event(), paris("2026-03-04T20:00")) == paris("2026-03-05T07:30")


def test_in_a_demonstration_nobody_waits_for_the_morning(settings: Any) -> None:
    settings.DEMO, settings.NOTICE_SETTLE_SECONDS = True, 5
    at = timezone.now()
    soon = at + timedelta(seconds=5)
    assert events.next_monday(Event(), at) == events.next_morning(Event(), at) == soon

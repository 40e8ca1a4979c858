"""The event log is only added to, and what is recorded is told after the commit."""

from contextlib import suppress
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.core import events, operations
from backend.core.events import NotYetHappened, OutsideTransaction
from backend.core.models import Event, Outbox
from backend.core.transactions import one_transaction, operation
from tests.factories import OrganisationFactory, a_technician

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What a listener to `thing.done` has heard."""
    told: list[Event] = []
    monkeypatch.setitem(events._listeners, "thing.done", [lambda event: told.append(event)])
    return told


def record(now: datetime, kind: str = "thing.done") -> Event:
    hat = a_technician()
    with one_transaction():
        return events.record(kind, subject=hat.organisation, by=hat, at=now, count=3)


def test_the_log_cannot_be_changed(now: datetime) -> None:
    event = record(now)
    with pytest.raises(IntegrityError, match="event_never_changed"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(kind="other")


def test_the_log_cannot_be_shortened(now: datetime) -> None:
    event = record(now, kind="unheard.of")
    with pytest.raises(IntegrityError, match="event_never_deleted"), transaction.atomic():
        event.delete()


def test_nothing_happens_in_the_future() -> None:
    with pytest.raises(NotYetHappened):
        record(timezone.now() + timedelta(minutes=1))
    assert not Event.objects.exists()


def test_an_event_needs_a_transaction_to_belong_to(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(OutsideTransaction):
        events.record("thing.done", subject=OrganisationFactory.build(), by=None, at=now)


def test_only_what_someone_listens_to_waits_in_the_outbox(
    now: datetime, heard: list[Event]
) -> None:
    waiting = record(now)
    record(now, kind="unheard.of")
    assert list(Outbox.objects.values_list("pk", flat=True)) == [waiting.pk]


def test_an_event_is_heard_once_however_often_it_is_told(
    now: datetime, heard: list[Event]
) -> None:
    event = record(now)
    assert operations.tell_event(event_id=event.pk, at=timezone.now()) is True
    assert operations.tell_event(event_id=event.pk, at=timezone.now()) is False
    assert heard == [event]
    assert not Outbox.objects.exists()


def test_a_listener_that_fails_is_tried_again_later(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(event: Event) -> None:
        raise ConnectionError("a person's address")

    monkeypatch.setitem(events._listeners, "thing.done", [fail])
    event = record(now)
    moment = timezone.now()
    with pytest.raises(ConnectionError):
        operations.tell_event(event_id=event.pk, at=moment)
    row = Outbox.objects.get()
    assert (row.attempts, row.last_error) == (1, "ConnectionError")
    assert row.next_try_at > moment
    assert operations.due_events(at=moment) == []


def test_a_queue_that_is_away_is_tried_once_and_then_left_alone(
    now: datetime,
    heard: list[Event],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    tried: list[int] = []

    def fail(event_ids: list[int]) -> None:
        tried.extend(event_ids)
        raise ConnectionError

    monkeypatch.setattr(events, "_nudge", [fail])
    monkeypatch.setattr(events, "_rest", {"until": 0.0})
    with django_capture_on_commit_callbacks() as after_commit:
        recorded = [record(now) for _time in range(3)]
    for call in after_commit:
        with suppress(ConnectionError):
            call()
    assert tried == [recorded[0].pk]
    assert Outbox.objects.count() == 3
    events._rest["until"] = 0.0
    with pytest.raises(ConnectionError):
        after_commit[1]()
    assert tried == [recorded[0].pk, recorded[1].pk]


def test_references_have_no_gaps(now: datetime) -> None:
    given = [operations.next_reference(series="P", year=2026) for _ in range(3)]
    give_one_and_fail = operation(lambda: operations.next_reference(series="P", year=2026) / 0)
    with pytest.raises(TypeError):
        give_one_and_fail()
    given.append(operations.next_reference(series="P", year=2026))
    assert given == ["P-2026-00001", "P-2026-00002", "P-2026-00003", "P-2026-00004"]
    assert operations.next_reference(series="P", year=2027) == "P-2027-00001"

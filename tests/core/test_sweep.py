"""The worker's sweep tells what waits, and one failure stops no other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.core import events, tasks
from backend.core.models import Answer, Event, Outbox
from backend.core.transactions import one_transaction
from tests.factories import a_technician

pytestmark = pytest.mark.django_db


def test_one_event_that_cannot_be_told_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def hear(event: Event) -> None:
        if event.facts["fails"]:
            raise ConnectionError
        told.append(event.pk)

    monkeypatch.setitem(events._listeners, "thing.done", [hear])
    hat = a_technician()
    with one_transaction():
        first, second = (
            events.record(
                "thing.done", subject=hat.organisation, by=hat, at=timezone.now(), fails=fails
            )
            for fails in (True, False)
        )
    tasks.sweep_outbox()
    assert told == [second.pk]
    assert list(Outbox.objects.values_list("pk", flat=True)) == [first.pk]


def test_an_event_told_already_is_told_no_more() -> None:
    tasks.tell_events(event_ids=[0])
    assert not Outbox.objects.exists()


def test_old_answers_are_forgotten_and_young_ones_kept() -> None:
    for key, days in (("old", 31), ("young", 29)):
        Answer.objects.create(actor="public", key=key, fingerprint="f", status=200)
        given = timezone.now() - timedelta(days=days)
        Answer.objects.filter(key=key).update(given_at=given)
    tasks.forget_old_answers()
    assert [answer.key for answer in Answer.objects.all()] == ["young"]


def test_an_event_that_nobody_can_hear_for_days_still_waits_its_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hear(event: Event) -> None:
        raise ConnectionError

    monkeypatch.setitem(events._listeners, "thing.done", [hear])
    hat, now = a_technician(), timezone.now()
    with one_transaction():
        events.record("thing.done", subject=hat.organisation, by=hat, at=now)
    Outbox.objects.update(attempts=60)
    tasks.sweep_outbox()
    assert Outbox.objects.get().next_try_at >= now + timedelta(hours=1)

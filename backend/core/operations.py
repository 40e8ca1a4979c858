"""Tell events to those who listen, and number references."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from backend.core import events
from backend.core.models import Answer, Event, Outbox
from backend.core.transactions import operation

ANSWERS_KEPT_FOR = timedelta(days=30)
_LONGEST_PAUSE = timedelta(hours=1)
_NEXT_NUMBER = """
    INSERT INTO core_counter (series, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (series, year) DO UPDATE SET last = core_counter.last + 1 RETURNING last
"""


def tell_event(*, event_id: int, at: datetime) -> bool:
    """Let every listener hear one event, then take it out of the outbox.

    Listeners only write rows, so hearing and leaving the outbox are one transaction: an event
    is heard once however often this runs. When a listener fails, all of it is undone and
    tried again later, after a pause that doubles. Returns whether the event was told.
    """
    try:
        with transaction.atomic():
            waiting = Outbox.objects.select_for_update(skip_locked=True).filter(pk=event_id)
            if not waiting.exists():
                return False
            event = Event.objects.get(pk=event_id)
            for listener in events.listeners_of(event.kind):
                listener(event=event)
            waiting.delete()
    except Exception as error:
        _postpone(event_id=event_id, at=at, error=error)
        raise
    return True


def _postpone(*, event_id: int, at: datetime, error: Exception) -> None:
    row = Outbox.objects.filter(pk=event_id).first()
    if row is None:
        return
    pause = min(timedelta(seconds=2 ** min(row.attempts, 16)), _LONGEST_PAUSE)
    Outbox.objects.filter(pk=event_id).update(
        attempts=F("attempts") + 1,
        next_try_at=at + pause,
        last_error=type(error).__name__,  # the message might hold personal data
    )


def due_events(*, at: datetime, most: int = 500) -> list[int]:
    """Give the ids of the events that wait to be told, oldest first."""
    return list(Outbox.objects.due(at=at).values_list("pk", flat=True)[:most])


@operation
def next_reference(*, series: str, year: int) -> str:
    """Give the next reference of a series, like `P-2026-00042`, without gaps.

    Takes a lock on the series until the command ends: what is undone gives its number back.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [series, year])
        (number,) = cursor.fetchone()
    return f"{series}-{year}-{number:05}"


def forget_old_answers(*, at: datetime) -> int:
    """Delete remembered answers that no client will ask for again; give their number."""
    deleted, _per_model = Answer.objects.filter(given_at__lt=at - ANSWERS_KEPT_FOR).delete()
    return deleted

"""What the worker does for the outbox."""

import logging

from celery import shared_task
from django.utils import timezone

from backend.core import invariants, operations

log = logging.getLogger(__name__)


@shared_task(time_limit=240)
def tell_events(*, event_ids: list[int]) -> None:
    """Tell events to those who listen, in order; one that cannot be told stops no other."""
    for event_id in event_ids:
        try:
            operations.tell_event(event_id=event_id, at=timezone.now())
        except Exception:  # noqa: BLE001  # it stays in the outbox, with its pause
            log.warning("event %s could not be told yet", event_id)


@shared_task(time_limit=240)
def sweep_outbox() -> None:
    """Tell what the queue lost or a listener could not hear."""
    tell_events(event_ids=operations.due_events(at=timezone.now()))


@shared_task(time_limit=240)
def forget_old_answers() -> None:
    """Drop remembered answers past their use."""
    operations.forget_old_answers(at=timezone.now())


@shared_task(time_limit=240)
def check_invariants() -> None:
    """Look each night for what breaks a rule across tables, and raise the alarm in the log."""
    for rule, what in invariants.broken():
        log.error("broken rule %s: %s", rule, what)

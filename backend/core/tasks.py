"""What the worker does for the outbox."""

import logging

from celery import shared_task
from django.utils import timezone

from backend.core import invariants, operations

log = logging.getLogger(__name__)


@shared_task(time_limit=60)
def tell_event(*, event_id: int) -> None:
    """Tell one event to those who listen."""
    operations.tell_event(event_id=event_id, at=timezone.now())


@shared_task(time_limit=240)
def sweep_outbox() -> None:
    """Tell what the queue lost or a listener could not hear; one failure stops no other."""
    for event_id in operations.due_events(at=timezone.now()):
        try:
            operations.tell_event(event_id=event_id, at=timezone.now())
        except Exception:  # noqa: BLE001  # it stays in the outbox, with its pause
            log.warning("event %s could not be told yet", event_id)


@shared_task(time_limit=240)
def forget_old_answers() -> None:
    """Drop remembered answers past their use."""
    operations.forget_old_answers(at=timezone.now())


@shared_task(time_limit=240)
def check_invariants() -> None:
    """Look each night for what breaks a rule across tables, and raise the alarm in the log."""
    for rule, what in invariants.broken():
        log.error("broken rule %s: %s", rule, what)

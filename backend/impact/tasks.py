"""What the worker does for the figures."""

from celery import shared_task

from backend.impact import operations


@shared_task
def recompute_touched_days() -> None:
    """Count again the days that events have touched."""
    operations.recompute_touched_days()

"""What the worker does for the inventory."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from backend.inventory import operations


@shared_task(time_limit=240)
def render_label_prints() -> None:
    """Render the label sheets that wait."""
    operations.render_waiting_prints(at=timezone.now())


@shared_task(time_limit=240)
def set_due_certificates() -> None:
    """Set certificates on paper, for at most two minutes; the next run goes on."""
    operations.set_due_certificates(until=timezone.now() + timedelta(minutes=2))

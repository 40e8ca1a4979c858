"""What the worker does for the inventory."""

from celery import shared_task
from django.utils import timezone

from backend.inventory import operations


@shared_task(time_limit=240)
def render_label_prints() -> None:
    """Render the label sheets that wait."""
    operations.render_waiting_prints(at=timezone.now())

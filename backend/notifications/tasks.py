"""What the worker does: send mails, digests and calls."""

from celery import shared_task
from django.utils import timezone

from backend.notifications import operations


@shared_task(time_limit=240)
def deliver_due_notices() -> None:
    """Send the mails that are due."""
    operations.deliver_due_notices(at=timezone.now())


@shared_task(time_limit=240)
def send_daily_digests() -> None:
    """Send the mails of the morning."""
    operations.send_daily_digests(at=timezone.now())


@shared_task(time_limit=240)
def deliver_webhooks() -> None:
    """Call the webhooks that are due."""
    operations.deliver_webhooks(at=timezone.now())

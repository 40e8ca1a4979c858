"""What the worker does: send mails, digests and calls."""

import logging
from collections.abc import Callable
from smtplib import SMTPException

from celery import shared_task
from django.utils import timezone

from backend.notifications import operations

log = logging.getLogger(__name__)


@shared_task(time_limit=240)
def deliver_due_notices() -> None:
    """Send the mails that are due."""
    _unless_the_server_is_away(operations.deliver_due_notices)


@shared_task(time_limit=240)
def send_daily_digests() -> None:
    """Send the mails of the morning."""
    _unless_the_server_is_away(operations.send_daily_digests)


@shared_task(time_limit=240)
def deliver_webhooks() -> None:
    """Call the webhooks that are due."""
    operations.deliver_webhooks(at=timezone.now())


def _unless_the_server_is_away(send: Callable[..., int]) -> None:
    # One line each time the clock asks is enough: all stays due.
    try:
        send(at=timezone.now())
    except (OSError, SMTPException) as error:
        log.warning("no mail server: %s", type(error).__name__)

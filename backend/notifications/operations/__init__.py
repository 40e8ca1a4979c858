"""Verbs of notifications: tell, deliver, choose, and keep webhooks."""

from backend.notifications.operations.calling import deliver_webhooks
from backend.notifications.operations.delivering import deliver_due_notices, send_daily_digests
from backend.notifications.operations.hooks import (
    BadAddress,
    add_webhook,
    change_webhook,
    ping_webhook,
    queue_webhooks,
    remove_webhook,
)
from backend.notifications.operations.telling import (
    choose_rhythm,
    forget_undone,
    tell,
    wake_with,
)

__all__ = [
    "BadAddress",
    "add_webhook",
    "change_webhook",
    "choose_rhythm",
    "deliver_due_notices",
    "deliver_webhooks",
    "forget_undone",
    "ping_webhook",
    "queue_webhooks",
    "remove_webhook",
    "send_daily_digests",
    "tell",
    "wake_with",
]

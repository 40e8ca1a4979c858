"""Notifications: who is told what, once."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "backend.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Listen to what somebody is told of, and wake the worker for what is due."""
        from backend.core import events
        from backend.notifications import operations, tasks
        from backend.notifications.events import TELLINGS, UNDOING, WEBHOOK_KINDS

        events.listen(*TELLINGS, to=operations.tell)
        events.listen(*UNDOING, to=operations.forget_undone)
        events.listen(*WEBHOOK_KINDS, to=operations.queue_webhooks)
        operations.wake_with(lambda: tasks.deliver_due_notices.delay())

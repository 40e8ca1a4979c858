"""Core: the event log, the outbox, codes, errors."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "backend.core"
    label = "core"

    def ready(self) -> None:
        """Wake the worker for each event that someone listens to."""
        from backend.core import events, tasks

        events.wake_with(lambda event_ids: tasks.tell_events.delay(event_ids=event_ids))

"""What the worker does by itself, and when."""

from celery.schedules import crontab


def timetable(*, sweep_every: int) -> dict[str, dict[str, object]]:
    """Give the periodic tasks: a number is a pause in seconds, the nights are in Paris time."""
    runs: dict[str, float | crontab] = {
        "backend.core.tasks.sweep_outbox": sweep_every,
        "backend.notifications.tasks.deliver_due_notices": sweep_every,
        "backend.notifications.tasks.deliver_webhooks": sweep_every,
        "backend.notifications.tasks.send_daily_digests": 60,
        "backend.core.tasks.forget_old_answers": crontab(hour=3, minute=10),
    }
    return {task: {"task": task, "schedule": when} for task, when in runs.items()}

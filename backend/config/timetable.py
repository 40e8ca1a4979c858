"""What the worker does by itself, and when."""

from celery.schedules import crontab


def timetable(*, sweep_every: int) -> dict[str, dict[str, object]]:
    """Give the periodic tasks: a number is a pause in seconds, the nights are in Paris time."""
    runs: dict[str, float | crontab] = {
        "backend.core.tasks.sweep_outbox": sweep_every,
        "backend.notifications.tasks.deliver_due_notices": sweep_every,
        "backend.notifications.tasks.deliver_webhooks": sweep_every,
        "backend.notifications.tasks.send_daily_digests": 60,
        "backend.inventory.tasks.render_label_prints": sweep_every,
        "backend.inventory.tasks.set_due_certificates": sweep_every,
        "backend.impact.tasks.recompute_touched_days": sweep_every,
        "backend.core.tasks.forget_old_answers": crontab(hour=3, minute=10),
        "backend.core.tasks.check_invariants": crontab(hour=4, minute=10),
        "backend.distribution.tasks.expire_reservations": crontab(minute=20),
        "backend.distribution.tasks.warn_of_expiring_reservations": crontab(hour=7, minute=40),
        "backend.distribution.tasks.purge_personal_data": crontab(hour=3, minute=25),
    }
    return {task: {"task": task, "schedule": when} for task, when in runs.items()}

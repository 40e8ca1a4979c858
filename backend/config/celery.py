"""The Celery application."""

import celery

app = celery.Celery("rebond")
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

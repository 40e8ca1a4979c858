"""The Celery application; its options and timetable are in the settings."""

import os

import celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.local")

app = celery.Celery("rebond")
app.set_default()  # without it the threads of the embedded worker see another application
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

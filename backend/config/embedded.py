"""Configuration of gunicorn for one process that does it all: pages, worker, timetable.

The queue is in memory and dies with the process; the outbox is in the database and does not.
"""

import os
import threading
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
wsgi_app = "backend.config.wsgi:application"
worker_class = "gthread"
workers = 1  # SQLite has one writer, and the memory queue one process
threads = 8
timeout = 120
graceful_timeout = 10
loglevel = "warning"
control_socket_disable = True

_started: list[Any] = []


def post_worker_init(worker: Any) -> None:
    """Start the worker's threads and the clock; then say where to look, and who may sign in."""
    from celery.beat import EmbeddedService
    from celery.worker import WorkController
    from django.conf import settings
    from django.core.management import call_command

    from backend.config.celery import app

    tasks = WorkController(
        app=app,
        pool="threads",
        concurrency=4,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
        loglevel="WARNING",
    )
    threading.Thread(target=tasks.start, daemon=True, name="tasks").start()
    clock: Any = EmbeddedService(
        app, max_interval=1, thread=True, schedule_filename=str(settings.DATA_DIR / "timetable")
    )
    clock.start()
    _started.extend([tasks, clock])
    if settings.DEMO:
        call_command("demo_logins")
    print(f"\n  Rebond runs at {settings.SITE_URL}    Ctrl-C stops it.\n", flush=True)


def worker_exit(server: Any, worker: Any) -> None:
    """Let what is being done come to its end; what waits is in the outbox."""
    for part in reversed(_started):
        part.stop()

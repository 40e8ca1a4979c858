"""What a monitor asks: whether the process is alive, and whether it can serve."""

from collections.abc import Callable

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

_QUEUE_PATIENCE = 2  # seconds


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process is alive; a restart cures what this does not answer."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether requests may be sent here: 200, or 503 with what is missing."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database_answers,
        "migrations": _migrations_are_applied,
        "queue": _queue_answers,
    }
    found = {name: "ok" if check() else "missing" for name, check in checks.items()}
    is_ready = set(found.values()) == {"ok"}
    return JsonResponse(
        {"status": "ready" if is_ready else "not ready", **found}, status=200 if is_ready else 503
    )


def _database_answers() -> bool:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations_are_applied() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _queue_answers() -> bool:
    with current_app.connection_for_write() as queue:
        try:
            queue.ensure_connection(max_retries=1, timeout=_QUEUE_PATIENCE)
        except (OperationalError, OSError):
            return False
    return True

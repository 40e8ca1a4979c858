"""A monitor learns whether the process lives, and whether it can serve."""

import pytest
from celery import current_app
from django.db import DatabaseError, connection
from django.test import Client
from kombu.exceptions import OperationalError

pytestmark = pytest.mark.django_db


def test_a_living_process_says_so_without_asking_the_database(
    client: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = client.get("/healthz")
    assert answer.json() == {"status": "alive"}


def test_a_process_with_all_it_needs_is_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "database": "ok",
        "migrations": "ok",
        "queue": "ok",
    }
    assert "no-store" in answer["Cache-Control"]


def test_without_database_it_is_alive_and_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", is_away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "missing"
    assert client.get("/healthz").status_code == 200


def test_with_a_migration_to_come_it_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "backend.core.pages.health.MigrationExecutor.migration_plan", lambda *_: ["0042_to_come"]
    )
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "missing"


def test_without_queue_it_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def __enter__(self) -> "Away":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def ensure_connection(self, **_: object) -> None:
            raise OperationalError

    monkeypatch.setattr(current_app, "connection_for_write", Away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["queue"] == "missing"


def test_only_reading_is_understood(client: Client) -> None:
    assert client.post("/readyz").status_code == 405

"""Logs say what happened, and nothing about people."""

import json
import logging
import sys

import pytest
from django.test import Client

from backend.config.logs import JsonLine

pytestmark = pytest.mark.django_db


def line_of(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = json.loads(JsonLine().format(record))
    return found


def requests_in(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "rebond.request"]


def test_a_request_is_logged_by_its_route_and_not_by_its_address(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get("/healthz?name=Jeanne+Martin", headers={"X-Request-ID": "abc-12345"})
    (record,) = requests_in(caplog)
    line = line_of(record)
    assert (line["method"], line["route"], line["status"]) == ("GET", "healthz", 200)
    assert "Jeanne" not in caplog.text
    assert answer["X-Request-ID"] == "abc-12345"


def test_an_address_that_does_not_exist_leaves_no_trace_of_itself(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/suivi-de/jeanne-martin/secret-123")
    lines = [JsonLine().format(record) for record in caplog.records]
    assert not [line for line in lines if "jeanne" in line or "secret" in line]


def test_a_request_id_that_is_no_id_is_replaced(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": 'x" onload=alert(1)'})
    assert len(answer["X-Request-ID"]) == 32


def test_an_error_is_logged_by_type_and_place_and_not_by_its_words() -> None:
    try:
        raise ValueError("Key (email)=(jeanne@example.org) already exists")
    except ValueError:
        record = logging.LogRecord("rebond", 40, __file__, 1, "it broke", None, sys.exc_info())
    line = line_of(record)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in str(line["where"])
    assert "jeanne" not in json.dumps(line)

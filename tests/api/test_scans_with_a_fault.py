"""A fault of ours in one scan holds up no other: the queue of a bench goes on."""

import logging
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection

from backend.core.batches import NotTogether
from backend.inventory import operations
from backend.inventory.api import scans as doorway
from backend.inventory.api.verbs import VERBS
from backend.inventory.choices import State
from tests.api.doors import Door, door
from tests.api.test_budgets import scan, workshop_erased
from tests.inventory.stories import Workshop
from tests.inventory.test_settings_of_a_workshop import LATER, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def bench(workshop: Workshop) -> Door:
    return door(workshop.manager)


def outcomes(bench: Door, *scans: dict[str, Any]) -> list[str]:
    answer = bench.send("scans/", {"scans": scans})
    assert answer.status_code == 200, answer.json()
    return [result["outcome"] for result in answer.json()["results"]]


def test_a_check_older_than_the_list_of_its_workshop_is_scanned(
    workshop: Workshop, bench: Door
) -> None:
    checked, sorted_out = workshop_erased(workshop), workshop.receive()
    publish(workshop, at=LATER)
    scans = [
        scan(checked, 1, "pass_quality_check", all_points=True),
        scan(sorted_out, 2, "triage", decision="repair", reason="x"),
    ]
    assert outcomes(bench, *scans) == ["applied", "applied"]
    assert checked.qualitychecks.get().checklist is None


@pytest.fixture
def triage_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let triage break after it wrote something."""

    def triage_then_break(**given: Any) -> None:
        operations.triage_device(**given)
        raise AttributeError("a fault of ours")

    monkeypatch.setitem(VERBS, "triage", VERBS["triage"]._replace(act=triage_then_break))


@pytest.mark.parametrize("is_together", [True, False])
@pytest.mark.usefixtures("triage_breaks")
def test_a_scan_that_breaks_changes_nothing_and_the_others_are_applied(
    workshop: Workshop,
    bench: Door,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    nothing_changed: Any,
    is_together: bool,
) -> None:
    if not is_together:
        monkeypatch.setattr(doorway, "open_batch", refuse)
    broken, fine = workshop.receive(), workshop.receive()
    breaks = scan(broken, 1, "triage", decision="repair", reason="x")
    works = scan(fine, 2, "report_missing", reason="x")
    assert outcomes(bench, breaks, works) == ["refused", "applied"]
    fine.refresh_from_db()
    assert fine.state == State.MISSING
    with nothing_changed(broken, fine):
        answer = bench.send("scans/", {"scans": [breaks, works]}).json()["results"]
    assert [result["outcome"] for result in answer] == ["refused", "already_applied"]
    assert answer[0]["problem"]["code"] == "fault"
    assert {r.levelno for r in caplog.records if r.name == doorway.__name__} == {logging.ERROR}


def test_a_database_that_is_away_settles_no_scan(workshop: Workshop, nothing_changed: Any) -> None:
    device = workshop.receive()
    sorted_out = scan(device, 1, "triage", decision="repair", reason="x")
    client = door(workshop.manager)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(VERBS, "triage", VERBS["triage"]._replace(act=gone))
        with nothing_changed(device):
            answer = client.send("scans/", {"scans": [sorted_out]})
    assert answer.status_code == 503
    assert outcomes(client, sorted_out) == ["applied"]


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_connection_that_dies_between_two_scans_settles_neither(
    workshop: Workshop,
    monkeypatch: pytest.MonkeyPatch,
    nothing_changed: Any,
    error: type[Exception],
) -> None:
    first, second = workshop.receive(), workshop.receive()
    fine = scan(first, 1, "report_missing", reason="x")
    dies = scan(second, 2, "triage", decision="repair", reason="x")
    client = door(workshop.manager)
    client.raise_request_exception = False
    roll_back = connection.savepoint_rollback
    failures = [error("the server closed the connection")]

    def fail_once(sid: str) -> None:
        if failures:
            raise failures.pop()
        roll_back(sid)

    def break_the_line(**_given: Any) -> None:
        monkeypatch.setattr(connection, "savepoint_rollback", fail_once)
        raise error("the server closed the connection")

    monkeypatch.setattr(doorway, "open_batch", refuse)
    monkeypatch.setitem(VERBS, "triage", VERBS["triage"]._replace(act=break_the_line))
    with nothing_changed(first, second):
        answer = client.send("scans/", {"scans": [fine, dies]})
    assert answer.status_code >= 500


def gone(**_given: Any) -> None:
    raise OperationalError("the server closed the connection")


def refuse(*_size: Any, **_hints: Any) -> None:
    raise NotTogether


def test_a_scan_that_broke_is_applied_once_it_is_mended(workshop: Workshop, bench: Door) -> None:
    device = workshop.receive()
    sorted_out = scan(device, 1, "triage", decision="repair", reason="x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(VERBS, "triage", VERBS["triage"]._replace(act=lambda **_given: 1 / 0))
        assert outcomes(bench, sorted_out) == ["refused"]
    assert outcomes(bench, sorted_out) == ["applied"]

"""Two benches send their scans at once: each is answered, nothing is done twice."""

import threading
from typing import Any

import pytest
from django.db import connection

from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import Triage
from backend.inventory.models import StockTake
from tests.api.doors import Door, door
from tests.inventory.stories import NOW, Workshop

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DEVICES = 20


def sent_at_once(*batches: tuple[Door, list[Any]]) -> list[list[str]]:
    """Send batches in threads that start together; give the outcomes of each, in its order."""
    start = threading.Barrier(len(batches))
    answers: list[list[str]] = [[] for _batch in batches]

    def send(place: int, program: Door, scans: list[Any]) -> None:
        start.wait(10)
        try:
            answer = program.send("scans/", {"scans": scans})
            answers[place] = [said["outcome"] for said in answer.json()["results"]]
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=(place, *batch)) for place, batch in enumerate(batches)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def scans_of(codes: list[str], action: str, who: str, **facts: Any) -> list[dict[str, Any]]:
    at = NOW.isoformat()
    return [
        {"client_id": f"{who}{code}", "code": code, "action": action, "at": at, "facts": facts}
        for code in codes
    ]


@pytest.mark.parametrize("_round", range(3))
def test_two_batches_that_meet_in_opposite_order_are_both_answered(_round: int) -> None:
    workshop = Workshop()
    codes = [workshop.receive().code for _device in range(DEVICES)]
    decided = {"decision": Triage.REPAIR, "reason": "starts"}
    one = scans_of(codes, "triage", "a", **decided)
    other = scans_of(codes[::-1], "triage", "b", **decided)
    answers = sent_at_once((door(workshop.technician), one), (door(workshop.manager), other))
    assert sorted({outcome for answer in answers for outcome in answer}) == [
        "already_done",
        "applied",
    ]
    assert [len(answer) for answer in answers] == [DEVICES, DEVICES]
    assert Event.objects.of_kind("device.triaged").count() == DEVICES


@pytest.mark.parametrize("_round", range(3))
def test_two_people_count_the_same_shelf_from_both_ends(_round: int) -> None:
    workshop = Workshop()
    site = workshop.site()
    codes = [workshop.receive(location=site).code for _device in range(DEVICES)]
    taking: StockTake = operations.open_stock_take(location=site, by=workshop.manager, at=NOW)
    one = scans_of(codes, "count", "a", stock_take=taking.pk)
    other = scans_of(codes[::-1], "count", "b", stock_take=taking.pk)
    answers = sent_at_once((door(workshop.technician), one), (door(workshop.manager), other))
    said = sorted(outcome for answer in answers for outcome in answer)
    assert said == ["already_done"] * DEVICES + ["applied"] * DEVICES
    assert taking.lines.filter(finding="found").count() == DEVICES

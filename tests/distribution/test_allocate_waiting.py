"""The queue is served by urgency and age, and every choice is explained."""

from typing import Any

import pytest

from backend.distribution import operations, queries
from backend.distribution.models import Allocation
from backend.inventory import operations as inventory
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_programme,
    a_ready_device,
    a_request,
    an_allocation,
    days,
)
from tests.factories import a_coordinator, a_technician

pytestmark = pytest.mark.django_db


def serve(most: int = 50) -> list[operations.Choice]:
    return operations.allocate_waiting(by=a_coordinator(), at=DAY_ONE + days(9), most=most)


def test_the_urgent_come_first_then_who_asked_first() -> None:
    late = a_request(at=DAY_ONE + days(2))
    early = a_request(at=DAY_ONE + days(1))
    urgent = a_request(at=DAY_ONE + days(3), urgency=2)
    for _ in range(2):
        a_ready_device()
    chosen = serve()
    assert [choice.request for choice in chosen] == [
        urgent.reference,
        early.reference,
        late.reference,
    ]
    assert [bool(choice.code) for choice in chosen] == [True, True, False]
    assert "Nothing on the shelf" in str(chosen[-1].why)
    assert Allocation.objects.count() == 2


def test_a_strong_machine_stays_for_who_needs_it() -> None:
    strong = a_ready_device(specs={"ram_gb": 32, "storage_gb": 1000})
    plain = a_ready_device(at=DAY_ONE + days(1), specs={"ram_gb": 8, "storage_gb": 256})
    modest = a_request(needs=[{"kind": "laptop", "min_ram_gb": 4}])
    (choice,) = serve()
    assert (choice.request, choice.code) == (modest.reference, plain.code)
    assert strong.code != choice.code


def test_of_two_alike_the_one_that_waited_longest_goes() -> None:
    newer = a_ready_device(at=DAY_ONE + days(2))
    older = a_ready_device(at=DAY_ONE + days(1))
    a_request(at=DAY_ONE + days(3))
    (choice,) = serve()
    assert choice.code == older.code != newer.code


def test_a_device_whose_facts_are_unknown_goes_last() -> None:
    a_ready_device(specs={})
    known = a_ready_device(at=DAY_ONE + days(1))
    a_request(at=DAY_ONE + days(1))
    (choice,) = serve()
    assert choice.code == known.code


def test_a_refusal_concerns_its_line_only(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, there = a_ready_device(), a_ready_device(at=DAY_ONE + days(1))
    first, second = a_request(), a_request(at=DAY_ONE + days(1))
    read = queries.on_the_shelf

    def read_then_lose_one(**kwargs: Any) -> Any:
        shelf = read(**kwargs)
        type(gone).objects.filter(pk=gone.pk).update(state="missing", state_before_missing="ready")
        return shelf

    monkeypatch.setattr(queries, "on_the_shelf", read_then_lose_one)
    refused, served = serve()
    assert (refused.request, refused.code) == (first.reference, None)
    assert "Missing" in str(refused.why)
    assert (served.request, served.code) == (second.reference, there.code)


def test_no_more_than_asked_are_served() -> None:
    for _ in range(3):
        a_request()
        a_ready_device()
    assert len(serve(most=2)) == 2
    assert serve(most=0) == []


def test_a_public_bodys_gift_is_kept_from_a_dear_programme() -> None:
    a_ready_device(legal_type="public_body")
    a_request(programme=a_programme(price_cents=20_000))
    (choice,) = serve()
    assert choice.code is None


def test_suggestions_leave_out_what_is_too_small_promised_or_of_another_kind() -> None:
    a_ready_device(specs={"ram_gb": 4, "storage_gb": 128})
    a_ready_device(kind="smartphone")
    an_allocation()
    bench = a_technician()
    lost = a_ready_device(by=bench)
    inventory.report_device_missing(code=lost.code, reason="gone", by=bench, at=DAY_ONE)
    fits = a_ready_device()
    line = a_request(needs=[{"kind": "laptop", "min_ram_gb": 8}]).lines.get()
    assert [fit.code for fit in queries.suggest_devices(line)] == [fits.code]


def test_the_place_in_the_queue_is_told() -> None:
    late, early = a_request(at=DAY_ONE + days(2)), a_request(at=DAY_ONE)
    urgent = a_request(at=DAY_ONE + days(3), urgency=1)
    same_moment = a_request(at=DAY_ONE)
    queue = [urgent, early, same_moment, late]
    assert [queries.place_in_queue(request) for request in queue] == [1, 2, 3, 4]
    served = a_hand_over().allocation.line.request
    served.refresh_from_db()
    assert queries.place_in_queue(served) is None


def test_without_recent_hand_overs_of_the_kind_no_delay_is_promised() -> None:
    a_hand_over(at=DAY_ONE)
    phone = a_request(needs=[{"kind": "smartphone"}]).lines.get()
    laptop = a_request().lines.get()
    assert queries.expected_delay(phone, at=DAY_ONE + days(1)) is None
    assert queries.expected_delay(laptop, at=DAY_ONE + days(57)) is None


def test_the_delay_is_the_queue_ahead_at_the_pace_of_the_last_eight_weeks() -> None:
    for _ in range(2):
        a_hand_over(at=DAY_ONE)
    a_request(needs=[{"kind": "smartphone"}])
    first, second = a_request().lines.get(), a_request().lines.get()
    at = DAY_ONE + days(1)
    assert queries.expected_delay(first, at=at) == days(28)
    assert queries.expected_delay(second, at=at) == days(56)


def test_a_line_that_has_its_device_waits_no_longer() -> None:
    a_hand_over(at=DAY_ONE)
    assert queries.expected_delay(an_allocation().line, at=DAY_ONE + days(1)) is None

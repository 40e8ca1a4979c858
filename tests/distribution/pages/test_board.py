"""The coordinator's board: what waits, who gets what, the rules."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.distribution.choices import AllocationOutcome
from backend.distribution.models import Allocation, Programme
from backend.inventory.choices import State
from tests.distribution.factories import a_ready_device, a_request
from tests.distribution.pages.conftest import See
from tests.distribution.world import World


def decide_of(world: World) -> str:
    return f"/coordination/file/{world.waiting.reference}/"


def test_the_board_counts_what_waits_beside_the_stock(world: World, seen_by: See) -> None:
    page = seen_by(world.coordinator).get("/coordination/")
    to_do = page.context["to_do"]
    assert to_do["requests"].number == 2
    assert to_do["support"].number == 1
    (laptops,) = page.context["kinds"]
    assert (laptops.waiting, laptops.ready, laptops.reserved) == (1, 1, 1)
    assert laptops.workshops == [(world.technician.organisation.name, 1)]


@pytest.mark.parametrize(
    "path", ["/coordination/", "/coordination/file/", "/coordination/partenaires/"]
)
def test_more_requests_cost_the_board_no_more_queries(
    world: World, seen_by: See, statements: Callable[..., Any], path: str
) -> None:
    board = seen_by(world.coordinator)
    board.get(path)
    with statements() as few:
        board.get(path)
    for _more in range(5):
        a_request(by=world.counsellor, programme=world.programme)
        a_ready_device(by=world.technician)
    with statements() as many:
        board.get(path)
    assert len(many) == len(few)


def test_one_press_reserves_a_suggested_device(world: World, seen_by: See) -> None:
    board = seen_by(world.coordinator)
    assert world.ready.code in board.get(decide_of(world)).content.decode()
    form = {"line": world.line.pk, "code": world.ready.code}
    assert board.post(decide_of(world), form).status_code == 302
    world.ready.refresh_from_db()
    assert world.ready.state == State.ALLOCATED
    assert "Release" in board.get(decide_of(world)).content.decode()


def test_a_device_that_is_gone_is_refused_in_words(
    world: World, seen_by: See, nothing_changed: Any
) -> None:
    with nothing_changed(world.waiting, world.given):
        form = {"line": world.line.pk, "code": world.given.allocation.device.code}
        answer = seen_by(world.coordinator).post(decide_of(world), form)
    assert answer.status_code == 422
    assert "Handed over" in answer.content.decode()


def test_another_requests_line_is_not_served_from_here(world: World, seen_by: See) -> None:
    other = a_request(by=world.counsellor, programme=world.programme)
    form = {"line": other.lines.get().pk, "code": world.ready.code}
    assert seen_by(world.coordinator).post(decide_of(world), form).status_code == 404


def test_all_that_fit_are_reserved_and_each_line_says_why(world: World, seen_by: See) -> None:
    a_request(by=world.counsellor, programme=world.programme, needs=[{"kind": "tablet"}])
    board = seen_by(world.coordinator)
    answer = board.post("/coordination/file/servir/", {"once": "one"}, follow=True)
    page = answer.content.decode()
    assert "1 device reserved" in page
    assert "Nothing on the shelf fits this need now." in page
    assert Allocation.objects.reserved().count() == 2
    again = board.post("/coordination/file/servir/", {"once": "one"}, follow=True)
    assert "1 device reserved" in again.content.decode()


def test_a_reservation_is_released_with_a_reason(world: World, seen_by: See) -> None:
    board = seen_by(world.coordinator)
    address = f"/coordination/reservations/{world.reserved.pk}/liberer/"
    assert board.get(address).status_code == 200
    assert board.post(address, {"reason": ""}).status_code == 422
    assert board.post(address, {"reason": "Moved away"}).status_code == 302
    world.reserved.refresh_from_db()
    assert world.reserved.outcome == AllocationOutcome.RELEASED
    assert board.post(address, {"reason": "Again"}).status_code == 422


def test_a_refusal_needs_its_reason(world: World, seen_by: See, nothing_changed: Any) -> None:
    with nothing_changed(world.waiting):
        answer = seen_by(world.coordinator).post(f"{decide_of(world)}refuser/", {"reason": " "})
    assert answer.status_code == 422


RULES = {
    "name": "Solidarity",
    "criteria": ["student"],
    "price": "79.90",
    "devices_per_person": 1,
    "period_days": 365,
    "open_requests_per_counsellor": 3,
    "reservation_days": 14,
    "warranty_days": 365,
    "is_open": "on",
}


def test_a_programme_is_opened_and_changed(world: World, seen_by: See) -> None:
    board = seen_by(world.coordinator)
    assert board.post("/coordination/programmes/nouveau/", RULES).status_code == 302
    programme = Programme.objects.get(name="Solidarity")
    assert programme.price_cents == 7_990
    address = f"/coordination/programmes/{programme.pk}/"
    assert "79.9" in board.get(address).content.decode()
    closed = {name: value for name, value in RULES.items() if name != "is_open"}
    assert board.post(address, closed).status_code == 302
    programme.refresh_from_db()
    assert not programme.is_open


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"criteria": []}, {"price": "-1"}, {"devices_per_person": "0"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_rules_that_cannot_be_are_refused(
    world: World, seen_by: See, nothing_changed: Any, wrong: dict[str, Any]
) -> None:
    with nothing_changed(world.programme):
        address = f"/coordination/programmes/{world.programme.pk}/"
        answer = seen_by(world.coordinator).post(address, RULES | wrong)
    assert answer.status_code == 422
    assert b"field-error" in answer.content or b"notice-refusal" in answer.content


def test_two_programmes_of_one_name_are_refused(world: World, seen_by: See) -> None:
    twice = RULES | {"name": world.programme.name}
    answer = seen_by(world.coordinator).post("/coordination/programmes/nouveau/", twice)
    assert answer.status_code == 422
    assert Programme.objects.filter(name=world.programme.name).count() == 1

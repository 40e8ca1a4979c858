"""What the API of distribution costs in SQL, and that a command sent twice is done once."""

from typing import Any

import pytest

from backend.core import events
from backend.core.models import Answer, Event, Outbox
from backend.distribution.models import Allocation, HandOver, Request
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_person,
    a_programme,
    a_ready_device,
    a_request,
    a_support_case,
    an_allocation,
)
from tests.distribution.world import V1, World, client_of
from tests.factories import a_coordinator

pytestmark = pytest.mark.django_db
HEARD = ["device.allocated", "device.released", "device.handed_over"]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody listens to every event: the outbox is part of the price."""
    for kind in HEARD:
        monkeypatch.setitem(events._listeners, kind, [lambda event: None])


def sent(client: Any, path: str, body: Any, key: str = "k1") -> Any:
    return client.post(V1 + path, body, format="json", headers={"Idempotency-Key": key})


@pytest.mark.usefixtures("heard")
def test_a_reservation_takes_seven_statements(statements: Any) -> None:
    world = World()
    client, body = client_of(world.coordinator), {"line": world.line.pk, "code": world.ready.code}
    with statements() as found:
        answer = sent(client, f"/requests/{world.waiting.pk}/allocate/", body)
    assert answer.status_code == 201, answer.data
    assert len(found) <= 7, found
    assert Outbox.objects.filter(event__kind="device.allocated").exists()


@pytest.mark.usefixtures("heard")
def test_a_release_takes_six_statements(statements: Any) -> None:
    world = World()
    client = client_of(world.coordinator)
    with statements() as found:
        answer = sent(client, f"/allocations/{world.reserved.pk}/release/", {"reason": "moved"})
    assert answer.status_code == 200, answer.data
    assert len(found) <= 6, found


@pytest.mark.usefixtures("heard")
def test_a_hand_over_takes_nine_statements(statements: Any) -> None:
    world = World()
    client = client_of(world.counsellor)
    body = {"taken_by": "person", "signed_by": "attestation", "at": DAY_ONE}
    with statements() as found:
        answer = sent(client, f"/allocations/{world.reserved.pk}/hand-over/", body)
    assert answer.status_code == 201, answer.data
    assert len(found) <= 9, found


LISTS = {
    "programmes": a_programme,
    "beneficiaries": lambda: None,
    "requests": a_request,
    "allocations": an_allocation,
    "hand-overs": a_hand_over,
    "returns": lambda: World(),
    "support-cases": lambda: a_support_case(device=a_ready_device()),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_longer_list_costs_no_more(name: str, statements: Any) -> None:
    world = World()
    hat = world.counsellor if name == "beneficiaries" else world.coordinator
    client = client_of(hat)
    with statements() as short:
        few = client.get(f"{V1}/{name}/").data["results"]
    for _ in range(3):
        LISTS[name]()
        a_person(by=world.counsellor)
    with statements() as long:
        many = client.get(f"{V1}/{name}/").data["results"]
    assert len(many) >= len(few) + 3
    assert len(long) == len(short) <= 2


def test_reading_one_costs_the_same_whatever_it_holds(statements: Any) -> None:
    world = World()
    client = client_of(world.coordinator)
    for path, most in (
        (f"/allocations/{world.reserved.pk}/", 1),
        (f"/hand-overs/{world.given.pk}/", 1),
        (f"/programmes/{world.programme.pk}/", 1),
        (f"/requests/{world.waiting.pk}/", 7),
    ):
        with statements() as found:
            assert client.get(V1 + path).status_code == 200
        assert len(found) <= most, found


def test_a_list_is_read_page_by_page() -> None:
    by = a_coordinator()
    for _ in range(3):
        a_programme(by=by)
    first = client_of(by).get(f"{V1}/programmes/?page_size=2").data
    second = client_of(by).get(first["next"]).data
    assert [len(page["results"]) for page in (first, second)] == [2, 1]


def commands(world: World) -> list[tuple[Any, str, dict[str, Any]]]:
    """Every POST of distribution, as somebody sends it."""
    w = world
    taken = {"taken_by": "person", "signed_by": "attestation", "at": DAY_ONE.isoformat()}
    needs = [{"kind": "laptop"}]
    asked = {"programme": w.programme.pk, "purpose": "rights", "needs": needs}
    return [
        (w.coordinator, "/programmes/", {"name": "New", "criteria": ["attested"]}),
        (w.counsellor, "/beneficiaries/", {"case_reference": "NEW"}),
        (w.counsellor, f"/beneficiaries/{w.idle_person.pk}/erase/", {}),
        (w.counsellor, "/requests/", asked | {"beneficiary": w.person.pk}),
        (
            w.coordinator,
            f"/requests/{w.waiting.pk}/allocate/",
            {"line": w.line.pk, "code": w.ready.code},
        ),
        (w.counsellor, f"/requests/{w.waiting.pk}/cancel/", {}),
        (w.coordinator, f"/requests/{w.waiting.pk}/decline/", {"reason": "no"}),
        (w.coordinator, "/requests/allocate-waiting/", {}),
        (w.counsellor, f"/allocations/{w.reserved.pk}/hand-over/", taken),
        (w.coordinator, f"/allocations/{w.reserved.pk}/release/", {"reason": "moved"}),
        (w.counsellor, f"/hand-overs/{w.given.pk}/undo/", {"at": DAY_ONE.isoformat()}),
        (
            w.counsellor,
            "/returns/",
            {"code": w.given.allocation.device.code, "reason": "fault"},
        ),
        (w.counsellor, f"/support-cases/{w.case.pk}/close/", {"note": "done"}),
        (
            w.counsellor,
            "/support-cases/",
            {"code": w.ready.code, "topic": "help", "contact": "06"},
        ),
    ]


def test_a_command_sent_twice_is_done_once_and_answered_the_same() -> None:
    from django.db import transaction  # noqa: PLC0415

    world = World()
    for hat, path, body in commands(world):
        with transaction.atomic():
            first = sent(client_of(hat), path, body)
            events_then = Event.objects.count()
            again = sent(client_of(hat), path, body)
            assert first.status_code in {200, 201}, (path, first.data)
            assert (again.status_code, again.data) == (first.status_code, first.data), path
            assert again["Idempotency-Replayed"] == "true"
            assert Event.objects.count() == events_then, path
            transaction.set_rollback(True)


def test_a_key_is_not_used_for_something_else() -> None:
    world = World()
    client = client_of(world.counsellor)
    path = f"/requests/{world.waiting.pk}/cancel/"
    assert sent(client, "/beneficiaries/", {"case_reference": "A"}).status_code == 201
    answer = sent(client, path, {})
    assert (answer.status_code, answer.data["code"]) == (422, "key_used_for_something_else")
    world.waiting.refresh_from_db()
    assert world.waiting.state == "waiting"


def test_a_refusal_is_decided_anew() -> None:
    world = World()
    client = client_of(world.counsellor)
    body = {"taken_by": "person", "signed_by": "attestation", "at": "2099-01-01T00:00:00Z"}
    path = f"/allocations/{world.reserved.pk}/hand-over/"
    assert sent(client, path, body).status_code == 409
    assert not Answer.objects.exists()
    right = body | {"at": DAY_ONE.isoformat()}
    assert sent(client, path, right).status_code == 201
    assert HandOver.objects.filter(allocation=world.reserved).count() == 1


def test_every_row_speaks_of_what_was_done() -> None:
    world = World()
    client = client_of(world.coordinator)
    body = {"line": world.line.pk, "code": world.ready.code}
    made = sent(client, f"/requests/{world.waiting.pk}/allocate/", body).data
    read = client.get(f"{V1}/allocations/{made['id']}/").json()
    assert made == read
    assert (read["code"], read["request"]) == (world.ready.code, world.waiting.pk)
    assert Allocation.objects.get(pk=made["id"]).line_id == world.line.pk
    row = client.get(f"{V1}/requests/{world.waiting.pk}/").json()
    assert row["lines"][0]["allocation"] == made["id"]
    assert (row["place_in_queue"], row["expected"][0]["days"]) == (1, None)
    assert Request.objects.get(pk=row["id"]).state == "waiting"

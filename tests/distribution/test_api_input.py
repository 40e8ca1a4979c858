"""Whatever is sent, the answer is a clear refusal in the reader's language, or the thing done."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import transaction

from backend.core.codes import mint
from backend.core.models import Answer, Event, Outbox
from backend.inventory.models import Device
from tests.distribution.factories import A_SIGNATURE, DAY_ONE, a_person
from tests.distribution.world import V1, World, client_of
from tests.factories import MembershipFactory, a_counsellor

pytestmark = pytest.mark.django_db

LONG = "x" * 1_000_000
JUNK = [None, [], {}, "", "é", LONG, -1, 10**30, 1.5, True, ["x"], "2999-01-01T00:00:00Z"]
HAND_OVER = {"taken_by": "person", "signed_by": "attestation", "at": DAY_ONE}


class Command(NamedTuple):
    """A command that would be done: who sends it, where, and what."""

    who: str
    path: str
    body: Callable[[World], dict[str, Any]]
    method: str = "post"


COMMANDS = [
    Command("coordinator", "/programmes/", lambda w: {
        "name": "New", "criteria": ["attested"], "devices_per_person": 1, "period_days": 9,
        "open_requests_per_counsellor": 1, "reservation_days": 1, "price_cents": 0,
        "warranty_days": 1, "is_open": True}),
    Command("coordinator", "/programmes/{programme.pk}/", lambda w: {
        "name": "Other", "criteria": ["student"], "price_cents": 5}, "patch"),
    Command("counsellor", "/beneficiaries/", lambda w: {
        "case_reference": "N", "name": "N", "birth_year": 1990, "household_size": 1,
        "criteria": ["attested"]}),
    Command("counsellor", "/beneficiaries/{person.pk}/", lambda w: {
        "case_reference": "N", "name": "N", "birth_year": 1990, "criteria": []}, "patch"),
    Command("counsellor", "/beneficiaries/{idle_person.pk}/erase/", lambda w: {}),
    Command("counsellor", "/requests/", lambda w: {
        "beneficiary": w.person.pk, "programme": w.programme.pk, "purpose": "rights",
        "needs": [{"kind": "laptop"}], "urgency": 1, "connection": "none"}),
    Command("counsellor", "/requests/{waiting.pk}/cancel/", lambda w: {}),
    Command("coordinator", "/requests/{waiting.pk}/decline/", lambda w: {"reason": "no"}),
    Command("coordinator", "/requests/{waiting.pk}/allocate/", lambda w: {
        "line": w.line.pk, "code": w.ready.code}),
    Command("coordinator", "/requests/allocate-waiting/", lambda w: {"most": 1}),
    Command("coordinator", "/allocations/{reserved.pk}/release/", lambda w: {"reason": "moved"}),
    Command("counsellor", "/allocations/{reserved.pk}/hand-over/", lambda w: HAND_OVER | {
        "signature": "", "price_cents": 0, "beneficiary": w.person.pk}),
    Command("counsellor", "/hand-overs/{given.pk}/undo/", lambda w: {"at": DAY_ONE}),
    Command("counsellor", "/returns/", lambda w: {
        "code": w.given.allocation.device.code, "reason": "fault"}),
    Command("counsellor", "/support-cases/", lambda w: {
        "code": w.ready.code, "topic": "help", "message": "?", "contact": "06"}),
    Command("technician", "/support-cases/{case.pk}/close/", lambda w: {"note": "done"}),
]  # fmt: skip
NEEDS_NOTHING = ("erase", "cancel", "allocate-waiting", "undo")


def send(world: World, command: Command, body: Any, language: str = "en") -> Any:
    client = client_of(
        getattr(world, command.who), **{"Accept-Language": language, "If-Match": "*"}
    )
    path = V1 + command.path.format(**vars(world))
    return getattr(client, command.method)(path, body, format="json")


def picture() -> Any:
    """Everything a command of distribution could write."""
    models = [*apps.get_app_config("distribution").get_models(), Device, Event, Outbox, Answer]
    return {m.__name__: list(m._default_manager.order_by("pk").values()) for m in models}


def is_a_clear_refusal(answer: Any) -> bool:
    body = answer.json()
    return (
        400 <= answer.status_code < 500
        and answer["Content-Type"] == "application/problem+json"
        and body["status"] == answer.status_code
        and bool(body["detail"])
        and bool(body["title"])
        and body["type"] == f"/problems/{body['code']}"
        and len(answer.content) < 5_000
    )


def spoilt(body: dict[str, Any]) -> list[Any]:
    """The body with each field spoilt in turn, and bodies that are no object at all."""
    fields = [*body, "at"] if "at" not in body else list(body)
    return [body | {name: junk} for name in fields for junk in JUNK] + [[], "text", 7, None, LONG]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: f"{c.method}{c.path}")
def test_no_junk_breaks_a_command_or_changes_anything(command: Command) -> None:
    world = World()
    before, wrong = picture(), []
    for body in spoilt(command.body(world)):
        with transaction.atomic():
            answer = send(world, command, body)
            if answer.status_code < 400:
                transaction.set_rollback(True)
        if answer.status_code >= 400 and not is_a_clear_refusal(answer):
            wrong.append((str(body)[:80], answer.status_code, answer.content[:200]))
    assert not wrong
    assert picture() == before


@pytest.mark.parametrize(
    "command",
    [c for c in COMMANDS if not c.path.rstrip("/").endswith(NEEDS_NOTHING)],
    ids=lambda c: f"{c.method}{c.path}",
)
def test_an_empty_body_is_told_what_is_missing(command: Command) -> None:
    world = World()
    before = picture()
    if command.method == "patch":
        return
    answer = send(world, command, {})
    assert answer.status_code == 422
    assert is_a_clear_refusal(answer)
    assert answer.json()["errors"]
    assert picture() == before


class Wrong(NamedTuple):
    """Something a person may get wrong, and how it is answered."""

    who: str
    path: str
    body: Callable[[World], dict[str, Any]]
    status: int
    code: str


def slipped(code: str) -> str:
    return code[:-1] + ("2" if code[-1] != "2" else "3")


def foreign_person() -> int:
    return a_person(by=a_counsellor()).pk


WRONGS = {
    "unknown code": Wrong(
        "coordinator", "/requests/{waiting.pk}/allocate/",
        lambda w: {"line": w.line.pk, "code": mint()}, 404, "unknown_code"),
    "wrong check symbol": Wrong(
        "coordinator", "/requests/{waiting.pk}/allocate/",
        lambda w: {"line": w.line.pk, "code": slipped(w.ready.code)}, 422, "misread_code"),
    "line of another request": Wrong(
        "coordinator", "/requests/{waiting.pk}/allocate/",
        lambda w: {"line": w.reserved.line_id, "code": w.ready.code}, 409, "already_allocated"),
    "unknown line": Wrong(
        "coordinator", "/requests/{waiting.pk}/allocate/",
        lambda w: {"line": 10**9, "code": w.ready.code}, 404, "unknown_request"),
    "wrong state": Wrong(
        "coordinator", "/requests/{waiting.pk}/allocate/",
        lambda w: {"line": w.line.pk, "code": w.reserved.device.code}, 409, "forbidden_move"),
    "foreign person": Wrong(
        "counsellor", "/requests/",
        lambda w: {"beneficiary": foreign_person(), "programme": w.programme.pk,
                   "needs": [{"kind": "laptop"}], "purpose": "rights"}, 422, "invalid_input"),
    "future date": Wrong(
        "counsellor", "/allocations/{reserved.pk}/hand-over/",
        lambda w: HAND_OVER | {"at": "2099-01-01T00:00:00Z"}, 409, "reservation_expired"),
    "future return": Wrong(
        "counsellor", "/returns/",
        lambda w: {"code": w.given.allocation.device.code, "reason": "fault",
                   "at": "2099-01-01T00:00:00Z"}, 422, "not_yet_happened"),
    "before the last event": Wrong(
        "coordinator", "/allocations/{reserved.pk}/release/",
        lambda w: {"reason": "x", "at": "2020-01-01T00:00:00Z"}, 409, "before_last_event"),
    "signature that is none": Wrong(
        "counsellor", "/allocations/{reserved.pk}/hand-over/",
        lambda w: HAND_OVER | {"signed_by": "signature", "signature": "<svg>"},
        422, "not_confirmed"),
    "both signed and attested": Wrong(
        "counsellor", "/allocations/{reserved.pk}/hand-over/",
        lambda w: HAND_OVER | {"signature": A_SIGNATURE}, 422, "not_confirmed"),
    "too dear": Wrong(
        "counsellor", "/allocations/{reserved.pk}/hand-over/",
        lambda w: HAND_OVER | {"price_cents": 1}, 409, "price_outside_programme"),
    "for somebody else": Wrong(
        "counsellor", "/allocations/{reserved.pk}/hand-over/",
        lambda w: HAND_OVER | {"beneficiary": w.idle_person.pk}, 409, "wrong_person"),
    "nothing to undo": Wrong(
        "counsellor", "/hand-overs/{brought_back.pk}/undo/",
        lambda w: {"at": DAY_ONE}, 409, "cannot_undo"),
    "back already": Wrong(
        "technician", "/returns/",
        lambda w: {"code": w.brought_back.allocation.device.code, "reason": "fault"},
        409, "forbidden_move"),
    "erased while waiting": Wrong(
        "counsellor", "/beneficiaries/{person.pk}/erase/", lambda w: {}, 409, "still_waiting"),
    "no such address": Wrong(
        "counsellor", "/allocations/999999999999999999/hand-over/",
        lambda w: HAND_OVER, 404, "unknown_allocation"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONGS)
def test_a_mistake_is_explained_in_the_readers_language(name: str) -> None:
    world, wrong = World(), WRONGS[name]
    command = Command(wrong.who, wrong.path, wrong.body)
    body = wrong.body(world)
    before = picture()
    told = {}
    for language in ("fr", "en"):
        answer = send(world, command, body, language)
        assert (answer.status_code, answer.json()["code"]) == (wrong.status, wrong.code)
        assert is_a_clear_refusal(answer)
        assert answer["Content-Language"] == language
        told[language] = answer.json()
    assert told["fr"]["title"] != told["en"]["title"]
    assert told["fr"]["detail"] != told["en"]["detail"]
    assert picture() == before


@pytest.mark.parametrize(
    "query",
    ["state=eaten", "urgency=high", "programme=0", "programme=" + "9" * 40, "cursor=%00",
     "beneficiary=x", "page_size=-1", "page_size=" + "9" * 40, "reference=%00"],
)  # fmt: skip
def test_a_filter_that_means_nothing_breaks_nothing(query: str) -> None:
    counsellor = a_counsellor()
    answer = client_of(counsellor).get(f"{V1}/requests/?{query}")
    assert answer.status_code in {200, 404, 422}


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2833-02-03T16:24:07-18:04", 200),
        ("0001-01-01T00:00:00+18:00", 422),
        ("9999-12-31T23:59:59-18:00", 422),
        ("yesterday", 422),
    ],
)
def test_a_moment_of_any_time_zone_is_compared(moment: str, status: int) -> None:
    query = {"handed_over_before": moment}
    answer = client_of(a_counsellor()).get(f"{V1}/hand-overs/", query)
    assert answer.status_code == status


def test_a_program_whose_scope_leaves_it_out_is_refused() -> None:
    auditor = MembershipFactory(organisation=a_counsellor().organisation, role="auditor")
    answer = client_of(auditor).post(f"{V1}/requests/", {}, format="json")
    assert answer.status_code == 403
    assert is_a_clear_refusal(answer)

"""Every role at every door of distribution, in its own house and in another's."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from backend.accounts.api.permissions import PUBLIC
from backend.accounts.choices import OrganisationKind as K
from backend.accounts.choices import Role
from backend.accounts.roles import can
from backend.distribution.api.urls import router
from tests.distribution.factories import DAY_ONE
from tests.distribution.world import V1, Knocker, World, client_of

pytestmark = pytest.mark.django_db

EVERYBODY = frozenset(K)
COORDINATION = frozenset({K.COORDINATION})  # sees all, its own and another's
DESK = COORDINATION | {K.STRUCTURE}
ALL_THREE = DESK | {K.WORKSHOP}
FILE = frozenset({K.STRUCTURE})  # a person's file: not even the coordination

Body = Callable[[World], dict[str, Any]]


class Door(NamedTuple):
    """One address and method: what it does, for whom the row behind it exists, what it needs."""

    name: str
    action: str
    method: str
    path: str
    seen: frozenset[K]
    body: Body = lambda world: {}
    done: int = 200
    hidden: int = 404


DOORS = [
    Door("programmes", "list", "get", "/", EVERYBODY),
    Door("programmes", "retrieve", "get", "/{programme.pk}/", EVERYBODY),
    Door("programmes", "create", "post", "/", EVERYBODY,
         lambda w: {"name": "New", "criteria": ["attested"]}, 201),
    Door("programmes", "partial_update", "patch", "/{programme.pk}/", EVERYBODY,
         lambda w: {"is_open": False}),
    Door("beneficiaries", "list", "get", "/", FILE),
    Door("beneficiaries", "retrieve", "get", "/{person.pk}/", FILE),
    Door("beneficiaries", "export", "get", "/{person.pk}/export/", FILE),
    Door("beneficiaries", "create", "post", "/", EVERYBODY,
         lambda w: {"case_reference": "NEW", "criteria": ["attested"]}, 201),
    Door("beneficiaries", "partial_update", "patch", "/{person.pk}/", FILE,
         lambda w: {"household_size": 5}),
    Door("beneficiaries", "erase", "post", "/{idle_person.pk}/erase/", FILE),
    Door("requests", "list", "get", "/", DESK),
    Door("requests", "retrieve", "get", "/{waiting.pk}/", DESK),
    Door("requests", "create", "post", "/", FILE,
         lambda w: {"beneficiary": w.idle_person.pk, "programme": w.programme.pk,
                    "needs": [{"kind": "laptop"}], "purpose": "rights"}, 201, 422),
    Door("requests", "cancel", "post", "/{waiting.pk}/cancel/", DESK),
    Door("requests", "decline", "post", "/{waiting.pk}/decline/", DESK,
         lambda w: {"reason": "no stock"}),
    Door("requests", "suggestions", "get", "/{waiting.pk}/suggestions/", DESK),
    Door("requests", "allocate", "post", "/{waiting.pk}/allocate/", DESK,
         lambda w: {"line": w.line.pk, "code": w.ready.code}, 201),
    Door("requests", "allocate_waiting", "post", "/allocate-waiting/", EVERYBODY),
    Door("allocations", "list", "get", "/", ALL_THREE),
    Door("allocations", "retrieve", "get", "/{reserved.pk}/", ALL_THREE),
    Door("allocations", "release", "post", "/{reserved.pk}/release/", ALL_THREE,
         lambda w: {"reason": "moved"}),
    Door("allocations", "text", "get", "/{reserved.pk}/text/", ALL_THREE),
    Door("allocations", "hand_over", "post", "/{reserved.pk}/hand-over/", ALL_THREE,
         lambda w: {"taken_by": "person", "signed_by": "attestation", "at": DAY_ONE}, 201),
    Door("hand-overs", "list", "get", "/", DESK),
    Door("hand-overs", "retrieve", "get", "/{given.pk}/", DESK),
    Door("hand-overs", "receipt", "get", "/{given.pk}/receipt/", DESK),
    Door("hand-overs", "undo", "post", "/{given.pk}/undo/", DESK,
         lambda w: {"at": DAY_ONE}),
    Door("returns", "list", "get", "/", ALL_THREE),
    Door("returns", "retrieve", "get", "/{came_back.pk}/", ALL_THREE),
    Door("returns", "create", "post", "/", ALL_THREE,
         lambda w: {"code": w.given.allocation.device.code, "reason": "fault"}, 201),
    Door("support-cases", "list", "get", "/", ALL_THREE),
    Door("support-cases", "retrieve", "get", "/{case.pk}/", ALL_THREE),
    Door("support-cases", "create", "post", "/", EVERYBODY,
         lambda w: {"code": w.ready.code, "topic": "found", "contact": "06"}, 201),
    Door("support-cases", "close", "post", "/{case.pk}/close/", ALL_THREE,
         lambda w: {"note": "repaired"}),
]  # fmt: skip

CAPABILITIES = {name: view.capabilities for name, view, _basename in router.registry}


def test_every_action_has_its_door_in_this_table() -> None:
    named = {(door.name, door.action) for door in DOORS}
    assert named == {(name, action) for name, table in CAPABILITIES.items() for action in table}


def knock(door: Door, world: World, hat: Any) -> Any:
    path = V1 + "/" + door.name + door.path.format(**vars(world))
    headers = {"If-Match": "*"} if door.method == "patch" else {}
    send = getattr(client_of(hat, **headers), door.method)
    return send(path) if door.method == "get" else send(path, door.body(world), format="json")


def sees(door: Door, knocker: Knocker) -> bool:
    """Whether the row behind the door is there for this person."""
    everywhere = knocker.kind == K.COORDINATION or door.seen == EVERYBODY
    return knocker.kind in door.seen and (knocker.is_own or everywhere)


def expected(door: Door, knocker: Knocker) -> int:
    """Compute the answer from the table of roles and from whose the row is."""
    capability = CAPABILITIES[door.name][door.action]
    if capability != PUBLIC and not can(knocker.hat, capability):
        return 403
    if door.action == "list":
        return 200
    if not sees(door, knocker):
        return door.hidden
    if door.action == "undo" and knocker.role == Role.COUNSELLOR:
        return 409  # a colleague did it: this person or a manager takes it back
    return door.done


@pytest.mark.parametrize("name", sorted(CAPABILITIES))
def test_a_door_opens_for_who_may_and_whose_it_is(name: str) -> None:
    world = World()
    knockers = list(world.knockers())
    wrong = [
        (f"{knocker} at {door.action}", found)
        for door in DOORS
        if door.name == name
        for knocker in knockers
        if (found := what_is_wrong(door, world, knocker))
    ]
    assert not wrong


def what_is_wrong(door: Door, world: World, knocker: Knocker) -> str:
    """Knock, undo what it did, and say how the answer differs from the one expected."""
    with transaction.atomic():
        answer = knock(door, world, knocker.hat)
        transaction.set_rollback(True)
    if answer.status_code != expected(door, knocker):
        return f"{answer.status_code}, not {expected(door, knocker)}"
    if door.action == "list" and answer.status_code == 200:
        shows = bool(answer.data["results"])
        return "" if shows == sees(door, knocker) else f"shows rows: {shows}"
    return ""


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.name}-{door.action}")
def test_a_stranger_is_asked_to_sign_in(door: Door) -> None:
    if CAPABILITIES[door.name][door.action] == PUBLIC:
        return
    path = f"{V1}/{door.name}" + re.sub("{.*}", "1", door.path)
    answer = getattr(client_of(None), door.method)(path)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"

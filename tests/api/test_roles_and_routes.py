"""Each role at each route, in its own organisation and in another's; a token's scope narrows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from backend.accounts.api.permissions import PUBLIC, SIGNED_IN
from backend.accounts.choices import ROLES_OF, OrganisationKind, Role
from backend.accounts.models import Membership
from backend.accounts.roles import CAPABILITIES
from backend.core.photos import cleaned_photo
from backend.inventory import operations
from backend.inventory.models import InspectionPhoto
from tests.api.doors import Door, door, session, visitor
from tests.factories import MembershipFactory, OrganisationFactory
from tests.inventory import printed
from tests.inventory.stories import (
    NOW,
    Workshop,
    a_collection,
    a_label_print,
    a_picture,
    an_accepted_pledge,
)

pytestmark = pytest.mark.django_db

HOME_OF = {role: kind for kind, roles in ROLES_OF.items() for role in roles}
HOME_OF[Role.AUDITOR] = OrganisationKind.WORKSHOP
CLOSED = {401, 403}
ALIKE_FOR_ALL = {"me", "organisations", "members", "events", "checklists", "performance-scales"}
_NAMED = re.compile(r"\(\?P<\w+>(\[[^\]]*\]|[^\[\])])*\)")


def routes() -> Iterator[tuple[str, str, str]]:
    """Give every action of these APIs: method, address, capability."""
    waiting: list[tuple[str, Any]] = [("", get_resolver())]
    while waiting:
        before, entry = waiting.pop()
        if isinstance(entry, URLResolver):
            address = before + str(entry.pattern)
            waiting.extend((address, inner) for inner in entry.url_patterns)
            continue
        yield from actions_of(before, entry)


def actions_of(before: str, entry: URLPattern) -> Iterator[tuple[str, str, str]]:
    view = entry.callback
    if not view.__module__.startswith(("backend.inventory.api", "backend.accounts.api")):
        return
    for method, action in getattr(view, "actions", {}).items():
        if method != "head":
            yield method, before + str(entry.pattern), view.cls.capabilities[action]  # type: ignore[attr-defined]


ROUTES = sorted(set(routes()))


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def rows(workshop: Workshop) -> dict[str, Any]:
    """One row behind each address, all of one workshop."""
    pledge = an_accepted_pledge(workshop)
    line = pledge.lines.select_related("pledge").get()
    device = workshop.receive(line=line)
    site = workshop.site()
    workshop.erase(device)
    erasure = device.storage_units.get().erasures.get()
    return {
        "pledges": pledge.reference,
        "collections": a_collection(workshop, line).reference,
        "label-batches": workshop.labels(1).pk,
        "labels": device.code,
        "label-prints": a_label_print(workshop).pk,
        "devices": device.code,
        "storage-units": device.storage_units.get().pk,
        "erasures": erasure.pk,
        "certificates": operations.issue_certificate(
            unit_id=erasure.unit_id, by=workshop.manager, at=NOW
        ).number,
        "hardware-reports": operations.record_hardware_report(
            code=device.code, content=printed.lshw(), by=workshop.technician, at=NOW
        ).report.pk,
        "locations": site.pk,
        "lots": operations.open_lot(
            organisation=workshop.organisation, name="P", by=workshop.manager, at=NOW
        ).pk,
        "transfers": operations.send_transfer(
            scanned=[workshop.receive().code],
            receiver=OrganisationFactory(),
            by=workshop.manager,
            at=NOW,
        ).reference,
        "stock-takes": operations.open_stock_take(location=site, by=workshop.manager, at=NOW).pk,
        "parts": operations.add_part(
            facts={"kind": "ram", "description": "DDR4", "condition": "new"},
            quantity=2,
            by=workshop.manager,
            at=NOW,
        ).pk,
        "repairs": operations.record_repair(
            code=workshop.device("in_workshop").code, what="x", by=workshop.manager, at=NOW
        ).pk,
        "inspection-photos": a_photo_of(workshop),
        "organisations": workshop.organisation.pk,
        "members": workshop.technician.pk,
        "tokens": 0,
    }


def a_photo_of(workshop: Workshop) -> int:
    device = workshop.triage(workshop.receive())
    photos = [cleaned_photo(SimpleUploadedFile("seen.png", a_picture()))]
    operations.add_photos(code=device.code, photos=photos, by=workshop.manager, at=NOW)
    return InspectionPhoto.objects.latest("pk").pk


def address(pattern: str, rows: dict[str, Any]) -> str:
    """Write an address of the router with a row of ours in it."""
    bare = pattern.split("api/v1/")[1].replace("^", "").replace("$", "").replace("\\Z", "")
    noun = bare.split("/")[0]
    return _NAMED.sub(str(rows.get(noun)), bare)


def knock(program: Door, method: str, path: str) -> int:
    answer = program.read(path) if method == "get" else program.send(path, {}, method=method)
    if answer.streaming:
        b"".join(answer.streaming_content)  # read to its end, a file is closed
    status: int = answer.status_code
    return status


def member(role: Role, workshop: Workshop) -> Membership:
    """Somebody of this role: in the workshop itself where the workshop has the role."""
    if HOME_OF[role] == OrganisationKind.WORKSHOP:
        return MembershipFactory(role=role, organisation=workshop.organisation)
    return MembershipFactory(role=role, organisation__kind=HOME_OF[role])


def may(role: Role, capability: str) -> bool:
    return capability in {PUBLIC, SIGNED_IN} or role in CAPABILITIES[capability]


@pytest.mark.parametrize("role", Role)
def test_a_role_enters_where_its_capabilities_say(
    role: Role, workshop: Workshop, rows: dict[str, Any]
) -> None:
    program = door(member(role, workshop))
    wrong = [
        f"{method} {pattern}: {status}"
        for method, pattern, capability in ROUTES
        if (status := knock(program, method, address(pattern, rows))) is not None
        and (status in CLOSED) is may(role, capability)
    ]
    assert not wrong


def test_a_visitor_enters_only_what_is_public(workshop: Workshop, rows: dict[str, Any]) -> None:
    answers = {
        (method, pattern): knock(visitor(), method, address(pattern, rows))
        for method, pattern, capability in ROUTES
        if capability != PUBLIC
    }
    assert set(answers.values()) == {401}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
def test_another_organisations_row_is_not_there(
    role: Role, workshop: Workshop, rows: dict[str, Any]
) -> None:
    """The workshops themselves are known to all; nothing else of another organisation is."""
    stranger = MembershipFactory(role=role, organisation__kind=HOME_OF[role])
    program = door(stranger)
    seen = []
    for method, pattern, _capability in ROUTES:
        if "(?P<" not in pattern or "organisations/" in pattern:
            continue
        status = knock(program, method, address(pattern, rows))
        if status not in {403, 404, 422}:
            seen.append(f"{method} {pattern}: {status}")
    assert not seen


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
def test_lists_hold_nothing_of_another_organisation(
    role: Role, workshop: Workshop, rows: dict[str, Any]
) -> None:
    stranger = MembershipFactory(role=role, organisation__kind=HOME_OF[role])
    browser = session(stranger)
    full = []
    for method, pattern, capability in ROUTES:
        if method != "get" or "(?P<" in pattern or not may(role, capability):
            continue
        path = address(pattern, rows)
        if path.split("/")[0] in ALIKE_FOR_ALL:
            continue
        said = browser.read(path).json()
        if said["devices" if path == "bench/" else "results"]:
            full.append(path)
    assert not full


def test_the_coordination_sees_every_list(workshop: Workshop, rows: dict[str, Any]) -> None:
    program = door(member(Role.COORDINATOR, workshop))
    for noun in ("devices", "pledges", "collections", "erasures", "label-batches", "transfers"):
        assert program.read(f"{noun}/").json()["results"], noun


@pytest.mark.parametrize("scope", ["device.view", "device.triage", "pledge.view"])
def test_a_tokens_scope_narrows_what_its_role_may(
    scope: str, workshop: Workshop, rows: dict[str, Any]
) -> None:
    program = door(workshop.manager, scope)
    opened = {
        capability
        for method, pattern, capability in ROUTES
        if knock(program, method, address(pattern, rows)) not in CLOSED
    }
    assert opened == {scope, PUBLIC, SIGNED_IN}


def test_a_scan_needs_the_capability_of_its_verb(workshop: Workshop) -> None:
    device = workshop.receive()
    program = door(workshop.technician, "device.edit")
    facts = {"decision": "repair", "reason": "starts"}
    scan = {"client_id": "1", "code": device.code, "action": "triage", "at": NOW, "facts": facts}
    (answer,) = program.send("scans/", {"scans": [scan]}).json()["results"]
    assert (answer["outcome"], answer["problem"]["code"]) == ("refused", "not_allowed")
    device.refresh_from_db()
    assert device.state == "received"


def test_a_hat_taken_off_opens_nothing(workshop: Workshop) -> None:
    program, browser = door(workshop.technician), session(workshop.technician)
    workshop.technician.ended_at = NOW
    workshop.technician.save(update_fields=["ended_at"])
    assert program.read("devices/").status_code == 401
    assert browser.read("devices/").status_code == 403

"""Bad input is a clear 4xx in the reader's language, and changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from backend.core import codes
from backend.core.models import Event, Outbox
from backend.inventory.choices import State
from backend.inventory.models import Device, Erasure, Pledge
from tests.api.doors import door, visitor
from tests.inventory.stories import DONOR, NOW, Workshop, an_accepted_pledge

pytestmark = pytest.mark.django_db

MEGABYTE = "x" * 1_000_000
TOMORROW = (timezone.now() + timedelta(days=1)).isoformat()
TRIAGE = {"decision": "repair", "reason": "starts"}
GIVEN = {"kind": "laptop", "unexpected_reason": "left at the door"}
ERASED = {
    "result": "erased",
    "method": "purge",
    "tool": "nwipe",
    "tool_version": "0.38",
    "verification": "read back",
    "attestation": "I saw it end.",
    "started_at": NOW.isoformat(),
    "ended_at": NOW.isoformat(),
}
PLEDGE = {**DONOR, "lines": [{"kind": "laptop", "quantity": 2}]}


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def names(workshop: Workshop) -> dict[str, Any]:
    """Rows that the addresses below name."""
    device = workshop.receive()
    wrong = ("3" if device.code[0] == "2" else "2") + device.code[1:]
    return {
        "code": device.code,
        "ready": workshop.device(State.READY).code,
        "wrong": wrong,
        "free": workshop.label(),
        "foreign": Workshop().receive().code,
        "foreign_site": Workshop().site().pk,
        "unit": device.storage_units.get().pk,
        "foreign_unit": Workshop().receive().storage_units.get().pk,
        "pledge": an_accepted_pledge(workshop).reference,
    }


def filled(value: Any, names: dict[str, Any]) -> Any:
    """Put names in their places: `<code>`."""
    if isinstance(value, dict):
        return {key: filled(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, names) for inner in value]
    if isinstance(value, str) and value.startswith("<"):
        return names[value.strip("<>")]
    return value


# address, body, status, code of the problem
TABLE: list[tuple[str, Any, int, str]] = [
    # unknown code, wrong check symbol, somebody else's
    ("devices/{free}/triage/", TRIAGE, 404, "unknown_code"),
    ("devices/{wrong}/triage/", TRIAGE, 422, "misread_code"),
    ("devices/nothing/triage/", TRIAGE, 422, "misread_code"),
    ("devices/{foreign}/triage/", TRIAGE, 404, "unknown_code"),
    ("devices/{foreign}/undo/", {}, 404, "unknown_code"),
    ("devices/", {**GIVEN, "code": "<wrong>"}, 422, "misread_code"),
    ("devices/", {**GIVEN, "code": "<foreign>"}, 404, "unknown_code"),
    ("devices/", {**GIVEN, "code": "<code>"}, 409, "label_taken"),
    ("devices/{code}/place/", {"location": "<foreign_site>"}, 422, "invalid_input"),
    ("storage-units/{foreign_unit}/absent/", {"reason": "x"}, 404, "unknown_unit"),
    ("erasures/", {**ERASED, "unit_id": "<foreign_unit>"}, 404, "unknown_unit"),
    ("pledges/{pledge}/accept/", {"workshop": 1}, 403, "permission_denied"),
    ("collections/C-2026-99999/record/", {"counts": [], "signed_by_role": "x"}, 404, "not_found"),
    # wrong state
    ("devices/{ready}/triage/", TRIAGE, 409, "forbidden_move"),
    ("devices/{code}/dismantle/", {}, 409, "forbidden_move"),
    ("devices/{code}/find/", {}, 409, "forbidden_move"),
    ("devices/{code}/unlock/", {}, 409, "forbidden_move"),
    ("devices/{code}/undo/", {}, 409, "cannot_undo"),
    ("devices/{code}/repairs/", {"what": "dusted"}, 409, "forbidden_move"),
    ("storage-units/", {"code": "<ready>", "medium": "ssd"}, 409, "too_late_to_add"),
    # the future, and moments nobody means
    ("devices/{code}/triage/", {**TRIAGE, "at": TOMORROW}, 422, "not_yet_happened"),
    ("devices/{code}/triage/", {**TRIAGE, "at": "2001-01-01T00:00:00Z"}, 409, "before_last_event"),
    ("devices/{code}/triage/", {**TRIAGE, "at": "0001-01-01T00:00:00Z"}, 422, "invalid_input"),
    ("devices/{code}/triage/", {**TRIAGE, "at": "yesterday"}, 422, "invalid_input"),
    # nothing, too much, another type
    ("devices/{code}/triage/", {}, 422, "invalid_input"),
    ("devices/{code}/triage/", {**TRIAGE, "reason": " "}, 422, "invalid_input"),
    ("devices/{code}/triage/", {**TRIAGE, "reason": MEGABYTE}, 422, "invalid_input"),
    ("devices/{code}/triage/", {**TRIAGE, "reason": "a\0b"}, 422, "invalid_input"),
    ("devices/{code}/triage/", {**TRIAGE, "decision": 7}, 422, "invalid_input"),
    ("devices/{code}/triage/", {**TRIAGE, "is_locked": "perhaps"}, 422, "invalid_input"),
    ("devices/{code}/triage/", [], 422, "invalid_input"),
    ("devices/{code}/triage/", "triage", 422, "invalid_input"),
    ("devices/{code}/pass-quality-check/", {"answers": {"No Key": True}}, 422, "invalid_input"),
    ("devices/{code}/recycle/", {"mass_g": 10**20, "waste_slip": "x"}, 422, "invalid_input"),
    ("devices/{code}/place/", {"location": [1]}, 422, "invalid_input"),
    ("devices/{code}/place/", {"location": 10**30}, 422, "invalid_input"),
    ("devices/{code}/relabel/", {"new_code": MEGABYTE}, 422, "invalid_input"),
    ("devices/{code}/relabel/", {"new_code": "<code>"}, 409, "label_taken"),
    ("devices/", {}, 422, "invalid_input"),
    ("devices/", {**GIVEN, "code": "<free>", "specs": {"ram_gb": "lots"}}, 422, "invalid_input"),
    ("devices/", {"kind": "laptop", "code": "<free>"}, 422, "unexpected_without_reason"),
    ("erasures/", {**ERASED, "unit_id": "<unit>", "errors": 2}, 422, "invalid_input"),
    ("erasures/", {**ERASED, "unit_id": "<unit>", "tool": ""}, 422, "invalid_input"),
    ("erasures/", {**ERASED, "unit_id": "<unit>", "attestation": ""}, 422, "invalid_input"),
    ("label-batches/", {"quantity": 0}, 422, "invalid_input"),
    ("label-batches/", {"quantity": 5001}, 422, "invalid_input"),
    ("locations/", {"kind": "shelf", "name": "1"}, 422, "invalid_input"),
    ("transfers/", {"scanned": ["<code>"], "receiver": 10**6}, 422, "invalid_input"),
    ("stock-takes/", {"location": "<foreign_site>"}, 422, "invalid_input"),
    ("scans/", {"scans": {}}, 422, "invalid_input"),
    ("scans/", {"scans": [{"client_id": "1"}]}, 422, "invalid_input"),
    ("scans/", {"scans": [{}] * 201}, 422, "invalid_input"),
    ("pledges/", {}, 422, "invalid_input"),
    ("pledges/", {**PLEDGE, "lines": []}, 422, "invalid_input"),
    ("pledges/", {**PLEDGE, "siren": "123456789"}, 422, "invalid_input"),
    ("pledges/", {**PLEDGE, "territory": "00"}, 422, "invalid_input"),
    ("pledges/", {**PLEDGE, "wishes": MEGABYTE}, 422, "invalid_input"),
    ("nowhere/", {}, 404, "not_found"),
]


def picture() -> Any:
    return (
        list(Device.objects.order_by("pk").values()),
        Erasure.objects.count(),
        Pledge.objects.count(),
        Event.objects.count(),
        Outbox.objects.count(),
    )


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    TABLE,
    ids=[f"{i}-{row[0]}-{row[3]}" for i, row in enumerate(TABLE)],
)
def test_bad_input_changes_nothing_and_is_told(
    path: str, body: Any, status: int, code: str, workshop: Workshop, names: dict[str, Any]
) -> None:
    program = door(workshop.manager)
    before = picture()
    for language in ("en", "fr"):
        answer = program.send(
            path.format(**names), filled(body, names), HTTP_ACCEPT_LANGUAGE=language
        )
        told = answer.json()
        assert (answer.status_code, told["code"]) == (status, code), told
        assert answer["Content-Type"] == "application/problem+json"
        assert told["title"]
        assert told["detail"]
    assert picture() == before


def test_the_problem_speaks_the_readers_language(workshop: Workshop) -> None:
    device, program = workshop.device(State.READY), door(workshop.technician)
    told = {
        language: program.send(
            f"devices/{device.code}/triage/", TRIAGE, HTTP_ACCEPT_LANGUAGE=language
        ).json()
        for language in ("en", "fr")
    }
    assert told["en"]["title"] == "This device cannot do that now"
    assert told["fr"]["title"] != told["en"]["title"]
    assert told["fr"]["detail"] != told["en"]["detail"]
    assert told["fr"]["code"] == told["en"]["code"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "parse_error"),
        (b"\xff\xfe", "application/json", 400, "parse_error"),
        (b"[" * 100_000, "application/json", 400, "parse_error"),
        (b"a=1", "text/csv", 415, "unsupported_media_type"),
        (b'{"reason": "%s"}' % (b"x" * 3_000_000), "application/json", 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(
    workshop: Workshop, body: bytes, kind: str, status: int, code: str
) -> None:
    device, program = workshop.receive(), door(workshop.technician)
    answer = program.post(f"/api/v1/devices/{device.code}/triage/", body, content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_method_that_an_address_does_not_have_is_a_problem(workshop: Workshop) -> None:
    answer = door(workshop.technician).delete("/api/v1/devices/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "query",
    ["state=lost", "location=x", "location=99999999999999999999999", "cursor=x", "kind=7"],
)
def test_a_filter_that_makes_no_sense_is_a_clear_problem(workshop: Workshop, query: str) -> None:
    answer = door(workshop.technician).get(f"/api/v1/devices/?{query}")
    assert answer.status_code in {404, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_a_fault_of_ours_says_nothing_of_what_broke(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_text: str) -> str:
        raise ZeroDivisionError("a secret")

    program = door(workshop.technician)
    program.raise_request_exception = False
    monkeypatch.setattr(codes, "read", break_down)
    answer = program.read("devices/7K3M9XQ29/")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "secret" not in answer.content.decode()


def test_visitors_may_announce_so_many_pledges_from_one_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backend.inventory.api.pledges.ByAddress.rate", "2/hour", raising=False)
    program = visitor()
    statuses = [program.send("pledges/", PLEDGE, REMOTE_ADDR="198.51.100.7") for _ in range(3)]
    assert [answer.status_code for answer in statuses] == [201, 201, 429]
    assert statuses[-1].json()["code"] == "throttled"
    assert int(statuses[-1]["Retry-After"]) > 0
    other = program.send("pledges/", PLEDGE, REMOTE_ADDR="198.51.100.8")
    assert other.status_code == 201


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.exe", b"MZ"),
        ("report.pdf", b"<html>"),
        ("report.json", b"\x00\x01"),
        ("report.txt", b""),
        ("report.txt", b"a\0b"),
        ("report.pdf", b"%PDF-" + b"x" * 5_000_001),
    ],
)
def test_a_file_that_is_no_report_is_refused(
    workshop: Workshop, names: dict[str, Any], name: str, content: bytes
) -> None:
    program = door(workshop.technician)
    before = picture()
    answer = program.post(
        "/api/v1/erasures/",
        {**ERASED, "unit_id": names["unit"], "report": SimpleUploadedFile(name, content)},
        format="multipart",
    )
    assert answer.status_code == 422, answer.json()
    assert picture() == before


def test_a_report_comes_back_as_it_was_sent(
    workshop: Workshop, names: dict[str, Any], settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    program = door(workshop.technician)
    sent = b"%PDF-1.7 Erased"
    report = SimpleUploadedFile("nwipe.pdf", sent)
    answer = program.post(
        "/api/v1/erasures/", {**ERASED, "unit_id": names["unit"], "report": report}
    )
    assert answer.status_code == 201, answer.json()
    assert answer.json()["has_report"] is True
    kept = program.get(f"/api/v1/erasures/{answer.json()['id']}/report/")
    assert b"".join(kept.streaming_content) == sent  # type: ignore[attr-defined]
    assert kept["Content-Disposition"].startswith("attachment")

"""People's files and programmes through the API: who sees what, and edits that do not collide."""

from typing import Any

import pytest

from backend.core.models import Answer, Event
from backend.distribution.models import Beneficiary
from tests.distribution.factories import A_SIGNATURE, a_hand_over, an_allocation
from tests.distribution.world import V1, World, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_list_of_people_holds_no_name(world: World) -> None:
    answer = client_of(world.counsellor).get(f"{V1}/beneficiaries/")
    assert answer.data["results"]
    assert "name" not in answer.data["results"][0]
    assert world.person.name not in answer.content.decode()


def test_opening_a_file_shows_the_name_and_is_written_down(world: World) -> None:
    answer = client_of(world.counsellor).get(f"{V1}/beneficiaries/{world.person.pk}/")
    assert answer.data["name"] == world.person.name
    assert [row["criterion"] for row in answer.data["criteria"]] == ["attested"]
    assert world.person.reads.count() == 1


def test_an_export_is_everything_and_is_written_down(world: World) -> None:
    answer = client_of(world.counsellor).get(f"{V1}/beneficiaries/{world.person.pk}/export/")
    assert answer.data["file"]["name"] == world.person.name
    assert len(answer.data["requests"]) == 4
    assert world.person.reads.count() == 1


def test_the_coordination_sees_requests_without_names(world: World) -> None:
    client = client_of(world.coordinator)
    shown = [
        client.get(f"{V1}{path}").content.decode()
        for path in (
            "/requests/",
            f"/requests/{world.waiting.pk}/",
            "/allocations/",
            "/hand-overs/",
            f"/hand-overs/{world.given.pk}/receipt/",
            "/returns/",
            "/support-cases/",
        )
    ]
    for secret in (world.person.name, world.person.case_reference, world.case.contact):
        assert all(secret not in text for text in shown)


def test_only_its_structure_sees_a_signature(world: World) -> None:
    allocation = an_allocation()
    given = a_hand_over(allocation=allocation, signed_by="signature", signature=A_SIGNATURE)
    counsellor = allocation.line.request.counsellor
    assert counsellor is not None
    path = f"{V1}/hand-overs/{given.pk}/receipt/"
    assert client_of(counsellor.acting_as).get(path).data["signature"] == A_SIGNATURE
    seen = client_of(world.coordinator).get(path).data
    assert (seen["signature"], seen["text"]) == (None, given.signed_text)


def test_who_answers_a_call_for_help_sees_how_to_reach_back(world: World) -> None:
    path = f"{V1}/support-cases/{world.case.pk}/"
    assert client_of(world.technician).get(path).data["contact"] == world.case.contact
    assert client_of(world.coordinator).get(path).data["contact"] is None


def test_the_text_to_sign_is_in_the_readers_language(world: World) -> None:
    path = f"{V1}/allocations/{world.reserved.pk}/text/"
    texts = {
        language: client_of(world.counsellor, **{"Accept-Language": language}).get(path).data
        for language in ("fr", "en")
    }
    assert texts["fr"]["text"] != texts["en"]["text"]
    assert texts["en"]["price_cents"] == 0
    assert client_of(world.counsellor).get(path + "?price_cents=zero").status_code == 200


EDITS = {
    "programmes": ("coordinator", "programme", {"is_open": False}),
    "beneficiaries": ("counsellor", "person", {"household_size": 7, "criteria": ["student"]}),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_starts_from_what_was_read(name: str, world: World) -> None:
    who, what, body = EDITS[name]
    client, row = client_of(getattr(world, who)), getattr(world, what)
    path = f"{V1}/{name}/{row.pk}/"
    tag = client.get(path)["ETag"]
    done = client.patch(path, body, format="json", headers={"If-Match": tag})
    assert done.status_code == 200, done.data
    assert done["ETag"] == client.get(path)["ETag"] != tag
    before = type(row)._default_manager.filter(pk=row.pk).values().get()
    events = Event.objects.count()
    for headers, status, code in (
        ({"If-Match": tag}, 412, "changed_since_read"),
        ({"If-Match": '"nonsense", W/"x"'}, 412, "changed_since_read"),
        ({}, 428, "if_match_required"),
    ):
        answer: Any = client.patch(path, body, format="json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert type(row)._default_manager.filter(pk=row.pk).values().get() == before
    assert Event.objects.count() == events
    forced = client.patch(path, body, format="json", headers={"If-Match": f"{tag}, *"})
    assert forced.status_code == 200


def test_a_created_row_carries_its_tag(world: World) -> None:
    client = client_of(world.counsellor)
    body = {"case_reference": "NEW", "name": "Zoé Inventée", "at": "2026-09-02T10:00:00+04:00"}
    made = client.post(f"{V1}/beneficiaries/", body, format="json")
    assert made["ETag"] == client.get(f"{V1}/beneficiaries/{made.data['id']}/")["ETag"]
    assert Beneficiary.objects.get(pk=made.data["id"]).structure == world.counsellor.organisation


def test_remembered_answers_hold_nothing_that_is_encrypted_elsewhere(world: World) -> None:
    key = {"Idempotency-Key": "k1"}
    desk, bench = client_of(world.counsellor), client_of(world.technician)
    name = {"case_reference": "NEW", "name": "Zoé Inventée", "birth_year": 1987}
    made = desk.post(f"{V1}/beneficiaries/", name, format="json", headers=key)
    path = f"{V1}/beneficiaries/{made.data['id']}/"
    again = {"Idempotency-Key": "k2", "If-Match": "*"}
    desk.patch(path, {"name": "Zoé Invention"}, format="json", headers=again)
    note = {"note": "done"}
    bench.post(f"{V1}/support-cases/{world.case.pk}/close/", note, format="json", headers=key)
    help_wanted = {
        "code": world.ready.code,
        "topic": "help",
        "contact": "0612345699",
        "message": "Zoé",
    }
    desk.post(
        f"{V1}/support-cases/", help_wanted, format="json", headers={"Idempotency-Key": "k3"}
    )
    kept = str(list(Answer.objects.values_list("body", flat=True)))
    assert Answer.objects.count() == 4
    for secret in (
        "Zo",
        "Inven",
        "birth_year",
        "0612345699",
        world.case.contact,
        world.case.message,
    ):
        assert secret not in kept

"""The two-minute request, through its page."""

from typing import Any

import pytest

from backend.core.models import Event
from backend.distribution.models import Beneficiary, Request
from tests.distribution.pages.conftest import See
from tests.distribution.world import World
from tests.factories import a_counsellor


def typed(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "case_reference": "MEX-1",
        "name": "Alix Invented",
        "birth_year": 1990,
        "household_size": 3,
        "criteria": ["attested"],
        "programme": world.programme.pk,
        "kind": "laptop",
        "purpose": "rights",
        "urgency": 1,
        "connection": "none",
        "min_ram_gb": 8,
        "min_storage_gb": 0,
        "accessories": "mouse",
        "once": "key-1",
    } | changes


def test_one_screen_registers_a_person_and_puts_the_request(world: World, seen_by: See) -> None:
    desk = seen_by(world.counsellor)
    answer = desk.post("/bureau/demande/", typed(world))
    asked = Request.objects.order_by("-pk")[0]
    assert answer.url == f"/bureau/demandes/{asked.reference}/"  # type: ignore[attr-defined]
    assert asked.beneficiary.case_reference == "MEX-1"
    assert asked.lines.get().min_ram_gb == 8
    assert "mouse" in desk.get(answer.url).content.decode()  # type: ignore[attr-defined]


def test_the_form_sent_twice_asks_once(world: World, seen_by: See) -> None:
    desk = seen_by(world.counsellor)
    first = desk.post("/bureau/demande/", typed(world))
    count = Request.objects.count()
    again = desk.post("/bureau/demande/", typed(world))
    assert again.url == first.url  # type: ignore[attr-defined]
    assert Request.objects.count() == count


def test_a_known_person_is_not_registered_again(world: World, seen_by: See) -> None:
    people = Beneficiary.objects.count()
    reference = world.idle_person.case_reference
    seen_by(world.counsellor).post("/bureau/demande/", typed(world, case_reference=reference))
    assert Beneficiary.objects.count() == people
    assert world.idle_person.requests.count() == 1


def test_a_criterion_checked_since_is_added_to_a_known_person(world: World, seen_by: See) -> None:
    reference = world.idle_person.case_reference
    form = typed(world, case_reference=reference, criteria=["student"])
    seen_by(world.counsellor).post("/bureau/demande/", form)
    checked = world.idle_person.criterion_checks.values_list("criterion", flat=True)
    assert set(checked) == {"attested", "student"}


def test_a_refusal_keeps_what_was_typed_and_changes_nothing(
    world: World, seen_by: See, nothing_changed: Any
) -> None:
    desk = seen_by(world.counsellor)
    with nothing_changed(world.programme):
        answer = desk.post("/bureau/demande/", typed(world, criteria=[]))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Check one of the programme" in page
    assert "Alix Invented" in page
    assert not Beneficiary.objects.filter(case_reference="MEX-1").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"case_reference": ""},
        {"kind": "car"},
        {"programme": 0},
        {"birth_year": "in May"},
        {"name": "x" * 1_000_000},
        {"purpose": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_cannot_be_meant_is_shown_beside_its_field(
    world: World, seen_by: See, nothing_changed: Any, wrong: dict[str, Any]
) -> None:
    with nothing_changed(world.programme):
        answer = seen_by(world.counsellor).post("/bureau/demande/", typed(world, **wrong))
    assert answer.status_code == 422
    assert b"field-error" in answer.content


def test_a_reference_of_another_structure_is_nobody_here(world: World, seen_by: See) -> None:
    stranger = seen_by(a_counsellor())
    reference = {"case_reference": world.person.case_reference}
    fragment = stranger.post("/bureau/demande/personne/", reference)
    assert b"You know this person" not in fragment.content
    known = seen_by(world.counsellor).post("/bureau/demande/personne/", reference)
    assert b"You know this person" in known.content


def test_a_late_answer_empties_nothing_typed_meanwhile(world: World, seen_by: See) -> None:
    desk = seen_by(world.counsellor)
    fragment = desk.post("/bureau/demande/personne/", {"case_reference": "MEX-1"})
    assert fragment.status_code == 204
    assert fragment.content == b""


def test_the_fields_of_a_new_person_come_back_after_a_known_one(
    world: World, seen_by: See
) -> None:
    desk = seen_by(world.counsellor)
    reference = {"case_reference": world.person.case_reference}
    known = desk.post("/bureau/demande/personne/", reference).content.decode()
    assert 'name="was_known"' in known
    assert 'name="birth_year"' not in known
    new = {"case_reference": "MEX-1", "was_known": "yes"}
    assert 'name="birth_year"' in desk.post("/bureau/demande/personne/", new).content.decode()


def test_the_name_is_in_no_event(world: World, seen_by: See) -> None:
    seen_by(world.counsellor).post("/bureau/demande/", typed(world))
    assert not Event.objects.filter(facts__icontains="Alix").exists()

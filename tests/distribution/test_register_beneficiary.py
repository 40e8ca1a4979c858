"""A person's file: opened by their structure, with as little in it as the rules need."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from backend.core.errors import InvalidInput, NotAllowed
from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.models import Beneficiary
from backend.distribution.operations import FileClosed, UnknownBeneficiary
from tests.distribution.factories import DAY_ONE, a_person, days
from tests.factories import a_coordinator, a_counsellor

pytestmark = pytest.mark.django_db


def test_a_file_says_which_criteria_were_checked_by_whom() -> None:
    by = a_counsellor()
    person = a_person(by=by, criteria=["student", "attested", "student"])
    checks = person.criterion_checks.order_by("criterion")
    assert [check.criterion for check in checks] == ["attested", "student"]
    assert {check.checked_by_label for check in checks} == {by.actor_label}


def test_the_name_is_encrypted_at_rest() -> None:
    person = a_person(by=a_counsellor(), name="Zoé Inventée")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM distribution_beneficiary")
        (kept,) = cursor.fetchone()
    assert "Invent" not in kept
    assert Beneficiary.objects.get(pk=person.pk).name == "Zoé Inventée"


def test_no_event_holds_the_name_or_the_case_reference() -> None:
    a_person(by=a_counsellor(), name="Zoé Inventée", case_reference="INVENTEE-1")
    assert "INVENT" not in str(Event.objects.values_list("facts", flat=True)).upper()


def test_the_same_person_is_known_again_however_the_name_is_written() -> None:
    first = a_person(by=a_counsellor(), name="Zoé  INVENTÉE", birth_year=1980)
    again = a_person(by=a_counsellor(), name="zoe inventee", birth_year=1980)
    another = a_person(by=a_counsellor(), name="zoe inventee", birth_year=1981)
    assert first.name_hash == again.name_hash != another.name_hash


def test_without_a_birth_year_nobody_is_taken_for_a_namesake() -> None:
    assert a_person(by=a_counsellor(), birth_year=None).name_hash == ""


def test_a_case_reference_is_used_once_in_a_structure(nothing_changed: Any) -> None:
    by = a_counsellor()
    person = a_person(by=by, case_reference="A1")
    with nothing_changed(person), pytest.raises(ValidationError, match="case reference"):
        a_person(by=by, case_reference="A1")
    a_person(by=a_counsellor(), case_reference="A1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"criteria": ["illness"]},
        {"birth_year": 1700},
        {"birth_year": 2027},
        {"name": "n" * 121},
    ],
)
def test_a_file_with_something_wrong_is_not_opened(wrong: Any, nothing_changed: Any) -> None:
    by = a_counsellor()
    with nothing_changed(by), pytest.raises(InvalidInput):
        a_person(by=by, **wrong)
    assert not Beneficiary.objects.exists()


def test_nobody_opens_a_file_in_another_structure(nothing_changed: Any) -> None:
    by, other = a_counsellor(), a_counsellor()
    with nothing_changed(other), pytest.raises(NotAllowed):
        a_person(by=by, structure=other.organisation)
    coordinator = a_coordinator()
    with nothing_changed(coordinator), pytest.raises(NotAllowed):
        a_person(by=coordinator)


def test_a_correction_changes_the_hash_the_criteria_and_the_last_contact() -> None:
    by = a_counsellor()
    person = a_person(by=by, name="Zoé Inventé", criteria=["attested"])
    edited = operations.edit_beneficiary(
        beneficiary=person,
        facts={"name": "Zoé Inventée"},
        criteria=["student"],
        by=by,
        at=DAY_ONE + days(3),
    )
    assert edited.name_hash != person.name_hash
    assert edited.last_contact_at == DAY_ONE + days(3)
    assert [check.criterion for check in edited.criterion_checks.all()] == ["student"]
    last = Event.objects.about(person).latest("pk")
    assert (last.kind, last.facts) == ("beneficiary.edited", {"changed": ["name", "criteria"]})


def test_another_structure_finds_no_file(nothing_changed: Any) -> None:
    person = a_person(by=a_counsellor())
    for stranger in (a_counsellor(), a_coordinator()):
        with nothing_changed(person), pytest.raises(UnknownBeneficiary):
            operations.edit_beneficiary(
                beneficiary=person, facts={"household_size": 2}, by=stranger, at=DAY_ONE
            )


def test_an_erased_file_takes_nothing_new(nothing_changed: Any) -> None:
    by = a_counsellor()
    person = a_person(by=by)
    operations.erase_beneficiary(beneficiary=person, by=by, at=DAY_ONE)
    with nothing_changed(person), pytest.raises(FileClosed):
        operations.edit_beneficiary(beneficiary=person, facts={"name": "Again"}, by=by, at=DAY_ONE)

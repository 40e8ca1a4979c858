"""Who reads a file is written down; in the end the person's data goes away."""

from typing import Any

import pytest
from django.conf import settings

from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.models import HandOver, SupportCase
from backend.distribution.operations import FileClosed, StillWaiting, UnknownBeneficiary
from tests.distribution.factories import (
    A_SIGNATURE,
    DAY_ONE,
    a_hand_over,
    a_person,
    a_request,
    a_support_case,
    an_allocation,
    counsellor_of,
    days,
)
from tests.factories import a_coordinator, a_counsellor

pytestmark = pytest.mark.django_db
TWO_YEARS = settings.PERSONAL_DATA_KEPT
EARLIER = DAY_ONE - TWO_YEARS - days(10)


def test_opening_a_file_is_written_down() -> None:
    by = a_counsellor()
    person = a_person(by=by)
    operations.read_beneficiary(beneficiary=person, by=by, at=DAY_ONE)
    read = person.reads.get()
    assert (read.reader_label, read.read_at) == (by.actor_label, DAY_ONE)


@pytest.mark.parametrize("stranger", [a_counsellor, a_coordinator])
def test_a_file_is_closed_to_everybody_else(stranger: Any, nothing_changed: Any) -> None:
    person = a_person(by=a_counsellor())
    verbs = (
        operations.read_beneficiary,
        operations.export_beneficiary,
        operations.erase_beneficiary,
    )
    for verb in verbs:
        with nothing_changed(person), pytest.raises(UnknownBeneficiary):
            verb(beneficiary=person, by=stranger(), at=DAY_ONE)
    assert not person.reads.exists()


def test_an_export_holds_everything_that_is_kept() -> None:
    given = a_hand_over(signed_by="signature", signature=A_SIGNATURE)
    person = given.allocation.line.request.beneficiary
    kept = operations.export_beneficiary(
        beneficiary=person, by=counsellor_of(given.allocation), at=DAY_ONE
    )
    assert kept["file"]["name"] == person.name
    assert [row["criterion"] for row in kept["criteria"]] == ["attested"]
    assert [row["state"] for row in kept["requests"]] == ["served"]
    assert [row["kind"] for row in kept["needs"]] == ["laptop"]
    assert [row["signature"] for row in kept["hand_overs"]] == [A_SIGNATURE]
    assert len(kept["readings"]) == 1


def test_erasing_on_demand_leaves_nothing_that_names_the_person() -> None:
    asked = a_request(needs=[{"kind": "laptop", "accessories": "mouse for Zoé"}])
    promise = an_allocation(request=asked)
    given = a_hand_over(allocation=promise, signed_by="signature", signature=A_SIGNATURE)
    case = a_support_case(device=given.allocation.device)
    person = given.allocation.line.request.beneficiary
    name, reference = person.name, person.case_reference
    by = counsellor_of(given.allocation)
    operations.erase_beneficiary(beneficiary=person, by=by, at=DAY_ONE)
    person.refresh_from_db()
    assert (person.name, person.name_hash, person.birth_year) == ("", "", None)
    assert reference not in person.case_reference
    assert person.purged_at == DAY_ONE
    assert not person.criterion_checks.exists()
    given.refresh_from_db()
    case.refresh_from_db()
    assert (given.signature, case.message, case.contact) == ("", "", "")
    assert not person.requests.filter(lines__accessories__contains="Zoé").exists()
    assert name not in given.signed_text
    assert reference not in given.signed_text
    assert HandOver.objects.count() == 1
    assert Event.objects.about(person).latest("pk").kind == "beneficiary.erased"


def test_who_waits_for_a_device_is_not_erased(nothing_changed: Any) -> None:
    by = a_counsellor()
    person = a_person(by=by)
    request = a_request(by=by, beneficiary=person)
    with nothing_changed(person, request), pytest.raises(StillWaiting):
        operations.erase_beneficiary(beneficiary=person, by=by, at=DAY_ONE)


def test_a_file_is_erased_once(nothing_changed: Any) -> None:
    by = a_counsellor()
    person = a_person(by=by)
    operations.erase_beneficiary(beneficiary=person, by=by, at=DAY_ONE)
    with nothing_changed(person), pytest.raises(FileClosed):
        operations.erase_beneficiary(beneficiary=person, by=by, at=DAY_ONE)


def test_two_years_after_the_last_contact_the_data_goes_by_itself() -> None:
    old = a_person(by=a_counsellor(), at=EARLIER)
    recent = a_person(by=a_counsellor(), at=DAY_ONE)
    assert operations.purge_beneficiaries(at=DAY_ONE) == 1
    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.name, old.purged_at) == ("", DAY_ONE)
    assert recent.name
    event = Event.objects.about(old).latest("pk")
    assert (event.kind, event.actor_label) == ("beneficiary.purged", "rebond")
    assert operations.purge_beneficiaries(at=DAY_ONE) == 0


def test_who_waits_or_was_equipped_since_is_not_forgotten() -> None:
    by = a_counsellor()
    waiting = a_person(by=by, at=EARLIER)
    a_request(by=by, beneficiary=waiting, at=EARLIER)
    equipped = a_person(by=by, at=EARLIER)
    asked = a_request(by=by, beneficiary=equipped, at=EARLIER)
    a_hand_over(allocation=an_allocation(request=asked))
    assert operations.purge_beneficiaries(at=DAY_ONE) == 0


def test_what_strangers_wrote_goes_after_two_years() -> None:
    old = a_support_case(at=EARLIER)
    recent = a_support_case(at=DAY_ONE)
    assert operations.purge_support_cases(at=DAY_ONE) == 1
    assert operations.purge_support_cases(at=DAY_ONE) == 0
    assert SupportCase.objects.get(pk=old.pk).contact == ""
    assert SupportCase.objects.get(pk=recent.pk).contact

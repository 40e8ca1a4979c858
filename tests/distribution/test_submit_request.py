"""A counsellor puts a person's need in the queue, within the programme's rules."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from backend.accounts.models import Membership
from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.models import Request
from backend.distribution.operations import (
    CounsellorLimitReached,
    EmptyRequest,
    FileClosed,
    NoCriterionChecked,
    PersonLimitReached,
    ProgrammeClosed,
    UnknownBeneficiary,
    UnknownKind,
)
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_person,
    a_programme,
    a_request,
    an_allocation,
    counsellor_of,
    days,
)
from tests.factories import a_counsellor

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Membership:
    return a_counsellor()


def test_a_request_joins_the_queue(by: Membership) -> None:
    request = a_request(by=by, needs=[{"kind": "laptop", "min_ram_gb": 8}], urgency=2)
    assert (request.reference, request.state) == ("D-2026-00001", "waiting")
    assert request.structure_id == by.organisation_id
    assert request.lines.get().min_ram_gb == 8
    event = Event.objects.about(request).get()
    assert event.kind == "request.submitted"
    assert event.facts == {
        "request": request.pk,
        "reference": request.reference,
        "programme": request.programme_id,
        "structure": by.organisation_id,
        "beneficiary": request.beneficiary_id,
        "kinds": ["laptop"],
        "urgency": 2,
    }


def test_asking_is_a_contact(by: Membership) -> None:
    person = a_person(by=by)
    a_request(by=by, beneficiary=person, at=DAY_ONE + days(30))
    person.refresh_from_db()
    assert person.last_contact_at == DAY_ONE + days(30)


def test_a_closed_programme_takes_no_request(by: Membership, nothing_changed: Any) -> None:
    person, programme = a_person(by=by), a_programme(is_open=False)
    with nothing_changed(person), pytest.raises(ProgrammeClosed):
        a_request(by=by, beneficiary=person, programme=programme)
    assert not Request.objects.exists()


@pytest.mark.parametrize("checked", [[], ["asylum"]])
def test_one_of_the_programmes_criteria_has_to_be_checked(
    by: Membership, checked: list[str], nothing_changed: Any
) -> None:
    person, programme = a_person(by=by, criteria=checked), a_programme()
    with nothing_changed(person), pytest.raises(NoCriterionChecked) as refusal:
        a_request(by=by, beneficiary=person, programme=programme)
    assert refusal.value.facts["criteria"] == ["attested", "student"]


def test_a_person_gets_no_more_than_the_programme_gives(
    by: Membership, nothing_changed: Any
) -> None:
    person, programme = a_person(by=by), a_programme(devices_per_person=1)
    a_request(by=by, beneficiary=person, programme=programme)
    with nothing_changed(person), pytest.raises(PersonLimitReached, match="Ask for less"):
        a_request(by=by, beneficiary=person, programme=programme)


def test_the_lines_of_one_request_count_too(by: Membership, nothing_changed: Any) -> None:
    person, programme = a_person(by=by), a_programme(devices_per_person=1)
    needs = [{"kind": "laptop"}, {"kind": "smartphone"}]
    with nothing_changed(person), pytest.raises(PersonLimitReached):
        a_request(by=by, beneficiary=person, programme=programme, needs=needs)


def test_who_asked_elsewhere_is_known_again_without_telling_where(nothing_changed: Any) -> None:
    programme = a_programme()
    here, there = a_counsellor(), a_counsellor(organisation__name="Maison Secrète")
    first = a_person(by=there, name="Zoé Inventée")
    a_request(by=there, beneficiary=first, programme=programme)
    again = a_person(by=here, name="ZOE INVENTEE")
    with nothing_changed(again), pytest.raises(PersonLimitReached) as refusal:
        a_request(by=here, beneficiary=again, programme=programme)
    assert "elsewhere" in str(refusal.value)
    told = f"{refusal.value.detail} {refusal.value.facts}"
    assert "Secr" not in told
    assert str(there.organisation_id) not in told


def test_a_device_received_in_the_period_counts_even_elsewhere() -> None:
    programme = a_programme(period_days=100)
    there, here = a_counsellor(), a_counsellor()
    first = a_person(by=there, name="Zoé Inventée")
    asked = a_request(by=there, beneficiary=first, programme=programme)
    a_hand_over(allocation=an_allocation(request=asked))
    again = a_person(by=here, name="Zoé Inventée")
    with pytest.raises(PersonLimitReached, match="elsewhere"):
        a_request(by=here, beneficiary=again, programme=programme, at=DAY_ONE + days(5))


def test_after_the_period_a_person_may_ask_again(by: Membership) -> None:
    programme = a_programme(period_days=10)
    person = a_person(by=by)
    asked = a_request(by=by, beneficiary=person, programme=programme)
    a_hand_over(allocation=an_allocation(request=asked))
    with pytest.raises(PersonLimitReached):
        a_request(by=by, beneficiary=person, programme=programme, at=DAY_ONE + days(9))
    a_request(by=by, beneficiary=person, programme=programme, at=DAY_ONE + days(11))


def test_a_device_given_back_no_longer_counts() -> None:
    given = a_hand_over()
    request = given.allocation.line.request
    by = counsellor_of(given.allocation)
    operations.take_back_device(
        code=given.allocation.device.code, reason="fault", by=by, at=DAY_ONE
    )
    a_request(by=by, beneficiary=request.beneficiary, programme=request.programme)


def test_a_withdrawn_request_no_longer_counts(by: Membership) -> None:
    person, programme = a_person(by=by), a_programme()
    first = a_request(by=by, beneficiary=person, programme=programme)
    operations.cancel_request(request=first, by=by, at=DAY_ONE)
    a_request(by=by, beneficiary=person, programme=programme)


def test_a_counsellor_has_so_many_requests_in_the_queue(
    by: Membership, nothing_changed: Any
) -> None:
    programme = a_programme(open_requests_per_counsellor=2)
    for _ in range(2):
        a_request(by=by, programme=programme)
    person = a_person(by=by)
    with nothing_changed(person), pytest.raises(CounsellorLimitReached) as refusal:
        a_request(by=by, beneficiary=person, programme=programme)
    assert refusal.value.facts["limit"] == 2
    colleague = a_counsellor(organisation=by.organisation)
    a_request(by=colleague, programme=programme)


@pytest.mark.parametrize(
    ("needs", "refusal"),
    [
        ([], EmptyRequest),
        ([{"kind": "laptop"}] * 21, EmptyRequest),
        ([{"kind": "fridge"}], UnknownKind),
        ([{"min_ram_gb": 8}], UnknownKind),
    ],
)
def test_a_request_names_what_is_needed(
    by: Membership, needs: Any, refusal: Any, nothing_changed: Any
) -> None:
    person, programme = a_person(by=by), a_programme()
    with nothing_changed(person), pytest.raises(refusal):
        operations.submit_request(
            beneficiary=person,
            programme=programme,
            needs=needs,
            purpose="rights",
            by=by,
            at=DAY_ONE,
        )


@pytest.mark.parametrize("wrong", [{"purpose": "fun"}, {"urgency": 9}, {"connection": "cable"}])
def test_codes_outside_the_lists_are_refused(
    by: Membership, wrong: Any, nothing_changed: Any
) -> None:
    person, programme = a_person(by=by), a_programme()
    with nothing_changed(person), pytest.raises(ValidationError):
        a_request(by=by, beneficiary=person, programme=programme, **wrong)
    assert not Request.objects.exists()


def test_nobody_asks_for_another_structures_person(by: Membership, nothing_changed: Any) -> None:
    person, programme = a_person(by=a_counsellor()), a_programme()
    with nothing_changed(person), pytest.raises(UnknownBeneficiary):
        a_request(by=by, beneficiary=person, programme=programme)


def test_nobody_asks_for_an_erased_person(by: Membership, nothing_changed: Any) -> None:
    person, programme = a_person(by=by), a_programme()
    operations.erase_beneficiary(beneficiary=person, by=by, at=DAY_ONE)
    with nothing_changed(person), pytest.raises(FileClosed):
        a_request(by=by, beneficiary=person, programme=programme)

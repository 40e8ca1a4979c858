"""Whoever has a device in hand scans its label and is helped."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from backend.core.codes import MisreadCode
from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.models import SupportCase
from backend.distribution.operations import CaseClosed, UnknownCase
from backend.inventory.operations import UnknownCode
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_label,
    a_ready_device,
    a_support_case,
    an_allocation,
    counsellor_of,
    days,
)
from tests.factories import a_coordinator, a_counsellor, a_technician

pytestmark = pytest.mark.django_db


def call(**facts: Any) -> SupportCase:
    known = {"topic": "help", "message": "?", "contact": "me@example.org", "at": DAY_ONE}
    return operations.open_support_case(**known | facts)


def close(case: SupportCase, **facts: Any) -> SupportCase:
    facts = {"note": "Charger replaced.", "at": DAY_ONE + days(1)} | facts
    return operations.close_support_case(case=case, **facts)


def test_what_strangers_write_is_encrypted_and_not_in_the_log() -> None:
    case = a_support_case()
    with connection.cursor() as cursor:
        cursor.execute("SELECT message, contact FROM distribution_supportcase")
        kept = str(cursor.fetchone())
    assert "start" not in kept
    assert "06 00" not in kept
    event = Event.objects.about(case).get()
    assert (event.kind, event.actor_label) == ("support_case.opened", "rebond")
    assert event.facts == {
        "code": case.device.code,
        "kind": "laptop",
        "workshop": case.device.custodian_id,
        "topic": "fault",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic": "weather"},
        {"contact": ""},
        {"contact": "c" * 121},
        {"message": "m" * 2001},
    ],
)
def test_a_call_needs_a_topic_and_a_way_back(wrong: Any, nothing_changed: Any) -> None:
    device = a_ready_device()
    with nothing_changed(device), pytest.raises(InvalidInput):
        call(code=device.code, **wrong)
    assert not SupportCase.objects.exists()


def test_a_call_needs_the_label_of_a_device(nothing_changed: Any) -> None:
    free = a_label(by=a_technician())
    with nothing_changed(), pytest.raises(UnknownCode):
        call(code=free)
    with nothing_changed(), pytest.raises(MisreadCode):
        call(code="hello")


def test_the_workshop_and_the_structure_may_close_it() -> None:
    given = a_hand_over()
    device = given.allocation.device
    bench = a_technician(organisation=device.custodian)
    for by in (bench, counsellor_of(given.allocation)):
        case = call(code=device.code)
        close(case, by=by)
        case.refresh_from_db()
        assert (case.closing_note, case.closed_at) == ("Charger replaced.", DAY_ONE + days(1))
        assert Event.objects.about(case).latest("pk").kind == "support_case.closed"


def test_a_case_is_closed_once_with_a_note(nothing_changed: Any) -> None:
    by = a_coordinator()
    case = a_support_case()
    for wrong, refusal in (
        ({"note": " "}, InvalidInput),
        ({"note": "n" * 241}, ValidationError),
        ({"at": DAY_ONE - days(1)}, InvalidInput),
    ):
        with nothing_changed(case), pytest.raises(refusal):
            close(case, by=by, **wrong)
    close(case, by=by)
    with nothing_changed(case), pytest.raises(CaseClosed):
        close(case, by=by)


def test_anothers_case_is_not_there(nothing_changed: Any) -> None:
    case = a_support_case(device=an_allocation().device)
    for stranger in (a_counsellor(), a_technician()):
        with nothing_changed(case), pytest.raises(UnknownCase):
            close(case, by=stranger)

"""A device comes back, and its data has to go all over again."""

from datetime import datetime
from typing import Any

import pytest

from backend.accounts.models import Membership
from backend.core.codes import MisreadCode
from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.models import HandOver, Return
from backend.inventory import operations as inventory
from backend.inventory.choices import checklist_for
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Device
from backend.inventory.operations import BeforeLastEvent, DataNotGone, UnknownCode
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_label,
    a_ready_device,
    a_received_device,
    an_allocation,
    counsellor_of,
    days,
)
from tests.factories import a_counsellor, a_technician

pytestmark = pytest.mark.django_db


def take_back(given: HandOver, **facts: Any) -> Return:
    facts = {"by": counsellor_of(given.allocation), "at": DAY_ONE} | facts
    facts = {"code": given.allocation.device.code, "reason": "unused"} | facts
    return operations.take_back_device(**facts)


def test_its_data_is_pending_again_and_bars_the_way() -> None:
    bench = a_technician()
    device = a_ready_device(by=bench)
    take_back(a_hand_over(allocation=an_allocation(device=device)))
    device.refresh_from_db()
    assert (device.state, device.pending_units, device.promised_to_id) == ("returned", 1, None)
    inventory.triage_device(code=device.code, decision="repair", reason="ok", by=bench, at=DAY_ONE)  # type: ignore[arg-type]
    with pytest.raises(DataNotGone):
        inventory.pass_quality_check(code=device.code, answers={}, by=bench, at=DAY_ONE)


def test_the_event_tells_whose_hands_it_left() -> None:
    given = a_hand_over()
    take_back(given, reason="fault")
    event = Event.objects.about(given.allocation.device).latest("pk")
    request = given.allocation.line.request
    assert event.kind == "device.returned"
    assert event.facts["beneficiary"] == request.beneficiary_id
    assert (event.facts["hand_over"], event.facts["reason"]) == (given.pk, "fault")
    assert (event.facts["from"], event.facts["to"]) == ("handed_over", "returned")


def test_the_request_stays_served_and_the_promise_is_closed() -> None:
    given = a_hand_over()
    came_back = take_back(given, at=DAY_ONE + days(30))
    given.allocation.refresh_from_db()
    given.allocation.line.request.refresh_from_db()
    assert (given.allocation.outcome, given.allocation.closed_at) == (
        "returned",
        DAY_ONE + days(30),
    )
    assert given.allocation.line.request.state == "served"
    assert came_back.hand_over_id == given.pk


def test_the_workshop_that_refurbished_it_may_take_it_back() -> None:
    bench = a_technician()
    given = a_hand_over(allocation=an_allocation(device=a_ready_device(by=bench)))
    assert take_back(given, by=bench)


def test_any_of_its_labels_is_read() -> None:
    bench = a_technician()
    device = a_ready_device(by=bench)
    given = a_hand_over(allocation=an_allocation(device=device))
    new = a_label(by=bench)
    inventory.relabel_device(code=device.code, new_code=new, by=bench, at=DAY_ONE)
    assert take_back(given, code=f"HTTPS://REBOND.EXAMPLE/D/{new}")


@pytest.mark.parametrize("reason", ["", "boring", "FAULT"])
def test_it_says_why_from_the_list(reason: str, nothing_changed: Any) -> None:
    given = a_hand_over()
    with nothing_changed(given.allocation), pytest.raises(InvalidInput):
        take_back(given, reason=reason)


def test_a_device_comes_back_once(nothing_changed: Any) -> None:
    given = a_hand_over()
    bench = a_technician(organisation=given.allocation.device.custodian)
    take_back(given)
    with nothing_changed(given.allocation), pytest.raises(ForbiddenMove):
        take_back(given, by=bench)


def test_what_nobody_has_does_not_come_back(nothing_changed: Any) -> None:
    bench: Membership = a_technician()
    device = a_ready_device(by=bench)
    with nothing_changed(device), pytest.raises(ForbiddenMove):
        operations.take_back_device(code=device.code, reason="fault", by=bench, at=DAY_ONE)


def test_strangers_and_wrong_codes_find_nothing(nothing_changed: Any) -> None:
    given = a_hand_over()
    for stranger in (a_counsellor(), a_technician()):
        with nothing_changed(given.allocation), pytest.raises(UnknownCode):
            take_back(given, by=stranger)
    with nothing_changed(given.allocation), pytest.raises(MisreadCode):
        take_back(given, code="0000")


def test_a_return_is_not_dated_before_the_hand_over(nothing_changed: Any) -> None:
    given = a_hand_over()
    with nothing_changed(given.allocation), pytest.raises(BeforeLastEvent):
        take_back(given, at=DAY_ONE - days(1))


def erase(device: Device, *, began: datetime, by: Membership, at: datetime) -> None:
    facts: Any = {
        "result": "erased",
        "method": "purge",
        "tool": "nwipe",
        "tool_version": "0.38",
        "verification": "read back",
        "attestation": "I saw it end.",
        "started_at": began,
        "ended_at": began,
    }
    unit = device.storage_units.get(outcome="pending")
    inventory.record_erasure(unit_id=unit.pk, facts=facts, by=by, at=at)


def test_a_device_received_without_a_disk_does_not_come_back_without_one() -> None:
    bench = a_technician()
    device = a_received_device(by=bench)
    unit = device.storage_units.get()
    inventory.triage_device(code=device.code, decision="repair", reason="ok", by=bench, at=DAY_ONE)  # type: ignore[arg-type]
    inventory.record_storage_absent(unit_id=unit.pk, reason="bay empty", by=bench, at=DAY_ONE)
    answers = dict.fromkeys(checklist_for(device.kind), True)
    inventory.pass_quality_check(code=device.code, answers=answers, by=bench, at=DAY_ONE)
    take_back(a_hand_over(allocation=an_allocation(device=device)))
    device.refresh_from_db()
    assert device.pending_units == 1
    assert sorted(device.storage_units.values_list("outcome", flat=True)) == ["absent", "pending"]


def test_an_erasure_from_before_the_return_proves_nothing(nothing_changed: Any) -> None:
    bench = a_technician()
    device = a_ready_device(by=bench)
    back = DAY_ONE + days(30)
    take_back(a_hand_over(allocation=an_allocation(device=device)), at=back)
    with nothing_changed(device), pytest.raises(InvalidInput):
        erase(device, began=DAY_ONE, by=bench, at=back + days(1))
    erase(device, began=back, by=bench, at=back + days(1))
    device.refresh_from_db()
    assert device.pending_units == 0

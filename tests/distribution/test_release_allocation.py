"""A promise is taken back: by a person, or by time."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.operations import NotReserved, UnknownAllocation
from backend.inventory import operations as inventory
from backend.inventory.operations import BeforeLastEvent
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_ready_device,
    an_allocation,
    days,
)
from tests.factories import a_coordinator, a_counsellor, a_technician

pytestmark = pytest.mark.django_db
TOO_LATE = DAY_ONE + days(22)


def release(allocation: Any, **facts: Any) -> Any:
    facts = {"reason": "moved away", "by": a_coordinator(), "at": DAY_ONE} | facts
    return operations.release_allocation(allocation=allocation, **facts)


def test_a_released_device_is_on_the_shelf_again() -> None:
    allocation = an_allocation()
    release(allocation)
    allocation.refresh_from_db()
    device, request = allocation.device, allocation.line.request
    device.refresh_from_db()
    request.refresh_from_db()
    assert (device.state, device.promised_to_id) == ("ready", None)
    assert (allocation.outcome, allocation.closed_at) == ("released", DAY_ONE)
    assert (allocation.release_reason, request.state) == ("moved away", "waiting")
    event = Event.objects.about(device).latest("pk")
    assert (event.kind, event.facts["why"]) == ("device.released", "person")
    assert "moved" not in str(event.facts)
    an_allocation(request=request, device=device)


@pytest.mark.parametrize(
    ("reason", "refusal"), [("  ", InvalidInput), ("x" * 241, ValidationError)]
)
def test_a_release_needs_a_short_reason(reason: str, refusal: Any, nothing_changed: Any) -> None:
    allocation, by = an_allocation(), a_coordinator()
    with nothing_changed(allocation, allocation.device), pytest.raises(refusal):
        release(allocation, reason=reason, by=by)


def test_a_promise_is_taken_back_once(nothing_changed: Any) -> None:
    allocation, by = an_allocation(), a_coordinator()
    release(allocation)
    with nothing_changed(allocation, allocation.device), pytest.raises(NotReserved):
        release(allocation, by=by)


def test_a_handed_over_device_is_not_released(nothing_changed: Any) -> None:
    allocation, by = a_hand_over().allocation, a_coordinator()
    with nothing_changed(allocation, allocation.device), pytest.raises(NotReserved):
        release(allocation, by=by)


def test_a_release_is_not_dated_before_the_reservation(nothing_changed: Any) -> None:
    allocation, by = an_allocation(), a_coordinator()
    with nothing_changed(allocation), pytest.raises(BeforeLastEvent):
        release(allocation, by=by, at=DAY_ONE - days(1))


def test_anothers_promise_is_not_there(nothing_changed: Any) -> None:
    allocation = an_allocation()
    for stranger in (a_counsellor(), a_technician()):
        with nothing_changed(allocation), pytest.raises(UnknownAllocation):
            release(allocation, by=stranger)


def test_a_missing_device_is_free_once_found() -> None:
    bench = a_technician()
    device = a_ready_device(by=bench)
    allocation = an_allocation(device=device)
    inventory.report_device_missing(code=device.code, reason="gone", by=bench, at=DAY_ONE)
    release(allocation)
    device.refresh_from_db()
    assert (device.state, device.promised_to_id) == ("missing", None)
    inventory.find_device(code=device.code, by=bench, at=DAY_ONE)
    device.refresh_from_db()
    assert device.state == "ready"


def test_what_nobody_comes_for_goes_back_to_the_shelf_once() -> None:
    allocation, other = an_allocation(), an_allocation(at=DAY_ONE + days(5))
    assert operations.expire_allocations(at=DAY_ONE + days(21)) == 0
    assert operations.expire_allocations(at=TOO_LATE) == 1
    assert operations.expire_allocations(at=TOO_LATE) == 0
    for row in (allocation, allocation.device, other):
        row.refresh_from_db()
    assert (allocation.outcome, allocation.device.state) == ("expired", "ready")
    assert other.outcome == "reserved"
    event = Event.objects.about(allocation.device).latest("pk")
    assert (event.kind, event.actor_label) == ("device.reservation_expired", "rebond")
    assert event.organisation_id == allocation.line.request.structure_id


def test_what_was_handed_over_does_not_expire() -> None:
    a_hand_over()
    assert operations.expire_allocations(at=TOO_LATE) == 0


def test_one_that_cannot_expire_stops_no_other() -> None:
    stuck, due = an_allocation(), an_allocation()
    type(stuck.device).objects.filter(pk=stuck.device_id).update(changed_at=TOO_LATE + days(1))
    assert operations.expire_allocations(at=TOO_LATE) == 1
    due.refresh_from_db()
    assert due.outcome == "expired"


def test_that_a_reservation_ends_soon_is_recorded_once() -> None:
    allocation = an_allocation()
    an_allocation(at=DAY_ONE + days(10))
    soon = DAY_ONE + days(19)
    assert operations.warn_of_expiring(at=DAY_ONE + days(17)) == 0
    assert operations.warn_of_expiring(at=soon) == 1
    assert operations.warn_of_expiring(at=soon) == 0
    event = Event.objects.get(kind="allocation.expiring")
    assert event.subject_id == allocation.pk
    assert event.facts["request"] == allocation.line.request_id


def test_nobody_is_warned_of_what_is_over() -> None:
    a_hand_over()
    release(an_allocation())
    assert operations.warn_of_expiring(at=DAY_ONE + days(19)) == 0

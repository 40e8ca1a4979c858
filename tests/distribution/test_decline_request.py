"""A request leaves the queue: refused with a reason, or withdrawn."""

from typing import Any

import pytest

from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.operations import PartlyServed, RequestClosed, UnknownRequest
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_programme,
    a_ready_device,
    a_request,
    an_allocation,
    days,
)
from tests.factories import a_coordinator, a_counsellor, a_technician

pytestmark = pytest.mark.django_db


def decline(request: Any, **facts: Any) -> Any:
    facts = {"reason": "Outside the territory.", "by": a_coordinator(), "at": DAY_ONE} | facts
    return operations.decline_request(request=request, **facts)


def cancel(request: Any, **facts: Any) -> Any:
    by = request.counsellor.acting_as
    return operations.cancel_request(request=request, **{"by": by, "at": DAY_ONE} | facts)


def test_a_refused_request_keeps_its_reason_and_the_log_does_not() -> None:
    request = a_request()
    decline(request)
    request.refresh_from_db()
    assert (request.state, request.decline_reason) == ("declined", "Outside the territory.")
    assert request.decided_at == DAY_ONE
    event = Event.objects.about(request).latest("pk")
    assert event.kind == "request.declined"
    assert "territory" not in str(event.facts)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_refusal_needs_its_reason(reason: str, nothing_changed: Any) -> None:
    request = a_request()
    with nothing_changed(request), pytest.raises(InvalidInput):
        decline(request, reason=reason)


@pytest.mark.parametrize("verb", [decline, cancel])
def test_what_was_reserved_goes_back_to_the_shelf(verb: Any) -> None:
    allocation = an_allocation()
    verb(allocation.line.request)
    allocation.refresh_from_db()
    device = allocation.device
    device.refresh_from_db()
    assert (allocation.outcome, allocation.closed_at) == ("released", DAY_ONE)
    assert (device.state, device.promised_to_id) == ("ready", None)
    event = Event.objects.about(device).latest("pk")
    assert event.kind == "device.released"
    assert event.facts["why"] in {"declined", "cancelled"}


@pytest.mark.parametrize("verb", [decline, cancel])
@pytest.mark.parametrize("end", [decline, cancel])
def test_a_request_ends_once(verb: Any, end: Any, nothing_changed: Any) -> None:
    request = a_request()
    end(request)
    by = a_coordinator()
    with nothing_changed(request), pytest.raises(RequestClosed):
        verb(request, by=by)


@pytest.mark.parametrize("verb", [decline, cancel])
def test_a_served_request_is_over(verb: Any, nothing_changed: Any) -> None:
    request = a_hand_over().allocation.line.request
    by = a_coordinator()
    with nothing_changed(request), pytest.raises(RequestClosed):
        verb(request, by=by)


@pytest.mark.parametrize("verb", [decline, cancel])
def test_another_structures_request_is_not_there(verb: Any, nothing_changed: Any) -> None:
    request = a_request()
    for stranger in (a_counsellor(), a_technician()):
        with nothing_changed(request), pytest.raises(UnknownRequest):
            verb(request, by=stranger)


@pytest.mark.parametrize("verb", [decline, cancel])
def test_nothing_is_decided_before_it_was_asked(verb: Any, nothing_changed: Any) -> None:
    request, by = a_request(), a_coordinator()
    with nothing_changed(request), pytest.raises(InvalidInput):
        verb(request, by=by, at=DAY_ONE - days(1))


def half_served() -> Any:
    programme = a_programme(devices_per_person=2)
    request = a_request(programme=programme, needs=[{"kind": "laptop"}, {"kind": "smartphone"}])
    a_hand_over(allocation=an_allocation(request=request))
    request.refresh_from_db()
    assert request.state == "waiting"
    return request


def test_a_half_served_request_is_not_refused_any_more(nothing_changed: Any) -> None:
    request, by = half_served(), a_coordinator()
    with nothing_changed(request), pytest.raises(PartlyServed):
        decline(request, by=by)


def test_withdrawing_the_rest_of_a_half_served_request_ends_it_as_served() -> None:
    request = half_served()
    phone = a_ready_device(kind="smartphone")
    line = request.lines.get(kind="smartphone")
    operations.allocate_device(line=line, code=phone.code, by=a_coordinator(), at=DAY_ONE)
    cancel(request)
    request.refresh_from_db()
    phone.refresh_from_db()
    assert (request.state, phone.state) == ("served", "ready")

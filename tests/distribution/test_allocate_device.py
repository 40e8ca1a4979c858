"""A READY device is promised to one person, and to nobody else."""

from typing import Any

import pytest

from backend.core.codes import MisreadCode
from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.models import Allocation, Request
from backend.distribution.operations import (
    AlreadyAllocated,
    DoesNotFit,
    PriceAboveCap,
    RequestNotWaiting,
    UnknownRequest,
)
from backend.inventory import operations as inventory
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.operations import BeforeLastEvent, UnknownCode
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_label,
    a_programme,
    a_ready_device,
    a_received_device,
    a_request,
    an_allocation,
    days,
)
from tests.factories import a_coordinator, a_technician

pytestmark = pytest.mark.django_db


def allocate(request: Request, code: str, **facts: Any) -> Allocation:
    facts = {"by": a_coordinator(), "at": DAY_ONE} | facts
    line = request.lines.order_by("pk")[0]
    return operations.allocate_device(line=line, code=code, **facts)


def test_a_reservation_holds_as_long_as_the_programme_says() -> None:
    request = a_request(programme=a_programme(reservation_days=10))
    device = a_ready_device()
    allocation = allocate(request, device.code)
    device.refresh_from_db()
    assert (allocation.outcome, allocation.expires_at) == ("reserved", DAY_ONE + days(10))
    assert (device.state, device.promised_to_id) == ("allocated", request.structure_id)


def test_the_event_says_for_whom_by_number_only() -> None:
    request, device = a_request(), a_ready_device()
    allocation = allocate(request, device.code)
    event = Event.objects.about(device).latest("pk")
    assert event.kind == "device.allocated"
    assert event.facts == {
        "code": device.code,
        "kind": "laptop",
        "workshop": device.custodian_id,
        "was": {"state": "ready", "promised_to_id": None},
        "from": "ready",
        "to": "allocated",
        "allocation": allocation.pk,
        "line": allocation.line_id,
        "request": request.pk,
        "structure": request.structure_id,
        "beneficiary": request.beneficiary_id,
        "programme": request.programme_id,
    }


def in_workshop() -> str:
    by = a_technician()
    device = a_received_device(by=by)
    inventory.triage_device(code=device.code, decision="repair", reason="ok", by=by, at=DAY_ONE)  # type: ignore[arg-type]
    return device.code


def missing() -> str:
    by = a_technician()
    device = a_ready_device(by=by)
    inventory.report_device_missing(code=device.code, reason="not there", by=by, at=DAY_ONE)
    return device.code


def returned() -> str:
    given = a_hand_over()
    code = given.allocation.device.code
    by = given.allocation.line.request.counsellor.acting_as  # type: ignore[union-attr]
    assert by is not None
    operations.take_back_device(code=code, reason="fault", by=by, at=DAY_ONE)
    return code


@pytest.mark.parametrize(
    "not_ready",
    [
        lambda: a_received_device().code,
        in_workshop,
        missing,
        returned,
        lambda: an_allocation().device.code,
        lambda: a_hand_over().allocation.device.code,
    ],
    ids=["received", "in_workshop", "missing", "returned", "allocated", "handed_over"],
)
def test_only_a_ready_device_is_promised(not_ready: Any, nothing_changed: Any) -> None:
    request, code, by = a_request(), not_ready(), a_coordinator()
    with nothing_changed(request), pytest.raises(ForbiddenMove):
        allocate(request, code, by=by)
    assert not request.lines.get().allocations.exists()


def test_a_line_gets_one_device(nothing_changed: Any) -> None:
    first = an_allocation()
    another, by = a_ready_device(), a_coordinator()
    with nothing_changed(first, another), pytest.raises(AlreadyAllocated, match="line"):
        allocate(first.line.request, another.code, by=by)


def test_the_database_keeps_a_device_to_one_person(nothing_changed: Any) -> None:
    first = an_allocation()
    request, by = a_request(), a_coordinator()
    type(first.device).objects.filter(pk=first.device_id).update(state="ready", promised_to=None)
    with nothing_changed(request, first), pytest.raises(AlreadyAllocated, match="device"):
        allocate(request, first.device.code, by=by)


@pytest.mark.parametrize(
    ("need", "device"),
    [
        ({"kind": "smartphone"}, {}),
        ({"kind": "laptop", "min_ram_gb": 16}, {"specs": {"ram_gb": 8}}),
        ({"kind": "laptop", "min_storage_gb": 512}, {"specs": {"storage_gb": 256}}),
    ],
)
def test_a_device_has_to_fit(need: Any, device: Any, nothing_changed: Any) -> None:
    request, found, by = a_request(needs=[need]), a_ready_device(**device), a_coordinator()
    with nothing_changed(request, found), pytest.raises(DoesNotFit):
        allocate(request, found.code, by=by)


@pytest.mark.parametrize("specs", [{}, {"ram_gb": "8 Go"}, {"ram_gb": None}, {"ram_gb": True}])
def test_what_nobody_knows_is_given_the_benefit(specs: Any) -> None:
    request = a_request(needs=[{"kind": "laptop", "min_ram_gb": 8}])
    assert allocate(request, a_ready_device(specs=specs).code)


def test_a_public_bodys_gift_is_not_promised_above_its_cap(nothing_changed: Any) -> None:
    dear = a_request(programme=a_programme(price_cents=18_001))
    device, by = a_ready_device(legal_type="public_body"), a_coordinator()
    with nothing_changed(dear, device), pytest.raises(PriceAboveCap, match="180"):
        allocate(dear, device.code, by=by)
    allocate(a_request(programme=a_programme(price_cents=18_000)), device.code)


def test_a_companys_gift_has_no_cap() -> None:
    dear = a_request(programme=a_programme(price_cents=18_001))
    assert allocate(dear, a_ready_device(legal_type="company").code)


def test_nothing_is_reserved_for_a_request_out_of_the_queue(nothing_changed: Any) -> None:
    request, device, by = a_request(), a_ready_device(), a_coordinator()
    operations.decline_request(request=request, reason="no", by=by, at=DAY_ONE)
    with nothing_changed(request, device), pytest.raises(RequestNotWaiting):
        allocate(request, device.code, by=by)


def test_nothing_is_reserved_before_it_was_asked(nothing_changed: Any) -> None:
    request, by = a_request(at=DAY_ONE + days(2)), a_coordinator()
    device = a_ready_device()
    with nothing_changed(request, device), pytest.raises(InvalidInput):
        allocate(request, device.code, by=by, at=DAY_ONE + days(1))


def test_nothing_is_reserved_before_the_devices_last_event(nothing_changed: Any) -> None:
    request, by = a_request(), a_coordinator()
    device = a_ready_device(at=DAY_ONE + days(2))
    with nothing_changed(request, device), pytest.raises(BeforeLastEvent):
        allocate(request, device.code, by=by, at=DAY_ONE + days(1))


def test_codes_that_are_wrong_or_free_name_no_device(nothing_changed: Any) -> None:
    request, by = a_request(), a_coordinator()
    free = a_label(by=a_technician())
    with nothing_changed(request), pytest.raises(UnknownCode):
        allocate(request, free, by=by)
    with nothing_changed(request), pytest.raises(MisreadCode):
        allocate(request, free[:-1] + ("2" if free[-1] != "2" else "3"), by=by)


def test_a_line_that_one_may_not_see_is_not_there(nothing_changed: Any) -> None:
    request, by = a_request(), a_technician()
    device = a_ready_device(by=by)
    with nothing_changed(request, device), pytest.raises(UnknownRequest):
        allocate(request, device.code, by=by)

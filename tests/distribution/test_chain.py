"""From the shelf to the person, and back."""

import pytest

from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.choices import AllocationOutcome, RequestState
from backend.inventory.choices import DataOutcome, State
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    an_allocation,
    counsellor_of,
    days,
)

pytestmark = pytest.mark.django_db


def test_a_device_travels_from_the_shelf_to_the_person_and_back() -> None:
    allocation = an_allocation()
    device, request = allocation.device, allocation.line.request
    device.refresh_from_db()
    assert (device.state, device.promised_to_id) == (State.ALLOCATED, request.structure_id)

    given = a_hand_over(allocation=allocation, at=DAY_ONE + days(1))
    device.refresh_from_db()
    request.refresh_from_db()
    assert (device.state, request.state) == (State.HANDED_OVER, RequestState.SERVED)
    assert given.receipt == "H-2026-00001"

    by = counsellor_of(allocation)
    operations.take_back_device(code=device.code, reason="unused", by=by, at=DAY_ONE + days(9))
    for row in (device, request, allocation):
        row.refresh_from_db()
    assert (device.state, device.promised_to_id, device.pending_units) == (State.RETURNED, None, 1)
    assert allocation.outcome == AllocationOutcome.RETURNED
    assert request.state == RequestState.SERVED
    assert device.storage_units.get().outcome == DataOutcome.PENDING
    kinds = Event.objects.about(device).in_order().values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["device.allocated", "device.handed_over", "device.returned"]

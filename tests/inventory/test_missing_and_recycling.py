"""Where a stay ends or is interrupted: missing, found, for parts, recycled."""

from typing import Any

import pytest

from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import IN_HOUSE, State
from backend.inventory.models import Device
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", sorted(IN_HOUSE))
def test_what_is_found_is_where_it_was(state: str) -> None:
    workshop = Workshop()
    device = workshop.lose(workshop.device(state))
    assert (device.state, device.state_before_missing) == (State.MISSING, state)
    found = operations.find_device(code=device.code, by=workshop.technician, at=NOW)
    assert (found.state, found.state_before_missing) == (state, "")


def test_a_missing_device_needs_words(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.receive()
    with nothing_changed(device), pytest.raises(InvalidInput):
        operations.report_device_missing(
            code=device.code, reason=" ", by=workshop.technician, at=NOW
        )


def test_a_drive_put_in_while_missing_keeps_it_off_the_shelf(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.lose(workshop.device(State.READY))
    operations.add_storage_unit(
        code=device.code, facts={"medium": "ssd"}, by=workshop.technician, at=NOW
    )
    device.refresh_from_db()
    with nothing_changed(device), pytest.raises(operations.DataNotGone):
        operations.find_device(code=device.code, by=workshop.technician, at=NOW)


@pytest.mark.parametrize(
    "facts", [{"mass_g": 0, "waste_slip": "BSD"}, {"mass_g": 100, "waste_slip": " "}]
)
def test_recycling_takes_weight_and_slip(facts: dict[str, Any], nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.TO_RECYCLE)
    with nothing_changed(device), pytest.raises(InvalidInput):
        operations.recycle_device(code=device.code, by=workshop.technician, at=NOW, **facts)


def test_the_log_tells_weight_and_slip() -> None:
    workshop = Workshop()
    device = workshop.device(State.RECYCLED)
    event = Event.objects.about(device).get(kind="device.recycled")
    assert (event.facts["mass_g"], event.facts["waste_slip"]) == (1500, "BSD-1")
    assert Device.objects.get(pk=device.pk).mass_g == 1500

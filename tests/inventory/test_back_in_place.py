"""What comes back stands only where it still can: an open place, a lot that stands there too."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.core import invariants
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.models import Device, Location, Lot
from tests.inventory.stories import NOW, Workshop
from tests.inventory.test_place_devices import lot_of, place

pytestmark = pytest.mark.django_db

Story = Callable[[Workshop, Device], Any]


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def site(workshop: Workshop) -> Location:
    return workshop.site()


@pytest.fixture
def lot(workshop: Workshop, site: Location) -> Lot:
    return lot_of(workshop, at=site)


def by(workshop: Workshop) -> Any:
    return {"by": workshop.manager, "at": NOW}


def lifted(workshop: Workshop, device: Device) -> None:
    place(workshop, device, location=workshop.site("Bench"))


def recycled(workshop: Workshop, device: Device) -> None:
    given: Any = {"code": device.code, **by(workshop)}
    workshop.erase(device)
    operations.triage_device(decision="recycle", reason="x", **given)
    operations.recycle_device(mass_g=900, waste_slip="BSD", **given)


def undo(workshop: Workshop, device: Device) -> None:
    operations.undo_last_move(code=device.code, **by(workshop))


def find(workshop: Workshop, device: Device) -> None:
    operations.find_device(code=device.code, **by(workshop))


def lost(workshop: Workshop, device: Device) -> None:
    workshop.lose(device)


WAYS: list[tuple[Story, Story]] = [(lifted, undo), (lost, undo), (lost, find), (recycled, undo)]


@pytest.mark.parametrize(("leave", "come_back"), WAYS)
def test_where_nothing_changed_it_stands_as_before(
    workshop: Workshop, lot: Lot, leave: Story, come_back: Story
) -> None:
    device = place(workshop, workshop.receive(), lot=lot)
    leave(workshop, device)
    come_back(workshop, device)
    device.refresh_from_db()
    assert (device.location, device.lot) == (lot.location, lot)


@pytest.mark.parametrize(("leave", "come_back"), WAYS)
@pytest.mark.parametrize("is_closed", [True, False])
def test_it_is_no_more_in_a_lot_that_was_carried_away(
    workshop: Workshop,
    site: Location,
    lot: Lot,
    leave: Story,
    come_back: Story,
    is_closed: bool,
) -> None:
    device = place(workshop, workshop.receive(), lot=lot)
    leave(workshop, device)
    operations.move_lot(lot=lot, to=workshop.site("There"), **by(workshop))
    if is_closed:
        operations.close_location(location=site, **by(workshop))
    come_back(workshop, device)
    device.refresh_from_db()
    assert (device.location, device.lot) == (None if is_closed else site, None)
    told = Event.objects.about(device).latest("pk")
    assert told.facts["was"]["lot_id"] == (None if leave is lifted else lot.pk)
    assert invariants.broken() == []


@pytest.mark.parametrize(("leave", "come_back"), WAYS)
def test_it_is_no_more_in_a_lot_that_was_closed(
    workshop: Workshop, site: Location, lot: Lot, leave: Story, come_back: Story
) -> None:
    device = place(workshop, workshop.receive(), lot=lot)
    leave(workshop, device)
    operations.close_lot(lot=lot, **by(workshop))
    come_back(workshop, device)
    device.refresh_from_db()
    assert (device.location, device.lot) == (site, None)


def test_a_step_at_the_bench_taken_back_leaves_it_on_its_wrapped_pallet(
    workshop: Workshop, lot: Lot
) -> None:
    device = place(workshop, workshop.receive(), lot=lot)
    workshop.triage(device)
    operations.close_lot(lot=lot, **by(workshop))
    undo(workshop, device)
    device.refresh_from_db()
    assert (device.location, device.lot) == (lot.location, lot)

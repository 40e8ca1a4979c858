"""Where a device goes: a place, a lot, both; a whole lot; all that lies at a place."""

from typing import Any

import pytest

from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.models import Device, Location, Lot
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


def lot_of(workshop: Workshop, name: str = "Pallet", at: Location | None = None) -> Lot:
    return operations.open_lot(
        organisation=workshop.organisation, name=name, location=at, by=workshop.technician, at=NOW
    )


def place(workshop: Workshop, device: Device, **where: Any) -> Device:
    return operations.place_device(code=device.code, by=workshop.technician, at=NOW, **where)


def test_a_lot_takes_a_device_to_where_the_lot_stands(workshop: Workshop) -> None:
    here, there = workshop.site("Here"), workshop.site("There")
    device = workshop.receive(location=here)
    lot = lot_of(workshop, at=there)
    placed = place(workshop, device, lot=lot)
    assert (placed.location, placed.lot) == (there, lot)


def test_a_lot_that_stands_nowhere_leaves_a_device_where_it_is(workshop: Workshop) -> None:
    here = workshop.site()
    placed = place(workshop, workshop.receive(location=here), lot=(lot := lot_of(workshop)))
    assert (placed.location, placed.lot) == (here, lot)


def test_a_place_takes_a_device_out_of_a_lot_that_stands_elsewhere(workshop: Workshop) -> None:
    here, there = workshop.site("Here"), workshop.site("There")
    device = workshop.receive()
    place(workshop, device, lot=lot_of(workshop, at=there))
    placed = place(workshop, device, location=here)
    assert (placed.location, placed.lot) == (here, None)


def test_a_place_keeps_a_device_in_a_lot_that_stands_there(workshop: Workshop) -> None:
    here = workshop.site()
    lot, device = lot_of(workshop, at=here), workshop.receive()
    place(workshop, device, lot=lot)
    assert place(workshop, device, location=here).lot == lot


def test_nowhere_is_said_with_null(workshop: Workshop) -> None:
    device = workshop.receive(location=workshop.site())
    place(workshop, device, lot=(lot := lot_of(workshop)))
    placed = place(workshop, device, location=None)
    assert (placed.location, placed.lot) == (None, lot)
    assert place(workshop, device, lot=None).lot is None


def test_a_lot_and_another_place_do_not_agree(workshop: Workshop, nothing_changed: Any) -> None:
    here, there = workshop.site("Here"), workshop.site("There")
    device, lot = workshop.receive(), lot_of(workshop, at=there)
    with nothing_changed(device), pytest.raises(operations.LotElsewhere):
        place(workshop, device, location=here, lot=lot)


def test_where_has_to_be_said(workshop: Workshop, nothing_changed: Any) -> None:
    device = workshop.receive()
    with nothing_changed(device), pytest.raises(InvalidInput):
        place(workshop, device)


def test_what_is_closed_takes_nothing_more(workshop: Workshop, nothing_changed: Any) -> None:
    device, site, lot = workshop.receive(), workshop.site(), lot_of(workshop)
    operations.close_location(location=site, by=workshop.manager, at=NOW)
    operations.close_lot(lot=lot, by=workshop.technician, at=NOW)
    for where in ({"location": site}, {"lot": lot}):
        for taken in where.values():
            taken.refresh_from_db()
        with nothing_changed(device), pytest.raises(operations.PlaceClosed):
            place(workshop, device, **where)
    with nothing_changed(device), pytest.raises(operations.PlaceClosed):
        workshop.receive(location=site)


def test_another_workshops_lot_is_refused(workshop: Workshop, nothing_changed: Any) -> None:
    device, foreign = workshop.receive(), lot_of(Workshop())
    with nothing_changed(device), pytest.raises(InvalidInput):
        place(workshop, device, lot=foreign)


def fill(workshop: Workshop, lot: Lot, number: int) -> list[Device]:
    devices = [workshop.receive() for _device in range(number)]
    for device in devices:
        place(workshop, device, lot=lot)
    return devices


def test_a_lot_is_carried_with_all_that_is_in_it(workshop: Workshop) -> None:
    here, there = workshop.site("Here"), workshop.site("There")
    lot = lot_of(workshop, at=here)
    devices, outside = fill(workshop, lot, 3), workshop.receive(location=here)
    operations.move_lot(lot=lot, to=there, by=workshop.technician, at=NOW)
    assert set(Device.objects.filter(location=there)) == set(devices)
    assert Device.objects.get(pk=outside.pk).location == here
    told = Event.objects.of_kind("device.moved")
    assert {event.subject_id for event in told} == {device.pk for device in devices}
    assert told[0].facts["was"] == {"location_id": here.pk}
    assert Lot.objects.get(pk=lot.pk).location == there


def test_a_closed_lot_is_still_carried(workshop: Workshop) -> None:
    lot, there = lot_of(workshop), workshop.site()
    fill(workshop, lot, 1)
    operations.close_lot(lot=lot, by=workshop.technician, at=NOW)
    operations.move_lot(lot=lot, to=there, by=workshop.technician, at=NOW)
    assert Device.objects.filter(location=there).count() == 1


def test_what_is_missing_is_not_carried(workshop: Workshop) -> None:
    lot, there = lot_of(workshop), workshop.site()
    (lost,) = fill(workshop, lot, 1)
    workshop.lose(lost)
    operations.move_lot(lot=lot, to=there, by=workshop.technician, at=NOW)
    assert Device.objects.get(pk=lost.pk).location is None


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_lot_goes_to_an_open_place_of_its_workshop(
    workshop: Workshop, is_closed: bool, nothing_changed: Any
) -> None:
    lot = lot_of(workshop)
    to = workshop.site() if is_closed else Workshop().site()
    if is_closed:
        to = operations.close_location(location=to, by=workshop.manager, at=NOW)
    refusal = operations.PlaceClosed if is_closed else InvalidInput
    with nothing_changed(lot), pytest.raises(refusal):
        operations.move_lot(lot=lot, to=to, by=workshop.technician, at=NOW)


def test_a_larger_lot_costs_no_more_statements(workshop: Workshop, statements: Any) -> None:
    lots = {size: lot_of(workshop, f"Lot {size}") for size in (2, 20)}
    there, costs = workshop.site(), {}
    for size, lot in lots.items():
        fill(workshop, lot, size)
        with statements() as found:
            operations.move_lot(lot=lot, to=there, by=workshop.technician, at=NOW)
        costs[size] = len(found)
    assert costs[2] == costs[20] <= 7, costs


def test_all_that_lies_at_a_place_is_carried_to_another(workshop: Workshop) -> None:
    here, there = workshop.site("Here"), workshop.site("There")
    loose = workshop.receive(location=here)
    (packed,) = fill(workshop, lot := lot_of(workshop, at=here), 1)
    elsewhere = workshop.receive()
    operations.move_all(location=here, to=there, by=workshop.technician, at=NOW)
    assert set(Device.objects.filter(location=there)) == {loose, packed}
    assert Lot.objects.get(pk=lot.pk).location == there
    assert Device.objects.get(pk=elsewhere.pk).location is None
    assert Event.objects.of_kind("device.moved").count() == 2


def test_a_place_is_not_emptied_into_itself(workshop: Workshop, nothing_changed: Any) -> None:
    here = workshop.site()
    device = workshop.receive(location=here)
    with nothing_changed(device), pytest.raises(InvalidInput):
        operations.move_all(location=here, to=here, by=workshop.technician, at=NOW)


def test_what_was_carried_is_not_undone_one_by_one(workshop: Workshop) -> None:
    here, there = workshop.site("Here"), workshop.site("There")
    device = workshop.receive(location=here)
    operations.move_all(location=here, to=there, by=workshop.technician, at=NOW)
    with pytest.raises(operations.CannotUndo):
        operations.undo_last_move(code=device.code, by=workshop.technician, at=NOW)
    assert Device.objects.get(pk=device.pk).state == State.RECEIVED

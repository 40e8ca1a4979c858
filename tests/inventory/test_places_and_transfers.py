"""Place and custody: places in a tree, transfers line by line, stock-takes that freeze."""

from typing import Any

import pytest

from backend.core.errors import InvalidInput, NotFound
from backend.inventory import operations
from backend.inventory.choices import IN_HOUSE, State
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Device, Transfer
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


def place(workshop: Workshop, device: Device, location: Any = None, lot: Any = None) -> Device:
    return operations.place_device(
        code=device.code, location=location, lot=lot, by=workshop.technician, at=NOW
    )


def send(workshop: Workshop, to: Workshop, *codes: str) -> Transfer:
    return operations.send_transfer(
        scanned=codes, receiver=to.organisation, by=workshop.manager, at=NOW
    )


def settle(transfer: Transfer, to: Workshop, code: str, outcome: str) -> Any:
    return operations.receive_transfer_line(
        transfer=transfer, code=code, outcome=outcome, by=to.technician, at=NOW
    )


@pytest.mark.parametrize(
    ("kind", "lies_in"), [("zone", None), ("shelf", None), ("shelf", "site"), ("site", "site")]
)
def test_a_place_lies_where_it_belongs(
    workshop: Workshop, kind: str, lies_in: str | None, nothing_changed: Any
) -> None:
    site = workshop.site()
    with nothing_changed(site), pytest.raises(InvalidInput):
        operations.create_location(
            organisation=workshop.organisation,
            kind=kind,
            name="x",
            parent=site if lies_in else None,
            by=workshop.manager,
            at=NOW,
        )


@pytest.mark.parametrize("state", sorted(State))
def test_only_what_is_in_the_house_is_placed(
    workshop: Workshop, state: str, nothing_changed: Any
) -> None:
    device, site = workshop.device(state), workshop.site()
    if state in IN_HOUSE:
        assert place(workshop, device, site).location == site
        return
    with nothing_changed(device), pytest.raises(ForbiddenMove):
        place(workshop, device, site)


def test_a_place_of_another_workshop_is_refused(workshop: Workshop, nothing_changed: Any) -> None:
    device, site = workshop.receive(), Workshop().site()
    with nothing_changed(device), pytest.raises(InvalidInput):
        place(workshop, device, site)


def test_custody_passes_when_a_device_arrives(workshop: Workshop) -> None:
    to, device = Workshop(), workshop.receive(location=workshop.site())
    transfer = send(workshop, to, device.code)
    assert Device.objects.get(pk=device.pk).custodian == workshop.organisation
    settle(transfer, to, device.code, "received")
    device.refresh_from_db()
    transfer.refresh_from_db()
    assert (device.custodian, device.location) == (to.organisation, None)
    assert transfer.state == "received"


def test_what_was_lost_is_found_later(workshop: Workshop) -> None:
    to, device = Workshop(), workshop.receive()
    transfer = send(workshop, to, device.code)
    settle(transfer, to, device.code, "lost")
    assert Device.objects.get(pk=device.pk).custodian == workshop.organisation
    settle(transfer, to, device.code, "found")
    assert Device.objects.get(pk=device.pk).custodian == to.organisation


def test_what_was_lost_and_sent_elsewhere_since_is_not_taken_from_there(
    workshop: Workshop, nothing_changed: Any
) -> None:
    to, elsewhere, device = Workshop(), Workshop(), workshop.receive()
    transfer = send(workshop, to, device.code)
    settle(transfer, to, device.code, "lost")
    operations.find_device(code=device.code, by=workshop.technician, at=NOW)
    settle(send(workshop, elsewhere, device.code), elsewhere, device.code, "received")
    with nothing_changed(transfer, device), pytest.raises(operations.LineSettled):
        settle(transfer, to, device.code, "found")
    assert Device.objects.get(pk=device.pk).custodian == elsewhere.organisation


def test_a_line_is_settled_once(workshop: Workshop, nothing_changed: Any) -> None:
    to, device = Workshop(), workshop.receive()
    transfer = send(workshop, to, device.code)
    settle(transfer, to, device.code, "received")
    with nothing_changed(transfer, device), pytest.raises(operations.LineSettled):
        settle(transfer, to, device.code, "lost")


def test_a_device_is_on_one_way_at_a_time(workshop: Workshop, nothing_changed: Any) -> None:
    to, device = Workshop(), workshop.receive()
    send(workshop, to, device.code)
    with nothing_changed(device), pytest.raises(operations.AlreadyOnItsWay):
        send(workshop, to, device.code)
    assert Transfer.objects.count() == 1


def test_a_label_scanned_twice_is_sent_once(workshop: Workshop) -> None:
    to, device = Workshop(), workshop.receive()
    assert send(workshop, to, device.code, device.code.lower()).lines.count() == 1


def test_only_the_receiver_settles(workshop: Workshop, nothing_changed: Any) -> None:
    to, device = Workshop(), workshop.receive()
    transfer = send(workshop, to, device.code)
    with nothing_changed(transfer, device), pytest.raises(NotFound):
        settle(transfer, workshop, device.code, "received")


def test_nothing_is_sent_to_oneself(workshop: Workshop, nothing_changed: Any) -> None:
    device = workshop.receive()
    with nothing_changed(device), pytest.raises(operations.NotAWorkshop):
        send(workshop, workshop, device.code)


def test_nothing_is_sent_to_a_workshop_that_has_stopped(
    workshop: Workshop, nothing_changed: Any
) -> None:
    to, device = Workshop(), workshop.receive()
    to.organisation.is_active = False
    to.organisation.save(update_fields=["is_active"])
    with nothing_changed(device), pytest.raises(operations.NotAWorkshop):
        send(workshop, to, device.code)


def test_what_left_the_house_is_not_sent(workshop: Workshop, nothing_changed: Any) -> None:
    to, device = Workshop(), workshop.device(State.RECYCLED)
    with nothing_changed(device), pytest.raises(ForbiddenMove):
        send(workshop, to, device.code)
    assert not Transfer.objects.exists()


def test_a_stock_take_says_what_is_found_missing_or_unexpected(workshop: Workshop) -> None:
    site = workshop.site()
    seen, unseen = workshop.receive(location=site), workshop.receive(location=site)
    stranger = workshop.receive()
    taking = operations.open_stock_take(location=site, by=workshop.technician, at=NOW)
    for device in (seen, seen, stranger):
        operations.count_in_stock_take(
            stock_take=taking, code=device.code, by=workshop.technician, at=NOW
        )
    operations.close_stock_take(stock_take=taking, by=workshop.technician, at=NOW)
    assert dict(taking.lines.values_list("device", "finding")) == {
        seen.pk: "found",
        unseen.pk: "missing",
        stranger.pk: "unexpected",
    }
    assert Device.objects.get(pk=unseen.pk).state == State.RECEIVED


def test_a_place_is_counted_by_one_stock_take_at_a_time(
    workshop: Workshop, nothing_changed: Any
) -> None:
    taking = operations.open_stock_take(location=workshop.site(), by=workshop.technician, at=NOW)
    with nothing_changed(taking), pytest.raises(operations.StockTakeUnderWay):
        operations.open_stock_take(location=taking.location, by=workshop.manager, at=NOW)


def test_a_closed_stock_take_stays_as_it_is(workshop: Workshop, nothing_changed: Any) -> None:
    device = workshop.receive()
    taking = operations.open_stock_take(location=workshop.site(), by=workshop.technician, at=NOW)
    operations.close_stock_take(stock_take=taking, by=workshop.technician, at=NOW)
    with nothing_changed(taking), pytest.raises(operations.StockTakeClosed):
        operations.count_in_stock_take(
            stock_take=taking, code=device.code, by=workshop.technician, at=NOW
        )

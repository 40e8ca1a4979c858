"""Two people settle the same lists at once: one wins, the other is told, no line is lost."""

import pytest

from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.models import Device
from tests.inventory.stories import NOW, Workshop
from tests.inventory.test_two_at_once import Act, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("is_expected", [True, False])
def test_two_people_count_the_same_devices(is_expected: bool) -> None:
    workshop = Workshop()
    site = workshop.site()
    devices = [workshop.receive(location=site if is_expected else None) for _device in range(6)]
    taking = operations.open_stock_take(location=site, by=workshop.technician, at=NOW)

    def count(order: list[Device], by: object) -> Act:
        def run() -> None:
            for device in order:
                operations.count_in_stock_take(
                    stock_take=taking,
                    code=device.code,
                    by=by,
                    at=NOW,  # type: ignore[arg-type]
                )

        return run

    ends = at_once(count(devices, workshop.technician), count(devices[::-1], workshop.manager))
    assert ends == ["done", "done"]
    found = "found" if is_expected else "unexpected"
    assert list(taking.lines.values_list("finding", flat=True)) == [found] * 6


def test_a_count_and_the_end_of_it_at_once() -> None:
    workshop = Workshop()
    device = workshop.receive(location=(site := workshop.site()))
    taking = operations.open_stock_take(location=site, by=workshop.technician, at=NOW)
    ends = at_once(
        lambda: operations.count_in_stock_take(
            stock_take=taking, code=device.code, by=workshop.technician, at=NOW
        ),
        lambda: operations.close_stock_take(stock_take=taking, by=workshop.manager, at=NOW),
    )
    finding = taking.lines.get().finding
    assert (ends, finding) in (
        (["done", "done"], "found"),
        (["done", "stock_take_closed"], "missing"),
    )


def test_two_people_receive_the_same_line() -> None:
    workshop, other = Workshop(), Workshop()
    device = workshop.receive()
    transfer = operations.send_transfer(
        scanned=[device.code], receiver=other.organisation, by=workshop.manager, at=NOW
    )

    def receive() -> object:
        return operations.receive_transfer_line(
            transfer=transfer, code=device.code, outcome="received", by=other.technician, at=NOW
        )

    assert at_once(receive, receive) == ["done", "line_settled"]
    assert Event.objects.filter(kind="device.transfer_received").count() == 1


def test_a_lot_is_carried_while_one_of_it_is_put_elsewhere() -> None:
    workshop = Workshop()
    here, there = workshop.site("Here"), workshop.site("There")
    lot = operations.open_lot(
        organisation=workshop.organisation, name="P", by=workshop.technician, at=NOW
    )
    devices = [workshop.receive() for _device in range(4)]
    for device in devices:
        operations.place_device(code=device.code, lot=lot, by=workshop.technician, at=NOW)
    ends = at_once(
        lambda: operations.move_lot(lot=lot, to=there, by=workshop.technician, at=NOW),
        lambda: operations.place_device(
            code=devices[0].code, location=here, lot=None, by=workshop.manager, at=NOW
        ),
    )
    assert ends == ["done", "done"]
    out = Device.objects.get(pk=devices[0].pk)
    assert (out.location, out.lot) == (here, None)
    assert Device.objects.filter(location=there).count() == 3

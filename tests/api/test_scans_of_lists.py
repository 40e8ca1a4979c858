"""Scans that settle the line of a list: a stock-take's, a transfer's."""

from typing import Any

import pytest

from backend.inventory import operations
from backend.inventory.models import Device, StockTake, Transfer
from backend.inventory.queries.bench import choices_of
from tests.api.doors import door
from tests.api.test_scans import one
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


def begin(workshop: Workshop, **given: Any) -> StockTake:
    return operations.open_stock_take(
        location=workshop.site(), by=workshop.technician, at=NOW, **given
    )


def send(workshop: Workshop, to: Workshop, *devices: Device) -> Transfer:
    return operations.send_transfer(
        scanned=[device.code for device in devices],
        receiver=to.organisation,
        by=workshop.manager,
        at=NOW,
    )


def test_a_device_is_counted_once_and_the_second_scan_says_by_whom(workshop: Workshop) -> None:
    device, taking = workshop.receive(), begin(workshop)
    bench = door(workshop.technician)
    first, second = (one(bench, device.code, "count", stock_take=taking.pk) for _ in range(2))
    assert (first["outcome"], second["outcome"]) == ("applied", "already_done")
    assert second["done"]["by_label"] == workshop.technician.actor_label
    assert taking.lines.get().finding == "unexpected"


def test_a_count_refuses_what_is_not_ours_and_what_is_closed(workshop: Workshop) -> None:
    foreign, bench, taking = Workshop().receive(), door(workshop.technician), begin(workshop)
    assert (
        one(bench, foreign.code, "count", stock_take=taking.pk)["problem"]["code"] == "elsewhere"
    )
    theirs = begin(Workshop())
    refused = one(bench, workshop.receive().code, "count", stock_take=theirs.pk)
    assert "stock_take" in refused["problem"]["errors"]
    operations.close_stock_take(stock_take=taking, by=workshop.technician, at=NOW)
    refused = one(bench, workshop.receive().code, "count", stock_take=taking.pk)
    assert refused["problem"]["code"] == "stock_take_closed"


@pytest.mark.parametrize("named_by", ["pk", "reference"])
def test_what_arrives_is_received_by_scanning(workshop: Workshop, named_by: str) -> None:
    other, device = Workshop(), workshop.receive()
    transfer = send(workshop, other, device)
    bench, named = door(other.technician), getattr(transfer, named_by)
    first, second = (one(bench, device.code, "receive_transfer", transfer=named) for _ in range(2))
    assert (first["outcome"], second["outcome"]) == ("applied", "already_done")
    assert first["device"]["workshop"] == other.organisation.pk
    lost = one(bench, device.code, "receive_transfer", transfer=named, outcome="lost")
    assert lost["problem"]["code"] == "line_settled"


def test_what_was_lost_turns_up_by_a_scan(workshop: Workshop) -> None:
    other, device = Workshop(), workshop.receive()
    transfer = send(workshop, other, device)
    bench = door(other.technician)

    def offered() -> list[Any]:
        return [choice["value"] for choice in choices_of(other.technician)["transfer"]]

    one(bench, device.code, "receive_transfer", transfer=transfer.pk, outcome="lost")
    assert offered() == [transfer.pk]
    found, again = (
        one(bench, device.code, "receive_transfer", transfer=transfer.pk) for _scan in range(2)
    )
    assert (found["outcome"], again["outcome"]) == ("applied", "already_done")
    assert transfer.lines.get().outcome == "found"
    assert offered() == []


def test_what_its_sender_found_is_no_more_awaited(workshop: Workshop) -> None:
    other, device = Workshop(), workshop.receive()
    transfer = send(workshop, other, device)
    bench = door(other.technician)
    one(bench, device.code, "receive_transfer", transfer=transfer.pk, outcome="lost")
    one(door(workshop.technician), device.code, "find")
    assert choices_of(other.technician)["transfer"] == []
    refused = one(bench, device.code, "receive_transfer", transfer=transfer.pk)
    assert refused["problem"]["code"] == "line_settled"


def test_what_is_on_no_list_does_not_arrive(workshop: Workshop) -> None:
    other, device = Workshop(), workshop.receive()
    transfer, stray = send(workshop, other, workshop.receive()), other.receive()
    bench = door(other.technician)
    for code in (device.code, stray.code, other.label()):
        refused = one(bench, code, "receive_transfer", transfer=transfer.pk)
        assert refused["problem"]["code"] == "not_on_the_list"
    hidden = one(
        door(Workshop().technician), device.code, "receive_transfer", transfer=transfer.pk
    )
    assert "transfer" in hidden["problem"]["errors"]


def test_only_the_receiver_settles_by_scanning(workshop: Workshop) -> None:
    other, device = Workshop(), workshop.receive()
    transfer = send(workshop, other, device)
    refused = one(door(workshop.technician), device.code, "receive_transfer", transfer=transfer.pk)
    assert refused["outcome"] == "refused"


def test_what_is_lost_on_its_way_shows_the_receiver_nothing_of_the_senders_row(
    workshop: Workshop,
) -> None:
    other, device = Workshop(), workshop.receive()
    transfer = send(workshop, other, device)
    bench, facts = door(other.technician), {"transfer": transfer.pk, "outcome": "lost"}
    answers = [one(bench, device.code, "receive_transfer", **facts) for _ in range(2)]
    assert [answer["outcome"] for answer in answers] == ["applied", "already_done"]
    assert [answer["device"] for answer in answers] == [None, None]


def test_what_arrived_shows_the_sender_nothing_of_the_receivers_row(workshop: Workshop) -> None:
    other, device = Workshop(), workshop.receive()
    transfer = send(workshop, other, device)
    one(door(other.technician), device.code, "receive_transfer", transfer=transfer.pk)
    asked = one(door(workshop.technician), device.code, "receive_transfer", transfer=transfer.pk)
    assert asked["device"] is None


def test_a_place_left_out_stays_as_it_is(workshop: Workshop) -> None:
    site, device = workshop.site(), workshop.receive()
    lot = operations.open_lot(
        organisation=workshop.organisation, name="P", by=workshop.technician, at=NOW
    )
    bench = door(workshop.technician)
    assert one(bench, device.code, "place", location=site.pk)["outcome"] == "applied"
    placed = one(bench, device.code, "place", lot=lot.pk)["device"]
    assert (placed["location"], placed["lot"]) == (site.pk, lot.pk)
    assert one(bench, device.code, "place", lot=lot.pk)["outcome"] == "already_done"
    cleared = one(bench, device.code, "place", location=None)["device"]
    assert (cleared["location"], cleared["lot"]) == (None, lot.pk)
    assert one(bench, device.code, "place")["outcome"] == "refused"

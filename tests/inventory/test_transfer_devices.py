"""Custody on its way: from a lot, lost and found, promised, and what can no more be undone."""

from typing import Any

import pytest

from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Device, Transfer
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def other() -> Workshop:
    return Workshop()


def send(workshop: Workshop, to: Workshop, *codes: str, **given: Any) -> Transfer:
    return operations.send_transfer(
        scanned=codes, receiver=to.organisation, by=workshop.manager, at=NOW, **given
    )


def settle(transfer: Transfer, to: Workshop, code: str, outcome: str) -> Device:
    operations.receive_transfer_line(
        transfer=transfer, code=code, outcome=outcome, by=to.technician, at=NOW
    )
    return Device.objects.with_code(code).get()


@pytest.mark.parametrize("state", [State.READY, State.ALLOCATED, State.IN_WORKSHOP])
def test_what_is_lost_is_missing_until_it_is_found(
    workshop: Workshop, other: Workshop, state: State
) -> None:
    device = workshop.device(state)
    transfer = send(workshop, other, device.code)
    lost = settle(transfer, other, device.code, "lost")
    assert (lost.state, lost.custodian) == (State.MISSING, workshop.organisation)
    assert lost not in Device.objects.on_the_shelf()
    found = settle(transfer, other, device.code, "found")
    assert (found.state, found.custodian) == (state, other.organisation)
    assert found.promised_to == device.promised_to
    kinds = Event.objects.about(device).order_by("-pk").values_list("kind", flat=True)
    assert list(kinds[:3]) == [
        "device.transfer_found",
        "device.transfer_lost",
        "device.transfer_sent",
    ]


def test_what_was_lost_and_is_received_is_found(workshop: Workshop, other: Workshop) -> None:
    device = workshop.ready()
    transfer = send(workshop, other, device.code)
    settle(transfer, other, device.code, "lost")
    arrived = settle(transfer, other, device.code, "received")
    assert (arrived.state, arrived.custodian) == (State.READY, other.organisation)
    assert transfer.lines.get().outcome == "found"


@pytest.mark.parametrize("is_sent_again", [True, False])
@pytest.mark.parametrize("is_missed_again", [True, False])
def test_what_the_sender_has_again_is_not_found_elsewhere(
    workshop: Workshop,
    other: Workshop,
    nothing_changed: Any,
    is_sent_again: bool,
    is_missed_again: bool,
) -> None:
    device, third = workshop.ready(), Workshop()
    transfer = send(workshop, other, device.code)
    settle(transfer, other, device.code, "lost")
    operations.find_device(code=device.code, by=workshop.technician, at=NOW)
    again = send(workshop, third, device.code) if is_sent_again else transfer
    if is_missed_again and is_sent_again:
        workshop.lose(device)
    line = transfer.lines.get()
    with nothing_changed(line, device), pytest.raises(operations.LineSettled):
        settle(transfer, other, device.code, "found")
    if is_sent_again:
        arrived = settle(again, third, device.code, "received")
        assert arrived.custodian == third.organisation


def test_what_was_lost_twice_is_found_on_either_list(workshop: Workshop, other: Workshop) -> None:
    device = workshop.ready()
    transfer = send(workshop, other, device.code)
    settle(transfer, other, device.code, "lost")
    operations.find_device(code=device.code, by=workshop.technician, at=NOW)
    settle(send(workshop, other, device.code), other, device.code, "lost")
    assert settle(transfer, other, device.code, "found").custodian == other.organisation


def test_a_promise_travels_with_its_device(workshop: Workshop, other: Workshop) -> None:
    device = workshop.device(State.ALLOCATED)
    arrived = settle(send(workshop, other, device.code), other, device.code, "received")
    assert (arrived.state, arrived.promised_to) == (State.ALLOCATED, device.promised_to)


def test_what_the_sender_misses_arrives_all_the_same(workshop: Workshop, other: Workshop) -> None:
    device = workshop.ready()
    transfer = send(workshop, other, device.code)
    workshop.lose(device)
    arrived = settle(transfer, other, device.code, "received")
    assert (arrived.state, arrived.custodian) == (State.READY, other.organisation)


def test_what_was_handed_over_on_the_way_does_not_arrive(
    workshop: Workshop, other: Workshop, nothing_changed: Any
) -> None:
    device = workshop.device(State.ALLOCATED)
    transfer = send(workshop, other, device.code)
    device.refresh_from_db()
    workshop._move(device, "hand_over")
    with nothing_changed(device, transfer), pytest.raises(ForbiddenMove):
        settle(transfer, other, device.code, "received")
    assert settle(transfer, other, device.code, "lost").state == State.HANDED_OVER
    transfer.refresh_from_db()
    assert transfer.state == "received"


def test_nothing_is_undone_across_a_transfer(workshop: Workshop, other: Workshop) -> None:
    device = workshop.ready()
    transfer = send(workshop, other, device.code)
    for settled in ("", "lost", "found"):
        by = workshop if settled != "found" else other
        if settled:
            settle(transfer, other, device.code, settled)
        with pytest.raises(operations.CannotUndo):
            operations.undo_last_move(code=device.code, by=by.manager, at=NOW)


def test_a_whole_lot_is_sent(workshop: Workshop, other: Workshop) -> None:
    lot = operations.open_lot(
        organisation=workshop.organisation, name="P", by=workshop.technician, at=NOW
    )
    packed, extra, lost = (workshop.receive() for _device in range(3))
    for device in (packed, lost):
        operations.place_device(code=device.code, lot=lot, by=workshop.technician, at=NOW)
    workshop.lose(lost)
    transfer = send(workshop, other, packed.code, extra.code, lot=lot)
    assert {line.device for line in transfer.lines.all()} == {packed, extra}


def test_an_empty_lot_or_another_workshops_sends_nothing(
    workshop: Workshop, other: Workshop
) -> None:
    lot = operations.open_lot(
        organisation=other.organisation, name="P", by=other.technician, at=NOW
    )
    operations.place_device(code=other.receive().code, lot=lot, by=other.technician, at=NOW)
    with pytest.raises(InvalidInput):
        send(workshop, other, lot=lot)
    assert not Transfer.objects.exists()


def test_two_labels_of_one_device_are_one_line(workshop: Workshop, other: Workshop) -> None:
    device, second = workshop.receive(), workshop.label()
    operations.relabel_device(code=device.code, new_code=second, by=workshop.technician, at=NOW)
    transfer = send(workshop, other, device.code, second)
    assert transfer.lines.count() == 1
    assert Event.objects.get(kind="transfer.sent").facts["devices"] == 1
    assert settle(transfer, other, second, "received").custodian == other.organisation


def test_what_is_on_no_list_is_noted(workshop: Workshop, other: Workshop) -> None:
    transfer = send(workshop, other, workshop.receive().code)
    forgotten = workshop.receive()
    for _time in range(2):
        arrived = operations.settle_or_note(
            transfer=transfer, code=forgotten.code, outcome="received", by=other.technician, at=NOW
        )
        assert arrived.line is None
    assert transfer.strays.get().code == forgotten.code
    assert Device.objects.get(pk=forgotten.pk).custodian == workshop.organisation
    with pytest.raises(operations.NotOnTheList):
        operations.settle_or_note(
            transfer=transfer, code=forgotten.code, outcome="lost", by=other.technician, at=NOW
        )


def test_who_settled_a_line_and_when_is_known(workshop: Workshop, other: Workshop) -> None:
    device = workshop.receive()
    transfer = send(workshop, other, device.code)
    settle(transfer, other, device.code, "received")
    line = transfer.lines.get()
    assert (line.settled_at, line.settled_by_label) == (NOW, other.technician.actor_label)

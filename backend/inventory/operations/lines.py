"""The lines of lists, looked up: for one command, or in memory for all commands of a batch.

A stock-take or a transfer is locked before its lines are read: they change under that lock only.
"""

from collections.abc import Iterable
from typing import NamedTuple

from backend.core.batches import Batch, current
from backend.inventory.choices import IN_HOUSE, TransferOutcome
from backend.inventory.models import Device, StockTake, StockTakeLine, Transfer, TransferLine
from backend.inventory.operations import gathering


class _Count(NamedTuple):
    taking: StockTake
    places: frozenset[int]
    lines: dict[int, StockTakeLine]


class _Shipment(NamedTuple):
    """A transfer; `elsewhere` names the transfer on which a device of it is on its way."""

    transfer: Transfer
    lines: dict[int, TransferLine]
    devices: dict[int, Device]
    elsewhere: dict[int, int]


def lock_stock_take(stock_take: StockTake) -> StockTake:
    """Lock a stock-take and give it with its place."""
    batch = current()
    return _read_taking(stock_take) if batch is None else _count(batch, stock_take).taking


def line_of_count(stock_take: StockTake, device: Device) -> StockTakeLine | None:
    """Give what a stock-take says of a device."""
    batch = current()
    if batch is None or not gathering.knows(batch, device.pk, batch.hints["by"]):
        return StockTakeLine.objects.filter(stock_take=stock_take, device=device).first()
    line = _count(batch, stock_take).lines.get(device.pk)
    found = line or _born(batch.new(StockTakeLine), stock_take, device)
    return batch.lend(found) if found else None


def is_counted_here(stock_take: StockTake, device: Device) -> bool:
    """Whether a device lies in the places that are counted."""
    if device.state not in IN_HOUSE or device.location_id is None:
        return False
    batch = current()
    if batch is None:
        return stock_take.places.filter(pk=device.location_id).exists()
    return device.location_id in _count(batch, stock_take).places


def lock_transfer(transfer: Transfer) -> Transfer:
    """Lock a transfer."""
    batch = current()
    return (
        _read_transfer(transfer)
        if batch is None
        else batch.lend(_shipment(batch, transfer).transfer)
    )


def line_of_transfer(transfer: Transfer, code: str) -> TransferLine | None:
    """Give the line of the device under a code."""
    batch = current()
    if batch is None or code not in batch.hints["codes"]:
        return transfer.lines.filter(device__labels__code=code).first()
    label = gathering.find_label(code)
    line = _shipment(batch, transfer).lines.get(label.device_id or 0) if label else None
    return batch.lend(line) if line else None


def device_on_a_line(line: TransferLine) -> Device | None:
    """Give the device of a line, locked, from memory; None where no batch is open."""
    batch = current()
    if batch is None:
        return None
    device = _shipment(batch, line.transfer).devices.get(line.device_id)
    return batch.lend(device) if device else None


def is_on_its_way(device: Device, transfer: Transfer) -> bool:
    """Whether a device of this transfer was sent once more and has not arrived."""
    batch = current()
    if batch is None:
        return Device.objects.on_their_way().filter(pk=device.pk).exists()
    other = _shipment(batch, transfer).elsewhere.get(device.pk)
    settled_here = _shipments(batch).get(other or 0)
    line = settled_here.lines[device.pk] if settled_here else None
    return other is not None and (line is None or line.outcome == TransferOutcome.PENDING)


def is_any_on_its_way(transfer: Transfer) -> bool:
    """Whether a line of a transfer is not settled."""
    batch = current()
    if batch is None:
        return transfer.lines.filter(outcome=TransferOutcome.PENDING).exists()
    lines = _shipment(batch, transfer).lines.values()
    return any(line.outcome == TransferOutcome.PENDING for line in lines)


def _read_taking(stock_take: StockTake) -> StockTake:
    found = StockTake.objects.select_for_update(of=("self",)).select_related("location")
    return found.get(pk=stock_take.pk)


def _read_transfer(transfer: Transfer) -> Transfer:
    return Transfer.objects.select_for_update().get(pk=transfer.pk)


def _born(
    lines: Iterable[StockTakeLine], stock_take: StockTake, device: Device
) -> StockTakeLine | None:
    here = (stock_take.pk, device.pk)
    return next((line for line in lines if (line.stock_take_id, line.device_id) == here), None)


def _count(batch: Batch, stock_take: StockTake) -> _Count:
    def read() -> _Count:
        taking = _read_taking(stock_take)
        places = frozenset(taking.places.values_list("pk", flat=True))
        lines = taking.lines.filter(device__in=gathering.known_devices(batch))
        return _Count(taking, places, {line.device_id: line for line in lines})

    return batch.load(("stock-take", stock_take.pk), read)


def _shipments(batch: Batch) -> dict[int, _Shipment]:
    return batch.load("transfers", dict)


def _shipment(batch: Batch, transfer: Transfer) -> _Shipment:
    """Read a transfer; its devices are not yet this workshop's."""
    return batch.load(("transfer", transfer.pk), lambda: _read(batch, transfer))


def _read(batch: Batch, transfer: Transfer) -> _Shipment:
    locked = _read_transfer(transfer)
    lines = {line.device_id: line for line in locked.lines.all()}
    for line in lines.values():
        line.transfer = locked
    devices = gathering.devices_on_their_way(batch, lines)
    lost = [key for key, line in lines.items() if line.outcome == TransferOutcome.LOST]
    sent = TransferLine.objects.filter(device__in=lost, outcome=TransferOutcome.PENDING)
    elsewhere = dict(sent.values_list("device", "transfer")) if lost else {}
    shipment = _Shipment(locked, lines, devices, elsewhere)
    _shipments(batch)[transfer.pk] = shipment
    return shipment

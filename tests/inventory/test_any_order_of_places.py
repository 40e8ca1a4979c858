"""Whatever is put, carried, counted, sent and lost in whatever order, what must hold holds."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from django.db import transaction

from backend.core import invariants
from backend.core.errors import Refusal
from backend.core.models import Event, Outbox
from backend.inventory import operations
from backend.inventory.choices import State, TransferOutcome, Triage
from backend.inventory.models import (
    Device,
    Location,
    Lot,
    Part,
    PartMovement,
    RepairAction,
    StockTake,
    StockTakeLine,
    StrayScan,
    Transfer,
    TransferLine,
)
from tests.examples import IS_THOROUGH, seeds
from tests.inventory.stories import NOW, Workshop

TABLES: list[Any] = [
    Device,
    Location,
    Lot,
    Part,
    PartMovement,
    RepairAction,
    StockTake,
    StockTakeLine,
    StrayScan,
    Transfer,
    TransferLine,
]


class Yard:
    """Three workshops with places, lots and parts, between which a few devices go about.

    What is done and to what is thrown with dice: any order is as likely as any other.
    """

    def __init__(self, dice: Random, done: Counter[str]) -> None:
        """Open two places and two lots in each workshop, and receive devices in one."""
        self.dice, self.done, self.trail, self.known = dice, done, list[str](), None
        self.shops = {shop.organisation.pk: shop for shop in (Workshop(), Workshop(), Workshop())}
        facts: Any = {"kind": "ram", "description": "8 GB", "condition": "new"}
        for shop in self.shops.values():
            here, _there = shop.site("Here"), shop.site("There")
            mine: Any = {"by": shop.manager, "at": NOW}
            for name, place in (("Pallet", here), ("Box", None)):
                self.open_lot(shop, name=name, location=place)
            operations.add_part(facts=facts, quantity=1, **mine)
        first = next(iter(self.shops.values()))
        for _device in range(3):
            first.receive(location=Location.objects.first())

    def walk(self, steps: int) -> None:
        """Take some steps; then see that what is on its way can still arrive."""
        for _step in range(steps):
            self.dice.choice(STEPS)(self)
        for line in TransferLine.objects.filter(outcome=TransferOutcome.PENDING):
            assert self.settle_line(line, "lost"), self.trail

    def attempt(self, verb: Any, by: Workshop, **given: Any) -> Any:
        """Try a verb: a refusal changes nothing, and whatever is done keeps what must hold."""
        before = self.known or self.rows()
        try:
            done = verb(by=by.manager, at=NOW, **given)
        except Refusal:
            self.known = self.rows()
            assert self.known == before, self.trail
            return None
        self.known = None
        self.trail.append(f"{verb.__name__} {given}")
        self.done[verb.__name__] += 1
        assert invariants.broken() == [], self.trail
        for taking in StockTake.objects.exclude(closed_at=None):
            missed = operations.still_missing(taking)
            sent = missed.filter(pk__in=Device.objects.on_their_way().values("pk"))
            assert not sent.exists(), self.trail
        return done

    def rows(self) -> Any:
        """Give all that may be written."""
        rows = [list(table.objects.order_by("pk").values()) for table in TABLES]
        return rows, Event.objects.count(), Outbox.objects.count()

    def device(self, *among: Device) -> tuple[Device, Workshop]:
        """Pick a device; give it with who answers for it."""
        device = self.dice.choice(among or list(Device.objects.order_by("pk")))
        return device, self.shops[device.custodian_id]

    def one_of(self, shop: Workshop, table: Any) -> Any:
        """Pick a place, a lot or a part of a workshop."""
        return self.dice.choice(
            list(table.objects.filter(organisation=shop.organisation).order_by("pk"))
        )

    def place(self) -> None:
        """Put a device at a place, into a lot, or both, or out of it."""
        device, shop = self.device()
        there: Any = {"location": self.one_of(shop, Location), "lot": self.one_of(shop, Lot)}
        for name in self.dice.choice([[], ["lot"], ["location"]]):
            del there[name]
        if self.dice.random() < 0.2:
            there = dict.fromkeys(there)
        self.attempt(operations.place_device, shop, code=device.code, **there)

    def carry(self) -> None:
        """Carry a lot, or all that lies at a place."""
        _device, shop = self.device()
        to = self.one_of(shop, Location)
        self.attempt(operations.move_lot, shop, lot=self.one_of(shop, Lot), to=to)
        if self.dice.random() < 0.3:
            self.attempt(operations.move_all, shop, location=self.one_of(shop, Location), to=to)

    def close(self) -> None:
        """Close a place or a lot."""
        _device, shop = self.device()
        self.attempt(operations.close_location, shop, location=self.one_of(shop, Location))
        if self.dice.random() < 0.3:
            self.attempt(operations.close_lot, shop, lot=self.one_of(shop, Lot))

    def open(self) -> None:
        """Open a place again, and another lot."""
        _device, shop = self.device()
        self.attempt(operations.reopen_location, shop, location=self.one_of(shop, Location))
        place = self.dice.choice([None, self.one_of(shop, Location)])
        self.open_lot(shop, name=f"Lot {Lot.objects.count()}", location=place)

    def open_lot(self, shop: Workshop, **given: Any) -> None:
        """Open a lot."""
        self.attempt(operations.open_lot, shop, organisation=shop.organisation, **given)

    def lose(self) -> None:
        """Miss a device."""
        device, shop = self.device()
        self.attempt(operations.report_device_missing, shop, code=device.code, reason="x")

    def find(self) -> None:
        """Find a device again, if one is missing."""
        device, shop = self.device(*Device.objects.filter(state=State.MISSING).order_by("pk"))
        self.attempt(operations.find_device, shop, code=device.code)

    def undo(self) -> None:
        """Take the last step of a device back."""
        device, shop = self.device()
        self.attempt(operations.undo_last_move, shop, code=device.code)

    def repair(self) -> None:
        """Bring a device to the bench, and repair it there with a part."""
        device, shop = self.device()
        given = {"code": device.code, "reason": "x"}
        self.attempt(operations.triage_device, shop, decision=Triage.REPAIR, **given)
        given = {"code": device.code, "what": "x"}
        part = self.one_of(shop, Part)
        self.attempt(operations.record_repair, shop, stock_part=part, **given)

    def take_repair_back(self) -> None:
        """Say that the last repair of a device was not so."""
        device, shop = self.device()
        if done := device.repairactions.standing().last():
            self.attempt(operations.undo_repair, shop, repair_id=done.pk, reason="x")

    def send(self) -> None:
        """Send a device to another workshop, or to oneself."""
        device, shop = self.device()
        receiver = self.dice.choice(list(self.shops.values())).organisation
        self.attempt(operations.send_transfer, shop, scanned=[device.code], receiver=receiver)

    def settle(self) -> None:
        """Settle a line of any transfer, mostly by its receiver."""
        lines = list(TransferLine.objects.select_related("transfer", "device").order_by("pk"))
        if lines:
            outcome = self.dice.choice(["received", "lost", "lost", "found"])
            self.settle_line(self.dice.choice(lines), outcome, self.dice.random() < 0.1)

    def settle_line(self, line: TransferLine, outcome: str, is_sender: bool = False) -> Any:
        """Settle a line of a transfer."""
        way = line.transfer
        return self.attempt(
            operations.receive_transfer_line,
            self.shops[way.sender_id if is_sender else way.receiver_id],
            transfer=way,
            code=line.device.code,
            outcome=outcome,
        )

    def begin_count(self) -> None:
        """Open a stock-take, mostly where a device lies."""
        device, shop = self.device()
        place = device.location or self.one_of(shop, Location)
        self.attempt(operations.open_stock_take, shop, location=place)

    def count(self) -> None:
        """Count a device somewhere."""
        device, _shop = self.device()
        if taking := self.a_count():
            shop = self.shops[taking.organisation_id]
            self.attempt(operations.count_or_note, shop, stock_take=taking, code=device.code)

    def end_count(self) -> None:
        """Close a stock-take and settle what differs."""
        if taking := self.a_count():
            given = {"by": self.shops[taking.organisation_id], "stock_take": taking}
            self.attempt(operations.close_stock_take, **given)
            taking.refresh_from_db()
            self.attempt(operations.report_what_is_missing, **given)
            self.attempt(operations.put_what_was_found, **given)

    def a_count(self) -> StockTake | None:
        """Pick one of the last stock-takes."""
        last = list(StockTake.objects.order_by("-pk")[:2])
        return self.dice.choice(last) if last else None


STEPS = [
    Yard.place,
    Yard.place,
    Yard.carry,
    Yard.close,
    Yard.open,
    Yard.lose,
    Yard.find,
    Yard.undo,
    Yard.undo,
    Yard.repair,
    Yard.take_repair_back,
    Yard.send,
    Yard.settle,
    Yard.settle,
    Yard.begin_count,
    Yard.count,
    Yard.end_count,
]
DONE = {
    "place_device",
    "move_lot",
    "move_all",
    "open_lot",
    "close_lot",
    "close_location",
    "reopen_location",
    "find_device",
    "undo_last_move",
    "report_device_missing",
    "record_repair",
    "undo_repair",
    "triage_device",
    "send_transfer",
    "receive_transfer_line",
    "open_stock_take",
    "count_or_note",
    "close_stock_take",
    "report_what_is_missing",
    "put_what_was_found",
}


@pytest.mark.timeout(3600 if IS_THOROUGH else 120)
@pytest.mark.django_db
def test_places_lots_counts_and_transfers_in_any_order_keep_what_must_hold() -> None:
    done: Counter[str] = Counter()
    for seed in seeds(6):
        with transaction.atomic():
            Yard(Random(seed), done).walk(60)  # noqa: S311  # the same walk each time
            transaction.set_rollback(True)
    assert DONE - done.keys() == set()

"""Stock-take: what should be at a place, what is. May pause; frozen when closed."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import codes, events
from backend.core.errors import Refusal
from backend.core.models import insert, update
from backend.core.transactions import operation
from backend.inventory.choices import StockTakeFinding
from backend.inventory.models import Device, Location, StockTake, StockTakeLine
from backend.inventory.operations.gathering import find_device
from backend.inventory.operations.lines import is_counted_here, line_of_count, lock_stock_take
from backend.inventory.operations.moving import UnknownCode
from backend.inventory.operations.placing import check_takes_more
from backend.inventory.operations.straying import note_stray


class StockTakeUnderWay(Refusal):
    """A stock-take of this place is open: go on with it."""

    code = "stock_take_under_way"
    title = _("A stock-take is under way here")


class StockTakeClosed(Refusal):
    """The stock-take is closed and stays as it is."""

    code = "stock_take_closed"
    title = _("This stock-take is closed")


class BeforeItsOpening(Refusal):
    """The moment given is before the stock-take was opened."""

    code = "before_its_opening"
    title = _("This stock-take was not open yet")


class Counted(NamedTuple):
    """What one scan of a stock-take says: a line, new or known before, or a stray code."""

    code: str
    line: StockTakeLine | None
    is_new: bool


@operation
def open_stock_take(
    *, location: Location, by: Membership, at: datetime, with_inside: bool = False
) -> StockTake:
    """Open a stock-take of one place, perhaps with those inside, with what should be there."""
    check_takes_more(location, organisation=by.organisation_id)
    try:
        with transaction.atomic():
            taking = StockTake.objects.create(
                organisation=by.organisation,
                location=location,
                with_inside=with_inside,
                opened_at=at,
            )
    except IntegrityError as error:
        raise StockTakeUnderWay(_("Go on with the one that is open.")) from error
    expected = Device.objects.expected_in(taking.places).values_list("pk", flat=True)
    lines = [
        StockTakeLine(stock_take=taking, device_id=pk, finding=StockTakeFinding.EXPECTED)
        for pk in expected
    ]
    StockTakeLine.objects.bulk_create(lines, batch_size=500)
    events.record(
        "stock_take.opened",
        subject=taking,
        by=by,
        at=at,
        location=location.pk,
        with_inside=with_inside,
        expected=len(lines),
    )
    return taking


@operation
def count_in_stock_take(
    *, stock_take: StockTake, code: str, by: Membership, at: datetime
) -> Counted:
    """Count one scanned device: found, or unexpected here. Scanning twice counts once.

    What was put here since the count began is found too; what was reported missing or put
    elsewhere since then is unexpected. Raises UnknownCode for a label that leads to no device
    of this workshop, and BeforeItsOpening.
    """
    stock_take = _locked(stock_take)
    if at < stock_take.opened_at:
        raise BeforeItsOpening(_("Count it again: the list was made after this scan."))
    read = codes.read(code)
    device = find_device(read, by=by)
    if device is None:
        raise UnknownCode(_("You have no device with this code. Put it aside and ask."))
    line = line_of_count(stock_take, device)
    if line is not None and line.finding != StockTakeFinding.EXPECTED:
        line.device = device
        return Counted(read, line, is_new=False)
    is_here = is_counted_here(stock_take, device)
    seen = {
        "finding": StockTakeFinding.FOUND if is_here else StockTakeFinding.UNEXPECTED,
        "device": device,
        "counted_at": at,
        "counted_by_label": by.actor_label,
    }
    if line is None:
        line = StockTakeLine(stock_take=stock_take, **seen)
        insert(line)
    else:
        _tick(line, **seen)
    return Counted(read, line, is_new=True)


def _tick(line: StockTakeLine, **seen: Any) -> None:
    for name, value in seen.items():
        setattr(line, name, value)
    update(line, "finding", "counted_at", "counted_by_label")


@operation
def count_or_note(*, stock_take: StockTake, code: str, by: Membership, at: datetime) -> Counted:
    """Count one scan; a code that leads to no device of this workshop is noted beside."""
    try:
        return count_in_stock_take(stock_take=stock_take, code=code, by=by, at=at)
    except UnknownCode:
        read = codes.read(code)
        note_stray(stock_take, code=read, by=by, at=at)
        return Counted(read, None, is_new=True)


@operation
def close_stock_take(*, stock_take: StockTake, by: Membership, at: datetime) -> StockTake:
    """Close a stock-take: what should still be here and was not seen is missing here.

    What was put elsewhere, sent or handed over since the count began has left, and is not
    missing. Devices themselves are not moved: that is for a person to say, afterwards.
    """
    stock_take = _locked(stock_take)
    unseen = stock_take.lines.filter(finding=StockTakeFinding.EXPECTED)
    still_here = Device.objects.expected_in(stock_take.places).filter(
        custodian=stock_take.organisation_id
    )
    unseen.filter(device__in=still_here).update(finding=StockTakeFinding.MISSING)
    unseen.update(finding=StockTakeFinding.LEFT)
    counted = stock_take.lines.order_by().values_list("finding").annotate(n=Count("pk"))
    said = {"location": stock_take.location_id, "stray": stock_take.strays.count()}
    stock_take.lines.update(is_final=True)
    stock_take.closed_at = at
    stock_take.save(update_fields=["closed_at"])
    events.record("stock_take.closed", subject=stock_take, by=by, at=at, **said, **dict(counted))
    return stock_take


def _locked(stock_take: StockTake) -> StockTake:
    stock_take = lock_stock_take(stock_take)
    if stock_take.closed_at is not None:
        raise StockTakeClosed(_("Open another one to count again."))
    return stock_take

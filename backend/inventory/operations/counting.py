"""Stock-take: what should be at a place, what is. May pause; frozen when closed."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import codes, events
from backend.core.errors import Refusal
from backend.core.transactions import operation
from backend.inventory.choices import StockTakeFinding
from backend.inventory.models import Device, Location, StockTake, StockTakeLine
from backend.inventory.operations.moving import UnknownCode


class StockTakeUnderWay(Refusal):
    """A stock-take of this place is open: go on with it."""

    code = "stock_take_under_way"
    title = _("A stock-take is under way here")


class StockTakeClosed(Refusal):
    """The stock-take is closed and stays as it is."""

    code = "stock_take_closed"
    title = _("This stock-take is closed")


@operation
def open_stock_take(*, location: Location, by: Membership, at: datetime) -> StockTake:
    """Open a stock-take of one place with what should be there."""
    try:
        with transaction.atomic():
            taking = StockTake.objects.create(
                organisation=by.organisation, location=location, opened_at=at
            )
    except IntegrityError as error:
        raise StockTakeUnderWay(_("Go on with the one that is open.")) from error
    expected = Device.objects.in_house().filter(location=location)
    StockTakeLine.objects.bulk_create(
        [
            StockTakeLine(stock_take=taking, device_id=pk, finding=StockTakeFinding.EXPECTED)
            for pk in expected.values_list("pk", flat=True)
        ],
        batch_size=500,
    )
    events.record(
        "stock_take.opened",
        subject=taking,
        by=by,
        at=at,
        location=location.pk,
        expected=taking.lines.count(),
    )
    return taking


@operation
def count_in_stock_take(
    *, stock_take: StockTake, code: str, by: Membership, at: datetime
) -> StockTakeLine:
    """Count one scanned device: found, or unexpected here. Scanning twice counts once."""
    stock_take = _locked(stock_take)
    device = Device.objects.seen_by(by).with_code(codes.read(code)).first()
    if device is None:
        raise UnknownCode(_("You have no device with this code. Put it aside and ask."))
    line = stock_take.lines.filter(device=device).first()
    if line is None:
        return StockTakeLine.objects.create(
            stock_take=stock_take, device=device, finding=StockTakeFinding.UNEXPECTED
        )
    if line.finding == StockTakeFinding.EXPECTED:
        line.finding = StockTakeFinding.FOUND
        line.save(update_fields=["finding"])
    return line


@operation
def close_stock_take(*, stock_take: StockTake, by: Membership, at: datetime) -> StockTake:
    """Close a stock-take: what was expected and not seen is missing here.

    Devices themselves are not moved: whether a device is missing is for a person to say.
    """
    stock_take = _locked(stock_take)
    unseen = stock_take.lines.filter(finding=StockTakeFinding.EXPECTED)
    unseen.update(finding=StockTakeFinding.MISSING)
    stock_take.closed_at = at
    stock_take.save(update_fields=["closed_at"])
    counted = stock_take.lines.values_list("finding").annotate(n=Count("pk"))
    events.record(
        "stock_take.closed",
        subject=stock_take,
        by=by,
        at=at,
        location=stock_take.location_id,
        **dict(counted),
    )
    return stock_take


def _locked(stock_take: StockTake) -> StockTake:
    stock_take = StockTake.objects.select_for_update().get(pk=stock_take.pk)
    if stock_take.closed_at is not None:
        raise StockTakeClosed(_("Open another one to count again."))
    return stock_take

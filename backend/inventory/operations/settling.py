"""After a stock-take: what is missing is reported, what is too much is put in its place."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import codes
from backend.core.errors import Refusal
from backend.core.transactions import operation
from backend.inventory.choices import IN_HOUSE, State, StockTakeFinding
from backend.inventory.models import Device, DeviceQuerySet, StockTake
from backend.inventory.operations.ending import find_device, report_device_missing
from backend.inventory.operations.placing import place_device


class NothingToSettle(Refusal):
    """The stock-take is not closed, or nothing in it waits for this any more."""

    code = "nothing_to_settle"
    title = _("Nothing is left to settle here")


def still_missing(stock_take: StockTake) -> DeviceQuerySet:
    """Give the devices that were not seen and are still said to lie there, not on their way."""
    return (
        _found(stock_take, StockTakeFinding.MISSING)
        .expected_in(stock_take.places)
        .filter(custodian=stock_take.organisation_id)
    )


def still_astray(stock_take: StockTake) -> DeviceQuerySet:
    """Give the devices that were seen here and are said to be elsewhere, or to be missing."""
    here = Device.objects.lying_in(stock_take.places)
    return (
        _found(stock_take, StockTakeFinding.UNEXPECTED)
        .filter(state__in=[*IN_HOUSE, State.MISSING], custodian=stock_take.organisation_id)
        .exclude(pk__in=here)
    )


def _found(stock_take: StockTake, finding: StockTakeFinding) -> DeviceQuerySet:
    lines = stock_take.lines.filter(finding=finding, is_final=True)
    return Device.objects.filter(pk__in=lines.values("device"))


@operation
def report_what_is_missing(
    *, stock_take: StockTake, by: Membership, at: datetime, code: str = ""
) -> list[Device]:
    """Report missing what a closed stock-take did not see: one device, or all that are left."""

    def report(device: Device) -> Device:
        reason = f"stock-take {stock_take.pk}"
        return report_device_missing(code=device.code, reason=reason, by=by, at=at)

    return _each(still_missing(stock_take), code, report)


@operation
def put_what_was_found(
    *, stock_take: StockTake, by: Membership, at: datetime, code: str = ""
) -> list[Device]:
    """Put at the counted place what was seen there and stood elsewhere: one device, or all.

    What was reported missing is found again by it.
    """

    def put(device: Device) -> Device:
        if device.state == State.MISSING:
            find_device(code=device.code, by=by, at=at)
        return place_device(code=device.code, location=stock_take.location, by=by, at=at)

    return _each(still_astray(stock_take), code, put)


def _each(found: DeviceQuerySet, code: str, act: Callable[[Device], Any]) -> list[Device]:
    if code:
        found = found.filter(pk__in=Device.objects.with_code(codes.read(code)))
    devices = list(found.order_by("pk"))
    if not devices:
        raise NothingToSettle(_("This was settled already. Reload the page."))
    return [act(device) for device in devices]

"""Erasing one machine after another, by scanning it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core.errors import Refusal
from backend.core.transactions import operation
from backend.inventory.choices import ErasureResult
from backend.inventory.models import Device
from backend.inventory.operations.erasing import ErasureFacts, record_erasure
from backend.inventory.operations.gathering import has_failed, pending_units_of
from backend.inventory.operations.moving import locked_device


class NotOneUnit(Refusal):
    """The device has no storage unit to erase, or more than one."""

    code = "not_one_unit"
    title = _("Open this device")


class FailedBefore(Refusal):
    """The last attempt on this drive failed: a word for a whole batch does not outweigh it."""

    code = "failed_before"
    title = _("Its last erasure failed")


@operation
def erase_device(*, code: str, facts: ErasureFacts, by: Membership, at: datetime) -> Device:
    """Record that the only storage unit of a device that still held data is erased.

    Who scans declares that it ended without an error. Raises NotOneUnit where the scan cannot
    say which drive it is, FailedBefore where a failed attempt is the last word on it, and what
    `record_erasure` refuses.
    """
    device = locked_device(code=code, by=by, at=at)
    units = pending_units_of(device)
    if len(units) != 1:
        raise NotOneUnit(
            _("This device has several drives: open it and record each one.")
            if units
            else _("No data is left on this device: nothing to erase.")
        )
    if has_failed(units[0]):
        raise FailedBefore(
            _(
                "Open this device: hand in the report of a new erasure, "
                "or have the drive destroyed."
            )
        )
    done: ErasureFacts = {**facts, "result": ErasureResult.ERASED, "errors": 0}
    return record_erasure(unit_id=units[0].pk, facts=done, by=by, at=at).unit.device

"""An erasure that was recorded by mistake: its evidence stays, its data counts as there again."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.accounts.roles import can
from backend.core import events
from backend.core.errors import InvalidInput, NotAllowed, Refusal
from backend.core.transactions import operation
from backend.inventory.choices import DATA_MUST_BE_GONE, DataOutcome
from backend.inventory.models import Part, StorageUnit
from backend.inventory.operations.erasing import locked_unit
from backend.inventory.operations.moving import change, facts_of


class NothingToWithdraw(Refusal):
    """No erasure of this unit counts, or its drive or its device has gone on."""

    code = "nothing_to_withdraw"
    title = _("This erasure cannot be withdrawn")


@operation
def withdraw_erasure(*, unit_id: int, reason: str, by: Membership, at: datetime) -> StorageUnit:
    """Count the data of an erased unit as there again: the wrong machine was scanned, say.

    The attempt and its certificates stay as they were written; the page that checks certificates
    tells of the withdrawal. Only who has that capability may. Refuses a unit that is not erased,
    a device past the gate (it is sent back from the check first), a drive that is a part by now.
    """
    if not can(by, "erasure.withdraw"):
        raise NotAllowed(_("Ask the workshop's manager to withdraw this erasure."))
    if not reason.strip():
        raise InvalidInput(
            _("Say why this erasure does not count."), fields={"reason": [_("required")]}
        )
    unit, device = locked_unit(unit_id, by=by, at=at)
    if unit.outcome != DataOutcome.ERASED:
        raise NothingToWithdraw(_("This storage unit is not recorded as erased."))
    if device.state in DATA_MUST_BE_GONE:
        raise NothingToWithdraw(
            _("This device is declared ready or gone: send it back from the check first."),
            state=device.state,
        )
    if Part.objects.filter(unit=unit).exists():
        raise NothingToWithdraw(
            _("This drive is a part in stock by now: take it out there first.")
        )
    unit.outcome, unit.outcome_at = DataOutcome.PENDING, at
    unit.outcome_by_label, unit.outcome_reason = "", reason.strip()[:240]
    unit.save(update_fields=["outcome", "outcome_at", "outcome_by_label", "outcome_reason"])
    change(device, at=at, pending_units=device.pending_units + 1)
    events.record(
        "storage_unit.erasure_withdrawn",
        subject=device,
        by=by,
        at=at,
        **facts_of(device),
        unit=unit.pk,
    )
    return unit

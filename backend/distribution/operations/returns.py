"""A device comes back from the person who had it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import codes, events
from backend.core.errors import InvalidInput
from backend.core.transactions import operation
from backend.distribution.choices import AllocationOutcome, ReturnReason
from backend.distribution.models import Allocation, Return
from backend.distribution.operations.locking import facts_of_promise
from backend.inventory.operations import (
    apply_move,
    check_move,
    locked_device,
    not_before_last_event,
    reopen_storage,
)


@operation
def take_back_device(*, code: str, reason: str, by: Membership, at: datetime) -> Return:
    """Take a handed-over device back: its data has to be erased all over again.

    `reason` is a code of ReturnReason. The request stays served: whoever still needs a device
    asks again. Raises UnknownCode, and ForbiddenMove for a device that nobody has.
    """
    if reason not in set(ReturnReason):
        raise InvalidInput(
            _("Choose why it comes back."), fields={"reason": [_("choose from the list")]}
        )
    allocation = _held(code, by=by)
    if allocation is None:
        check_move(locked_device(code=code, by=by, at=at), "take_back")
        raise InvalidInput(_("Nobody has this device. Look at its page."))
    device = allocation.device
    not_before_last_event(device, at=at)
    said = apply_move(
        device,
        "take_back",
        at=at,
        promised_to_id=None,
        pending_units=reopen_storage(device, at=at),
    )
    allocation.outcome = AllocationOutcome.RETURNED
    allocation.closed_at = at
    allocation.save(update_fields=["outcome", "closed_at"])
    returned = Return.objects.create(hand_over=allocation.hand_over, reason=reason, returned_at=at)
    events.record(
        "device.returned",
        subject=device,
        by=by,
        at=at,
        **said,
        **facts_of_promise(allocation),
        hand_over=allocation.hand_over.pk,
        mass_g=device.mass_g,
        reason=reason,
    )
    return returned


def _held(code: str, *, by: Membership) -> Allocation | None:
    return (
        Allocation.objects.seen_by(by)
        .filter(device__labels__code=codes.read(code), outcome=AllocationOutcome.HANDED_OVER)
        .select_for_update(of=("line__request", "self", "device"))
        .select_related("line__request", "device__custodian", "hand_over")
        .first()
    )

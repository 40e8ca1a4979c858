"""Custody passes from one workshop to another, device by device."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.core import codes, events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.operations import next_reference
from backend.core.transactions import operation
from backend.inventory.choices import IN_HOUSE, TransferOutcome, TransferState
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Device, Transfer, TransferLine
from backend.inventory.operations.moving import change, facts_of, locked_device
from backend.inventory.operations.pledging import NotAWorkshop

MOST_DEVICES = 500
_MAY_FOLLOW = {
    TransferOutcome.PENDING: {TransferOutcome.RECEIVED, TransferOutcome.LOST},
    TransferOutcome.LOST: {TransferOutcome.FOUND},
}


class AlreadyOnItsWay(Refusal):
    """The device is part of another transfer that has not arrived."""

    code = "already_on_its_way"
    title = _("This device is already on its way")


class LineSettled(Refusal):
    """The line of this transfer was settled before."""

    code = "line_settled"
    title = _("This line is settled")


@operation
def send_transfer(
    *, scanned: Sequence[str], receiver: Organisation, by: Membership, at: datetime
) -> Transfer:
    """Send devices to another workshop. The sender answers for them until each arrives."""
    if receiver.kind != OrganisationKind.WORKSHOP or receiver.pk == by.organisation_id:
        raise NotAWorkshop(_("Choose another workshop than your own."))
    if not 1 <= len(scanned) <= MOST_DEVICES:
        raise InvalidInput(
            _("Scan between 1 and 500 devices."), fields={"scanned": [_("out of range")]}
        )
    year = timezone.localtime(at).year
    transfer = Transfer.objects.create(
        reference=next_reference(series="T", year=year),
        sender=by.organisation,
        receiver=receiver,
        sent_at=at,
    )
    for code in dict.fromkeys(map(codes.read, scanned)):
        _send_one(transfer, locked_device(code=code, by=by, at=at))
    events.record(
        "transfer.sent",
        subject=transfer,
        by=by,
        at=at,
        reference=transfer.reference,
        receiver=receiver.pk,
        devices=transfer.lines.count(),
    )
    return transfer


def _send_one(transfer: Transfer, device: Device) -> None:
    if device.state not in IN_HOUSE:
        raise ForbiddenMove(
            _("Device %(code)s is not in the house: take it off the list.")
            % {"code": codes.spell(device.code)},
            state=device.state,
            move="transfer",
        )
    try:
        with transaction.atomic():
            TransferLine.objects.create(transfer=transfer, device=device)
    except IntegrityError as error:
        raise AlreadyOnItsWay(
            _("Device %(code)s is on its way already: take it off the list.")
            % {"code": codes.spell(device.code)},
            device=device.code,
        ) from error


@operation
def receive_transfer_line(
    *, transfer: Transfer, code: str, outcome: str, by: Membership, at: datetime
) -> TransferLine:
    """Settle one device of a transfer: received, lost, or found later.

    Custody passes with `received` and `found`, from the sender only; the device's place in the
    old workshop is cleared. The transfer is received when no line is on its way any more.
    """
    transfer = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if transfer.receiver_id != by.organisation_id:
        raise NotFound(_("This transfer is not for your workshop."))
    line = transfer.lines.filter(device__labels__code=codes.read(code)).first()
    if line is None:
        raise NotFound(_("This device is not on the transfer's list. Check its label."))
    outcome = TransferOutcome(outcome)
    if outcome not in _MAY_FOLLOW.get(TransferOutcome(line.outcome), set()):
        raise LineSettled(
            _("This device is “%(outcome)s” already.")
            % {"outcome": TransferOutcome(line.outcome).label},
            outcome=line.outcome,
        )
    device = locked_device(device_id=line.device_id, by=None, at=at)
    if device.custodian_id != transfer.sender_id:
        raise LineSettled(
            _("Another workshop answers for this device by now. Ask it to send the device."),
            outcome=line.outcome,
        )
    line.outcome = outcome
    line.save(update_fields=["outcome"])
    if outcome == TransferOutcome.LOST:
        change(device, at=at)
    else:
        change(device, at=at, custodian=by.organisation, location=None, lot=None)
    if not transfer.lines.filter(outcome=TransferOutcome.PENDING).exists():
        transfer.state = TransferState.RECEIVED
        transfer.received_at = at
        transfer.save(update_fields=["state", "received_at"])
    events.record(
        f"device.transfer_{outcome}",
        subject=device,
        by=by,
        at=at,
        **facts_of(device),
        transfer=transfer.reference,
    )
    return line

"""Custody passes from one workshop to another, device by device."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.core import codes, events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.models import update
from backend.core.operations import next_reference
from backend.core.transactions import operation
from backend.inventory.choices import IN_HOUSE, State, TransferOutcome, TransferState
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Device, Lot, Transfer, TransferLine
from backend.inventory.operations.lines import (
    device_on_a_line,
    is_any_on_its_way,
    is_on_its_way,
    line_of_transfer,
    lock_transfer,
)
from backend.inventory.operations.moving import (
    apply_move,
    change,
    facts_of,
    lock_in_order,
    locked_device,
    not_before_last_event,
)
from backend.inventory.operations.pledging import NotAWorkshop
from backend.inventory.operations.straying import note_stray

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


class NotOnTheList(NotFound):
    """The label leads to no device of this transfer."""

    code = "not_on_the_list"
    title = _("Not on the list")


class Arrived(NamedTuple):
    """What one scan on arrival says: a line of the list, or a stray code."""

    code: str
    line: TransferLine | None


@operation
def send_transfer(
    *,
    receiver: Organisation,
    by: Membership,
    at: datetime,
    scanned: Sequence[str] = (),
    lot: Lot | None = None,
) -> Transfer:
    """Send devices, scanned or all of a lot. The sender answers for them until each arrives."""
    if receiver.kind != OrganisationKind.WORKSHOP or receiver.pk == by.organisation_id:
        raise NotAWorkshop(_("Choose another workshop than your own."))
    if not receiver.is_active:
        raise NotAWorkshop(_("This workshop has stopped. Choose one that still works."))
    listed = list(dict.fromkeys([*map(codes.read, scanned), *_codes_in(lot, by=by)]))
    if not 1 <= len(listed) <= MOST_DEVICES:
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
    lock_in_order(scanned=listed, by=by)
    sent = {device.pk for device in (_send_one(transfer, code, by=by, at=at) for code in listed)}
    events.record(
        "transfer.sent",
        subject=transfer,
        by=by,
        at=at,
        reference=transfer.reference,
        receiver=receiver.pk,
        devices=len(sent),
    )
    return transfer


def _codes_in(lot: Lot | None, *, by: Membership) -> list[str]:
    if lot is None:
        return []
    found = Device.objects.seen_by(by).in_house().filter(lot=lot)
    return list(found.order_by("pk").values_list("code", flat=True))


def _send_one(transfer: Transfer, code: str, *, by: Membership, at: datetime) -> Device:
    device = locked_device(code=code, by=by, at=at)
    if device.state not in IN_HOUSE:
        raise ForbiddenMove(
            _("Device %(code)s is not in the house: take it off the list.")
            % {"code": codes.spell(device.code)},
            state=device.state,
            move="transfer",
        )
    if transfer.lines.filter(device=device).exists():  # a second label of one on the list
        return device
    try:
        with transaction.atomic():
            TransferLine.objects.create(transfer=transfer, device=device)
    except IntegrityError as error:
        raise AlreadyOnItsWay(
            _("Device %(code)s is on its way already: take it off the list.")
            % {"code": codes.spell(device.code)},
            device=device.code,
        ) from error
    change(device, at=at)
    said = facts_of(device) | {"transfer": transfer.reference, "receiver": transfer.receiver_id}
    events.record("device.transfer_sent", subject=device, by=by, at=at, **said)
    return device


@operation
def receive_transfer_line(
    *, transfer: Transfer, code: str, outcome: str, by: Membership, at: datetime
) -> TransferLine:
    """Settle one device of a transfer: received, lost, or found later.

    Custody passes with `received` and `found`, from the sender only; the device's place in the
    old workshop is cleared, a promise made for it stays. What is lost is missing, so that it is
    promised to nobody, and is found again in the state it was in; once the sender has found or
    sent it again, no more. What was lost and is received is found. The transfer is received
    when no line is on its way any more. Raises NotOnTheList, LineSettled, ForbiddenMove.
    """
    transfer = lock_transfer(transfer)
    if transfer.receiver_id != by.organisation_id:
        raise NotFound(_("This transfer is not for your workshop."))
    line = line_of_transfer(transfer, codes.read(code))
    if line is None:
        raise NotOnTheList(_("This device is not on the transfer's list. Check its label."))
    outcome = _what_became_of(line, TransferOutcome(outcome))
    device = _on_line(line, at=at)
    _check_is_the_senders(device, line, outcome)
    said = _lose(device, at=at) if outcome == TransferOutcome.LOST else _keep(device, by=by, at=at)
    line.device, line.outcome = device, outcome
    line.settled_at, line.settled_by_label = at, by.actor_label
    update(line, "outcome", "settled_at", "settled_by_label")
    _finish(transfer, at=at)
    events.record(
        f"device.transfer_{outcome}",
        subject=device,
        by=by,
        at=at,
        **said,
        transfer=transfer.reference,
    )
    return line


def _what_became_of(line: TransferLine, said: TransferOutcome) -> TransferOutcome:
    before = TransferOutcome(line.outcome)
    if (before, said) == (TransferOutcome.LOST, TransferOutcome.RECEIVED):
        said = TransferOutcome.FOUND
    if said not in _MAY_FOLLOW.get(before, set()):
        raise LineSettled(
            _("This device is “%(outcome)s” already.") % {"outcome": before.label},
            outcome=before,
        )
    return said


def _check_is_the_senders(device: Device, line: TransferLine, outcome: TransferOutcome) -> None:
    if device.custodian_id != line.transfer.sender_id:
        raise LineSettled(
            _("Another workshop answers for this device by now. Ask it to send the device."),
            outcome=line.outcome,
        )
    if outcome != TransferOutcome.FOUND:
        return
    if device.state in IN_HOUSE or is_on_its_way(device, line.transfer):
        raise LineSettled(
            _("The workshop that sent this device had it again. Ask it to send it once more."),
            outcome=line.outcome,
        )


def _on_line(line: TransferLine, *, at: datetime) -> Device:
    device = device_on_a_line(line)
    if device is None:
        return locked_device(device_id=line.device_id, by=None, at=at)
    not_before_last_event(device, at=at)
    return device


def _lose(device: Device, *, at: datetime) -> dict[str, Any]:
    if device.state not in IN_HOUSE:  # reported missing, handed over or recycled on the way
        return change(device, at=at)
    return apply_move(device, "report_missing", at=at, state_before_missing=device.state)


def _keep(device: Device, *, by: Membership, at: datetime) -> dict[str, Any]:
    here = {"custodian": by.organisation, "location": None, "lot": None}
    if device.state == State.MISSING:
        target = State(device.state_before_missing)
        return apply_move(device, "find", at=at, target=target, state_before_missing="", **here)
    if device.state not in IN_HOUSE:
        raise ForbiddenMove(
            _("This device is “%(state)s” since it was sent: ask the workshop that sent it.")
            % {"state": State(device.state).label},
            state=device.state,
            move="receive_transfer",
        )
    return change(device, at=at, **here)


def _finish(transfer: Transfer, *, at: datetime) -> None:
    if transfer.state == TransferState.RECEIVED:
        return
    if not is_any_on_its_way(transfer):
        transfer.state = TransferState.RECEIVED
        transfer.received_at = at
        update(transfer, "state", "received_at")


@operation
def settle_or_note(
    *, transfer: Transfer, code: str, outcome: str, by: Membership, at: datetime
) -> Arrived:
    """Settle one scan on arrival; what is on no list of this transfer is noted beside."""
    read = codes.read(code)
    try:
        line = receive_transfer_line(transfer=transfer, code=code, outcome=outcome, by=by, at=at)
    except NotOnTheList:
        if outcome == TransferOutcome.LOST:
            raise
        note_stray(transfer, code=read, by=by, at=at)
        return Arrived(read, None)
    return Arrived(read, line)

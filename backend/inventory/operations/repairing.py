"""Repairs: what was done, with which part, in how many minutes; taken back when wrong."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import Role
from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, NotFound
from backend.core.models import insert
from backend.core.rules import in_words_of
from backend.core.transactions import operation
from backend.inventory.choices import DataOutcome, PartCondition, State
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import (
    Device,
    DeviceQuerySet,
    HourlyRate,
    Part,
    RepairAction,
    StorageUnit,
)
from backend.inventory.operations.gathering import versions_of
from backend.inventory.operations.looking_up import moment
from backend.inventory.operations.moving import DataNotGone, change, facts_of, locked_device
from backend.inventory.operations.stocking import UnknownPart, give_part_back, use_part
from backend.inventory.operations.undoing import CannotUndo

_NOT_TYPED = ["device", "by", "stock_part", "undone_at"]


class UnknownRepair(NotFound):
    """No repair that this person may see has this number."""

    code = "unknown_repair"
    title = _("Unknown repair")


def with_rate(_by: Any) -> DeviceQuerySet:
    """Let each device know what an hour costs in its workshop now, and since when."""
    latest = HourlyRate.objects.filter(organisation=OuterRef("custodian")).order_by("-pk")[:1]
    return Device.objects.annotate(
        rate_cents=Subquery(latest.values("cents")),
        rate_since=Subquery(latest.values("published_at")),
    )


def _rate_of(device: Any, *, at: datetime) -> int:
    """Give what an hour cost when it was worked: 0 where nobody had said yet."""
    if device.rate_since is None or moment(device.rate_since) <= at:
        return device.rate_cents or 0
    rates = versions_of(HourlyRate, device.custodian_id)
    return next((rate.cents for rate in rates if rate.published_at <= at), 0)


@operation
def record_repair(
    *,
    code: str,
    what: str,
    by: Membership,
    at: datetime,
    part: str = "",
    part_condition: str = PartCondition.NONE,
    minutes: int = 0,
    cost_cents: int = 0,
    stock_part: Part | None = None,
) -> RepairAction:
    """Write down one repair. A part is new or reused; cost in euro cents, time in minutes.

    A part from the stock brings its own name, condition and price, and leaves the shelf with
    this. Raises OutOfStock when a colleague took the last one.
    """
    device = locked_device(code=code, by=by, at=at, among=with_rate, reads=())
    if device.state != State.IN_WORKSHOP:
        raise ForbiddenMove(
            _("Only a device in the workshop is repaired. Send it through triage first."),
            state=device.state,
            move="repair",
        )
    if stock_part is not None:
        _check_is_ours(stock_part, device)
        part, part_condition = stock_part.description, stock_part.condition
        cost_cents = stock_part.price_cents
    action = RepairAction(
        device=device,
        by_id=by.user_id,
        at=at,
        what=what,
        part=part,
        part_condition=part_condition,
        minutes=minutes,
        cost_cents=cost_cents,
        rate_cents=_rate_of(device, at=at),
        stock_part=stock_part,
    )
    action.clean_fields(exclude=_NOT_TYPED)
    with in_words_of(RepairAction):
        insert(action)
    use_part(action, by=by, at=at)
    _fit_drive(action, by=by, at=at)
    change(device, at=at)
    events.record(
        "device.repaired",
        subject=device,
        by=by,
        at=at,
        **facts_of(device),
        part_condition=part_condition,
        minutes=minutes,
        cost_cents=cost_cents,
        repair=action.pk,
        part=stock_part.pk if stock_part else None,
    )
    return action


def _check_is_ours(part: Part, device: Device) -> None:
    if part.organisation_id != device.custodian_id:
        raise UnknownPart(_("Your workshop has no such part. Look it up in the list."))


def _fit_drive(action: RepairAction, *, by: Membership, at: datetime) -> None:
    """Give the device the drive that was put in: empty, its proof with the one it came from."""
    taken = action.stock_part.unit_id if action.stock_part else None
    if taken is None:
        return
    old = StorageUnit.objects.get(pk=taken)
    StorageUnit.objects.create(
        device=action.device,
        came_from=old,
        medium=old.medium,
        maker=old.maker,
        model=old.model,
        serial=old.serial,
        size_gb=old.size_gb,
        outcome=DataOutcome.ERASED,
        outcome_at=at,
        outcome_by_label=by.actor_label,
        outcome_reason=str(_("Reused drive: erased before it was taken out of its device.")),
    )


@operation
def undo_repair(*, repair_id: int, reason: str, by: Membership, at: datetime) -> RepairAction:
    """Take back a repair that was not so: it counts for nothing, its part is in stock again.

    By who did it or a manager, while the device is at the bench. To correct one, take it back
    and write down the right one.
    """
    device_ids = RepairAction.objects.seen_by(by).filter(pk=repair_id).values_list("device_id")
    found = device_ids.first()
    if found is None:
        raise UnknownRepair(_("You have no such repair. Reload the device."))
    device = locked_device(device_id=found[0], by=by, at=at)
    action = RepairAction.objects.select_related("stock_part").get(pk=repair_id)
    _check_may_undo(action, device, reason, by=by)
    action.device = device
    _take_drive_out(action, reason, by=by, at=at)
    action.undone_at, action.undone_reason = at, reason
    action.clean_fields(exclude=_NOT_TYPED)
    action.save(update_fields=["undone_at", "undone_reason"])
    give_part_back(action, by=by, at=at)
    change(device, at=at)
    events.record(
        "device.repair_undone",
        subject=device,
        by=by,
        at=at,
        **facts_of(device),
        repair=action.pk,
        part=action.stock_part_id,
    )
    return action


def _check_may_undo(action: RepairAction, device: Device, reason: str, *, by: Membership) -> None:
    if not reason.strip():
        raise InvalidInput(
            _("Say in a few words why this repair does not count."),
            fields={"reason": [_("required")]},
        )
    if action.undone_at is not None:
        raise CannotUndo(_("This repair is taken back already."))
    if device.state != State.IN_WORKSHOP:
        raise ForbiddenMove(
            _("Send the device back from the check first, then correct its repairs."),
            state=device.state,
            move="undo_repair",
        )
    part = action.stock_part
    if part is not None and part.organisation_id != device.custodian_id:
        raise CannotUndo(_("Its part came out of another workshop's stock: this repair stays."))
    if action.by_id != by.user_id and by.role != Role.WORKSHOP_MANAGER:
        raise CannotUndo(_("A colleague did this. Ask this person or a manager to undo it."))


def _take_drive_out(action: RepairAction, reason: str, *, by: Membership, at: datetime) -> None:
    taken = action.stock_part.unit_id if action.stock_part else None
    if taken is None:
        return
    fitted = StorageUnit.objects.filter(device_id=action.device_id, came_from=taken).last()
    if fitted is None or fitted.outcome != DataOutcome.ERASED:
        raise DataNotGone(
            _("Somebody used this drive since: erase it before it goes back into stock.")
        )
    fitted.outcome, fitted.outcome_at = DataOutcome.ABSENT, at
    fitted.outcome_by_label, fitted.outcome_reason = by.actor_label, reason[:240]
    fitted.save(update_fields=["outcome", "outcome_at", "outcome_by_label", "outcome_reason"])

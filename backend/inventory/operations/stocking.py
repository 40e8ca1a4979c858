"""Parts come into stock, are taken out of devices, are counted; every change is a movement."""

from datetime import datetime
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.models import insert, update
from backend.core.rules import in_words_of
from backend.core.transactions import operation
from backend.inventory.choices import (
    DRIVES,
    DataOutcome,
    MovementKind,
    PartCondition,
    State,
)
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Device, Part, PartMovement, RepairAction, StorageUnit
from backend.inventory.operations.gathering import lock_part
from backend.inventory.operations.moving import DataNotGone, change, facts_of, locked_device

MOST_AT_ONCE = 1000


class PartFacts(TypedDict, total=False):
    """What is known of a part; the columns of Part. Price of one in euro cents."""

    kind: str
    description: str
    compatible_with: str
    condition: str
    price_cents: int


class OutOfStock(Refusal):
    """Nothing is left of this part: a colleague took the last one, or it was miscounted."""

    code = "out_of_stock"
    title = _("There is none left of this part")


class UnknownPart(NotFound):
    """The workshop has no part of this number."""

    code = "unknown_part"
    title = _("Unknown part")


@operation
def add_part(*, facts: PartFacts, quantity: int, by: Membership, at: datetime) -> Part:
    """Put a new sort of part into stock: bought, or given without a device.

    A used drive comes in from its device only, erased: here it is refused.
    """
    part = _new_part(facts, quantity, by=by)
    _move(part, MovementKind.BOUGHT, quantity, by=by, at=at)
    events.record("part.added", subject=part, by=by, at=at, kind=part.kind, quantity=quantity)
    return part


@operation
def restock_part(
    *, part_id: int, quantity: int, by: Membership, at: datetime, note: str = ""
) -> Part:
    """Put more of a part into stock. What came out of a device comes in from there only."""
    part = _locked_part(part_id, by=by)
    _check_quantity(quantity)
    if part.source_id is not None:
        raise InvalidInput(
            _("This part came out of a device. Add what you bought as another part."),
            fields={"quantity": [_("not here")]},
        )
    _change_stock(part, MovementKind.BOUGHT, quantity, by=by, at=at, note=note)
    events.record("part.restocked", subject=part, by=by, at=at, quantity=quantity)
    return part


@operation
def count_part(*, part_id: int, counted: int, reason: str, by: Membership, at: datetime) -> Part:
    """Write down how many there are on the shelf, and why that differs."""
    part = _locked_part(part_id, by=by)
    if not 0 <= counted <= MOST_AT_ONCE:
        raise InvalidInput(
            _("Count between 0 and 1,000 parts."), fields={"counted": [_("out of range")]}
        )
    if not reason.strip():
        raise InvalidInput(
            _("Say in a few words why the count differs."), fields={"reason": [_("required")]}
        )
    if counted == part.quantity:
        raise InvalidInput(
            _("That is what the stock says already: nothing to correct."),
            fields={"counted": [_("the same")]},
        )
    if part.unit_id is not None and counted and part.repairs.filter(undone_at=None).exists():
        raise InvalidInput(
            _("This drive is in a device. Take that repair back, and it is in stock again."),
            fields={"counted": [_("not here")]},
        )
    was = part.quantity
    _change_stock(part, MovementKind.COUNTED, counted - was, by=by, at=at, note=reason)
    events.record("part.counted", subject=part, by=by, at=at, was=was, counted=counted)
    return part


@operation
def take_out_part(
    *,
    code: str,
    facts: PartFacts,
    by: Membership,
    at: datetime,
    quantity: int = 1,
    unit_id: int | None = None,
) -> Part:
    """Take a part out of a device that gives its parts, and put it into stock, reused.

    A drive names its storage unit, whose data has to be erased: DataNotGone otherwise. The unit
    stays with the device, and with it the proof that the donor asks for.
    """
    device = locked_device(code=code, by=by, at=at)
    if device.state != State.FOR_PARTS:
        raise ForbiddenMove(
            _("Only a device that is there for parts gives some. Sort it there first."),
            state=device.state,
            move="take_out_part",
        )
    unit = _unit_to_take(device, facts, quantity, unit_id)
    told = facts | {"condition": PartCondition.REUSED}
    part = _new_part(told, quantity, by=by, source=device, unit=unit)
    _move(part, MovementKind.TAKEN_OUT, quantity, by=by, at=at)
    change(device, at=at)
    events.record(
        "part.taken_out",
        subject=device,
        by=by,
        at=at,
        **facts_of(device),
        part=part.pk,
        part_kind=part.kind,
        quantity=quantity,
        unit=unit_id,
    )
    return part


def _unit_to_take(
    device: Device, facts: PartFacts, quantity: int, unit_id: int | None
) -> StorageUnit | None:
    if facts.get("kind") not in DRIVES:
        if unit_id is not None:
            raise InvalidInput(
                _("Only a drive has a storage unit."), fields={"kind": [_("not a drive")]}
            )
        return None
    unit = device.storage_units.filter(pk=unit_id or 0).first()
    if unit is None or quantity != 1:
        raise InvalidInput(
            _("Say which drive of this device it is, one at a time."),
            fields={"unit_id": [_("choose one")]},
        )
    if Part.objects.filter(unit=unit).exists():
        raise InvalidInput(
            _("This drive is in stock already."), fields={"unit_id": [_("taken out already")]}
        )
    if unit.outcome != DataOutcome.ERASED:
        raise DataNotGone(
            _("Only an erased drive becomes a part. Erase it and record the evidence first."),
            outcome=unit.outcome,
        )
    return unit


def use_part(repair: RepairAction, *, by: Membership, at: datetime) -> None:
    """Take the part of a repair off the shelf; of two who want the last one, one gets it."""
    if repair.stock_part_id is not None:
        repair.stock_part = part = lock_part(repair.stock_part_id)
        _change_stock(part, MovementKind.USED, -1, by=by, at=at, repair=repair)


def give_part_back(repair: RepairAction, *, by: Membership, at: datetime) -> None:
    """Put the part of an undone repair back on the shelf."""
    if repair.stock_part_id is not None:
        part = lock_part(repair.stock_part_id)
        _change_stock(part, MovementKind.GIVEN_BACK, 1, by=by, at=at, repair=repair)


def _change_stock(
    part: Part,
    kind: MovementKind,
    difference: int,
    *,
    by: Membership,
    at: datetime,
    repair: RepairAction | None = None,
    note: str = "",
) -> None:
    # The row is locked: whoever comes second sees what is left.
    if part.quantity + difference < 0:
        raise OutOfStock(
            _("There is none left of “%(part)s”. Choose another one.") % {"part": part},
            part=part.pk,
        )
    part.quantity += difference
    update(part, "quantity")
    _move(part, kind, difference, by=by, at=at, repair=repair, note=note)


def _move(
    part: Part,
    kind: MovementKind,
    difference: int,
    *,
    by: Membership,
    at: datetime,
    repair: RepairAction | None = None,
    note: str = "",
) -> None:
    movement = PartMovement(
        part=part,
        kind=kind,
        change=difference,
        repair=repair,
        note=note[:240],
        by_label=by.actor_label,
        at=at,
    )
    insert(movement)


def _new_part(
    facts: PartFacts,
    quantity: int,
    *,
    by: Membership,
    source: Device | None = None,
    unit: StorageUnit | None = None,
) -> Part:
    _check_quantity(quantity)
    part = Part(
        **facts, quantity=quantity, organisation_id=by.organisation_id, source=source, unit=unit
    )
    part.clean_fields(exclude=["organisation", "source", "unit"])
    with in_words_of(Part):
        part.save()
    return part


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise InvalidInput(
            _("Put between 1 and 1,000 parts into stock at once."),
            fields={"quantity": [_("out of range")]},
        )


def _locked_part(part_id: int, *, by: Membership) -> Part:
    mine = Part.objects.filter(organisation_id=by.organisation_id).select_for_update(of=("self",))
    part = mine.filter(pk=part_id).first()
    if part is None:
        raise UnknownPart(_("Your workshop has no such part. Look it up in the list."))
    return part

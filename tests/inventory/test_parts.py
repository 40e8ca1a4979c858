"""Parts: in by purchase and dismantling, out by repairs, back when a repair was not so."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from backend.core.errors import InvalidInput, Refusal
from backend.core.transactions import one_transaction
from backend.inventory import operations
from backend.inventory.choices import MovementKind, State
from backend.inventory.models import Device, Part, PartMovement, RepairAction, StorageUnit
from backend.inventory.queries import invariants
from tests.factories import a_technician
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


def a_part(workshop: Workshop, quantity: int = 2, **facts: Any) -> Part:
    told = {"kind": "ram", "description": "DDR4 8 GB", "condition": "new", "price_cents": 1800}
    return operations.add_part(
        facts={**told, **facts}, quantity=quantity, by=workshop.technician, at=NOW
    )


def repair(workshop: Workshop, device: Device, **given: Any) -> RepairAction:
    given.setdefault("by", workshop.technician)
    return operations.record_repair(code=device.code, what="More memory", at=NOW, **given)


def undo(repair: RepairAction, by: Any, reason: str = "wrong machine") -> RepairAction:
    return operations.undo_repair(repair_id=repair.pk, reason=reason, by=by, at=NOW)


def take_out(workshop: Workshop, device: Device, **given: Any) -> Part:
    given.setdefault("facts", {"kind": "battery", "description": "L16M4PB1"})
    return operations.take_out_part(code=device.code, by=workshop.technician, at=NOW, **given)


def a_drive(workshop: Workshop) -> Part:
    device = workshop.device(State.FOR_PARTS)
    workshop.erase(device)
    return take_out(
        workshop,
        device,
        facts={"kind": "ssd", "description": "SSD 256"},
        unit_id=device.storage_units.get().pk,
    )


def ledger(part: Part) -> list[tuple[str, int]]:
    return list(part.movements.order_by("pk").values_list("kind", "change"))


def test_a_repair_takes_its_part_off_the_shelf_with_its_price() -> None:
    workshop = Workshop()
    part, device = a_part(workshop), workshop.device(State.IN_WORKSHOP)
    action = repair(workshop, device, stock_part=part, minutes=10)
    part.refresh_from_db()
    assert part.quantity == 1
    assert (action.part, action.part_condition, action.cost_cents) == ("DDR4 8 GB", "new", 1800)
    assert ledger(part) == [(MovementKind.BOUGHT, 2), (MovementKind.USED, -1)]


def test_a_repair_taken_back_gives_its_part_back_once(nothing_changed: Any) -> None:
    workshop = Workshop()
    part, device = a_part(workshop), workshop.device(State.IN_WORKSHOP)
    action = repair(workshop, device, stock_part=part)
    undo(action, workshop.technician)
    part.refresh_from_db()
    assert part.quantity == 2
    assert ledger(part)[-1] == (MovementKind.GIVEN_BACK, 1)
    with nothing_changed(part), pytest.raises(operations.CannotUndo):
        undo(action, workshop.technician)


def test_what_is_not_there_is_not_used(nothing_changed: Any) -> None:
    workshop = Workshop()
    part, device = a_part(workshop, 1), workshop.device(State.IN_WORKSHOP)
    repair(workshop, device, stock_part=part)
    with nothing_changed(part, device), pytest.raises(operations.OutOfStock):
        repair(workshop, device, stock_part=part)
    assert RepairAction.objects.count() == 1


def test_a_part_of_another_workshop_is_unknown(nothing_changed: Any) -> None:
    workshop = Workshop()
    part, device = a_part(Workshop()), workshop.device(State.IN_WORKSHOP)
    with nothing_changed(part, device), pytest.raises(operations.UnknownPart):
        repair(workshop, device, stock_part=part)
    for act in (operations.restock_part, operations.count_part):
        given = (
            {"quantity": 1} if act is operations.restock_part else {"counted": 1, "reason": "x"}
        )
        with nothing_changed(part), pytest.raises(operations.UnknownPart):
            act(part_id=part.pk, by=workshop.technician, at=NOW, **given)  # type: ignore[operator]


def test_a_repair_with_a_part_of_another_workshop_stays(nothing_changed: Any) -> None:
    workshop, other = Workshop(), Workshop()
    part, device = a_part(workshop), workshop.device(State.IN_WORKSHOP)
    action = repair(workshop, device, stock_part=part)
    given: Any = {"by": workshop.manager, "at": NOW}
    sent = operations.send_transfer(scanned=[device.code], receiver=other.organisation, **given)
    given = {"code": device.code, "outcome": "received", "by": other.manager, "at": NOW}
    operations.receive_transfer_line(transfer=sent, **given)
    with nothing_changed(part, action, device), pytest.raises(operations.CannotUndo):
        undo(action, other.manager)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_repair_is_taken_back_with_a_reason(reason: str, nothing_changed: Any) -> None:
    workshop = Workshop()
    action = repair(workshop, workshop.device(State.IN_WORKSHOP))
    with nothing_changed(action), pytest.raises(InvalidInput):
        undo(action, workshop.technician, reason)


def test_a_colleagues_repair_is_taken_back_by_a_manager_only(nothing_changed: Any) -> None:
    workshop = Workshop()
    action = repair(workshop, workshop.device(State.IN_WORKSHOP))
    colleague = a_technician(organisation=workshop.organisation)
    with nothing_changed(action), pytest.raises(operations.CannotUndo):
        undo(action, colleague)
    with nothing_changed(action), pytest.raises(operations.UnknownRepair):
        undo(action, a_technician())
    assert undo(action, workshop.manager).undone_reason == "wrong machine"


def test_a_device_gives_its_parts_and_each_knows_it() -> None:
    workshop = Workshop()
    device = workshop.device(State.FOR_PARTS)
    part = take_out(workshop, device, quantity=2)
    assert (part.source, part.condition, part.quantity) == (device, "reused", 2)
    assert ledger(part) == [(MovementKind.TAKEN_OUT, 2)]


@pytest.mark.parametrize("state", sorted(set(State) - {State.FOR_PARTS}))
def test_only_a_device_that_is_there_for_parts_gives_some(
    state: State, nothing_changed: Any
) -> None:
    workshop = Workshop()
    device = workshop.device(state)
    with nothing_changed(device), pytest.raises(Refusal):
        take_out(workshop, device)


def test_a_drive_with_data_does_not_become_a_part(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.FOR_PARTS)
    unit = device.storage_units.get()
    with nothing_changed(device), pytest.raises(operations.DataNotGone):
        take_out(workshop, device, facts={"kind": "ssd", "description": "SSD"}, unit_id=unit.pk)
    with nothing_changed(device), pytest.raises(InvalidInput):
        take_out(workshop, device, facts={"kind": "ssd", "description": "SSD"})
    assert not Part.objects.exists()


def test_a_used_drive_without_its_device_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        a_part(Workshop(), 1, kind="ssd", condition="reused")
    assert refused.value.code == "part_used_drive_knows_its_unit"


def test_an_erased_drive_serves_in_another_device_and_its_proof_stays_with_the_first() -> None:
    workshop = Workshop()
    part, device = a_drive(workshop), workshop.device(State.IN_WORKSHOP)
    repair(workshop, device, stock_part=part)
    fitted = StorageUnit.objects.get(device=device, came_from=part.unit)
    assert fitted.outcome == "erased"
    assert part.unit is not None
    assert part.unit.device_id == part.source_id
    assert part.unit.erasures.count() == 1
    assert not list(invariants.miscounted_units())


def test_a_drive_that_was_used_since_does_not_go_back(nothing_changed: Any) -> None:
    workshop = Workshop()
    part, device = a_drive(workshop), workshop.device(State.IN_WORKSHOP)
    action = repair(workshop, device, stock_part=part)
    fitted = StorageUnit.objects.filter(device=device, came_from=part.unit)
    undo(action, workshop.technician)
    assert fitted.get().outcome == "absent"
    again = repair(workshop, device, stock_part=part)
    StorageUnit.objects.filter(pk=fitted.latest("pk").pk).update(outcome="pending")
    with nothing_changed(again, part), pytest.raises(operations.DataNotGone):
        undo(again, workshop.technician)


def test_a_drive_that_is_in_a_device_is_not_counted_on_the_shelf(nothing_changed: Any) -> None:
    workshop = Workshop()
    part = a_drive(workshop)
    fitted = repair(workshop, workshop.device(State.IN_WORKSHOP), stock_part=part)
    with nothing_changed(part), pytest.raises(InvalidInput):
        operations.count_part(
            part_id=part.pk, counted=1, reason="found one", by=workshop.technician, at=NOW
        )
    undo(fitted, by=workshop.technician)
    part.refresh_from_db()
    assert part.quantity == 1


def test_a_drive_that_was_put_in_new_holds_data_when_the_device_comes_back() -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    workshop.erase(device)
    repair(workshop, device, stock_part=a_part(workshop, kind="ssd", description="SSD 500"))
    device.refresh_from_db()
    workshop.check(device)
    Device.objects.filter(pk=device.pk).update(state=State.HANDED_OVER)
    device.refresh_from_db()
    with one_transaction():
        assert operations.reopen_storage(device, at=NOW) == 2
    pending = device.storage_units.filter(outcome="pending")
    assert list(pending.order_by("pk").values_list("model", flat=True)) == ["", "SSD 500"]


def test_a_drive_is_taken_out_once(nothing_changed: Any) -> None:
    workshop = Workshop()
    part = a_drive(workshop)
    device = Device.objects.get(pk=part.source_id)
    with nothing_changed(device), pytest.raises(InvalidInput):
        take_out(
            workshop,
            device,
            facts={"kind": "ssd", "description": "SSD"},
            unit_id=part.unit_id,
        )


def test_stock_is_counted_with_a_reason(nothing_changed: Any) -> None:
    workshop = Workshop()
    part = a_part(workshop)

    def count(counted: int, reason: str) -> Part:
        return operations.count_part(
            part_id=part.pk, counted=counted, reason=reason, by=workshop.technician, at=NOW
        )

    for counted, reason in [(1, " "), (2, "same"), (-1, "less than none")]:
        with nothing_changed(part), pytest.raises(InvalidInput):
            count(counted, reason)
    assert count(0, "broken on arrival").quantity == 0
    operations.restock_part(part_id=part.pk, quantity=3, by=workshop.technician, at=NOW)
    assert ledger(part) == [("bought", 2), ("counted", -2), ("bought", 3)]
    assert not list(invariants.miscounted_parts())


def test_a_repair_costs_few_statements(statements: Any) -> None:
    workshop = Workshop()
    part, device = a_part(workshop), workshop.device(State.IN_WORKSHOP)
    with statements() as without:
        repair(workshop, device)
    with statements() as with_part:
        repair(workshop, device, stock_part=part)
    assert len(without) == 4
    assert len(with_part) == 7


def test_every_movement_is_kept() -> None:
    part = a_part(Workshop())
    assert PartMovement.objects.filter(part=part).count() == 1

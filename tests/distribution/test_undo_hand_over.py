"""A hand-over recorded by mistake is taken back the same day; nothing is deleted."""

from typing import Any

import pytest

from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.models import Allocation
from backend.distribution.operations import UnknownHandOver
from backend.inventory import operations as inventory
from backend.inventory.operations import BeforeLastEvent, CannotUndo
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_ready_device,
    an_allocation,
    counsellor_of,
    days,
)
from tests.factories import MembershipFactory, a_counsellor, a_technician

pytestmark = pytest.mark.django_db


def undo(given: Any, **facts: Any) -> Any:
    facts = {"by": counsellor_of(given.allocation), "at": DAY_ONE + days(0.5)} | facts
    return operations.undo_hand_over(hand_over=given, **facts)


def test_the_device_is_reserved_anew_where_it_stood() -> None:
    bench = a_technician()
    device = a_ready_device(by=bench)
    lot = inventory.open_lot(organisation=bench.organisation, name="L1", by=bench, at=DAY_ONE)
    inventory.place_device(code=device.code, location=None, lot=lot, by=bench, at=DAY_ONE)
    given = a_hand_over(allocation=an_allocation(device=device))
    undo(given)
    request = given.allocation.line.request
    for row in (device, given, given.allocation, request):
        row.refresh_from_db()
    assert (device.state, device.lot_id) == ("allocated", lot.pk)
    assert device.promised_to_id == request.structure_id
    assert given.undone_at == DAY_ONE + days(0.5)
    assert given.allocation.outcome == "released"
    again = Allocation.objects.open().get(device=device)
    assert (again.line_id, again.outcome) == (given.allocation.line_id, "reserved")
    assert (request.state, request.decided_at) == ("waiting", None)


def test_the_device_stands_only_where_it_still_can() -> None:
    bench = a_technician()
    device, given = a_ready_device(by=bench), {"by": bench, "at": DAY_ONE}
    site, there = (
        inventory.create_location(organisation=bench.organisation, kind="site", name=name, **given)
        for name in ("Here", "There")
    )
    lot = inventory.open_lot(organisation=bench.organisation, name="L1", location=site, **given)
    inventory.place_device(code=device.code, lot=lot, **given)
    handed = a_hand_over(allocation=an_allocation(device=device))
    inventory.move_lot(lot=lot, to=there, **given)
    inventory.close_location(location=site, **given)
    undo(handed)
    device.refresh_from_db()
    assert (device.state, device.location, device.lot) == ("allocated", None, None)


def test_the_same_facts_are_told_again_so_that_figures_can_take_them_off() -> None:
    given = a_hand_over()
    undo(given)
    log = Event.objects.about(given.allocation.device)
    done, undone = log.get(kind="device.handed_over"), log.get(kind="device.hand_over_undone")
    same = ("code", "kind", "structure", "beneficiary", "programme", "price_cents", "mass_g")
    assert {name: done.facts[name] for name in same} == {name: undone.facts[name] for name in same}
    assert undone.facts["undone_event"] == done.pk


def test_it_can_be_handed_over_again_under_a_new_receipt() -> None:
    given = a_hand_over()
    undo(given)
    again = Allocation.objects.open().get(device=given.allocation.device)
    second = a_hand_over(allocation=again, at=DAY_ONE + days(1))
    assert second.receipt != given.receipt
    second.allocation.line.request.refresh_from_db()
    assert second.allocation.line.request.state == "served"


def test_the_first_receipt_does_not_undo_the_second_hand_over(nothing_changed: Any) -> None:
    given = a_hand_over()
    undo(given)
    second = a_hand_over(allocation=Allocation.objects.open().get(), at=DAY_ONE + days(1))
    by = counsellor_of(given.allocation)
    with nothing_changed(given, second, second.allocation), pytest.raises(CannotUndo):
        undo(given, at=DAY_ONE + days(1.1), by=by)


def test_a_hand_over_is_undone_once(nothing_changed: Any) -> None:
    given = a_hand_over()
    undo(given)
    with nothing_changed(given, given.allocation), pytest.raises(CannotUndo):
        undo(given)


def test_after_a_day_it_is_too_late(nothing_changed: Any) -> None:
    given = a_hand_over()
    with nothing_changed(given, given.allocation), pytest.raises(CannotUndo, match="too long"):
        undo(given, at=DAY_ONE + days(1.01))


def test_a_colleague_does_not_undo_but_the_manager_does(nothing_changed: Any) -> None:
    given = a_hand_over()
    structure = given.allocation.line.request.structure
    colleague = a_counsellor(organisation=structure)
    with nothing_changed(given, given.allocation), pytest.raises(CannotUndo, match="colleague"):
        undo(given, by=colleague)
    undo(given, by=MembershipFactory(organisation=structure, role="structure_manager"))


def test_another_structure_has_no_such_hand_over(nothing_changed: Any) -> None:
    given = a_hand_over()
    for stranger in (a_counsellor(), a_technician()):
        with nothing_changed(given, given.allocation), pytest.raises(UnknownHandOver):
            undo(given, by=stranger)


def test_what_came_back_is_not_undone_any_more(nothing_changed: Any) -> None:
    given = a_hand_over()
    by = counsellor_of(given.allocation)
    code = given.allocation.device.code
    operations.take_back_device(code=code, reason="fault", by=by, at=DAY_ONE)
    with nothing_changed(given, given.allocation), pytest.raises(CannotUndo):
        undo(given)


def test_an_undo_is_not_dated_before_the_hand_over(nothing_changed: Any) -> None:
    given = a_hand_over(at=DAY_ONE)
    with nothing_changed(given), pytest.raises(BeforeLastEvent):
        undo(given, at=DAY_ONE - days(0.1))

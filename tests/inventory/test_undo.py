"""The last move is taken back by who may, within the window; nothing is deleted."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.api.verbs import VERBS
from backend.inventory.choices import State
from backend.inventory.lifecycle import UNDOABLE_ACTS
from backend.inventory.models import Device, Inspection
from tests.factories import a_technician
from tests.inventory.stories import NOW, Workshop
from tests.inventory.test_table_of_moves import make

pytestmark = pytest.mark.django_db


def undo(device: Device, by: Any, at: Any = NOW) -> Device:
    return operations.undo_last_move(code=device.code, by=by, at=at)


@pytest.mark.parametrize(
    ("state", "move"),
    [
        ("received", "triage"),
        ("returned", "triage"),
        ("in_workshop", "pass_quality_check"),
        ("ready", "fail_quality_check"),
        ("for_parts", "dismantle"),
        ("to_recycle", "recycle"),
        ("allocated", "report_missing"),
        ("missing", "find"),
    ],
)
def test_a_move_taken_back_leaves_the_device_as_it_was(state: str, move: str) -> None:
    workshop = Workshop()
    device = workshop.device(state)
    if move == "pass_quality_check":
        workshop.erase(device)
    before = Device.objects.filter(pk=device.pk).values().get()
    events = Event.objects.about(device).count()
    device.refresh_from_db()
    make(workshop, device, move)
    undone = undo(device, workshop.manager)
    assert Device.objects.filter(pk=device.pk).values().get() == before
    last = Event.objects.about(undone).order_by("-pk").first()
    assert last is not None
    assert (last.kind, last.facts["to"]) == ("device.undone", state)
    assert Event.objects.about(device).count() == events + 2


def test_what_was_written_at_triage_stays_in_the_books() -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    undo(device, workshop.technician)
    assert Inspection.objects.filter(device=device).exists()


def test_only_the_last_event_is_taken_back(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    operations.record_repair(code=device.code, what="dusted", by=workshop.technician, at=NOW)
    with nothing_changed(device), pytest.raises(operations.CannotUndo):
        undo(device, workshop.technician)


def test_an_undo_is_not_undone(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    undo(device, workshop.technician)
    device.refresh_from_db()
    with nothing_changed(device), pytest.raises(operations.CannotUndo):
        undo(device, workshop.technician)


def test_the_window_closes(nothing_changed: Any, settings: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    late = NOW + settings.UNDO_WINDOW + timedelta(seconds=1)
    with nothing_changed(device), pytest.raises(operations.CannotUndo):
        undo(device, workshop.technician, at=late)
    assert undo(device, workshop.technician, at=NOW + settings.UNDO_WINDOW).state == "received"


def test_an_old_moment_does_not_open_the_window_again(nothing_changed: Any, settings: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    late = timezone.now() + settings.UNDO_WINDOW + timedelta(minutes=1)
    with (
        time_machine.travel(late, tick=False),
        nothing_changed(device),
        pytest.raises(operations.CannotUndo),
    ):
        undo(device, workshop.manager, at=NOW)


def test_a_colleague_does_not_take_back_but_the_manager_does(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    colleague = a_technician(organisation=workshop.organisation)
    with nothing_changed(device), pytest.raises(operations.CannotUndo):
        undo(device, colleague)
    assert undo(device, workshop.manager).state == State.RECEIVED


def test_an_undo_meant_for_one_act_takes_back_no_other(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    facts: dict[str, Any] = {"code": device.code, "by": workshop.technician, "at": NOW}
    with nothing_changed(device), pytest.raises(operations.CannotUndo):
        operations.undo_last_move(**facts, undoes="place")
    assert operations.undo_last_move(**facts, undoes="triage").state == State.RECEIVED


def test_even_a_manager_takes_back_a_colleagues_act_only_knowingly(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    facts: dict[str, Any] = {"code": device.code, "by": workshop.manager, "at": NOW}
    with nothing_changed(device), pytest.raises(operations.CannotUndo):
        operations.undo_last_move(**facts, undoes="triage")
    assert operations.undo_last_move(**facts).state == State.RECEIVED


def test_every_act_that_a_bench_may_take_back_leaves_an_event_that_can_be() -> None:
    kinds = set(UNDOABLE_ACTS.values())
    assert len(kinds) == len(UNDOABLE_ACTS)
    assert UNDOABLE_ACTS.keys() <= VERBS.keys()


def test_a_receipt_is_not_taken_back(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.receive()
    with nothing_changed(device), pytest.raises(operations.CannotUndo):
        undo(device, workshop.manager)


def test_the_undo_of_a_placing_puts_the_device_back_where_it_stood() -> None:
    workshop = Workshop()
    device, site = workshop.receive(), workshop.site()
    common: dict[str, Any] = {"code": device.code, "lot": None, "by": workshop.manager, "at": NOW}
    operations.place_device(location=site, **common)
    operations.place_device(location=workshop.site("Cellar"), **common)
    assert undo(device, workshop.manager).location_id == site.pk

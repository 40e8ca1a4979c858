"""The last look: every point yes, and by another pair of eyes."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from backend.core.errors import InvalidInput
from backend.inventory import operations
from backend.inventory.choices import State, Triage
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Device, QualityCheck
from tests.factories import a_technician
from tests.inventory.stories import NOW, Workshop, all_yes

pytestmark = pytest.mark.django_db


def erased_at_the_bench(workshop: Workshop) -> Device:
    device = workshop.device(State.IN_WORKSHOP)
    workshop.erase(device)
    device.refresh_from_db()
    return device


@pytest.mark.parametrize("answer", [False, None])
def test_every_point_of_the_checklist_is_answered_yes(answer: Any, nothing_changed: Any) -> None:
    workshop = Workshop()
    device = erased_at_the_bench(workshop)
    answers = {**all_yes(device), "battery": answer}
    with nothing_changed(device), pytest.raises(operations.ChecklistIncomplete) as refused:
        operations.pass_quality_check(
            code=device.code, answers=answers, by=workshop.manager, at=NOW
        )
    assert set(refused.value.fields) == {"battery"}
    assert not QualityCheck.objects.exists()


def repair(device: Device, by: Any) -> None:
    operations.record_repair(code=device.code, what="New battery", by=by, at=NOW)


def test_the_repairer_does_not_check_where_there_are_two(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = erased_at_the_bench(workshop)
    repair(device, workshop.manager)
    with nothing_changed(device), pytest.raises(operations.CheckedByTheRepairer):
        workshop.check(device)
    checked = operations.pass_quality_check(
        code=device.code, answers=all_yes(device), by=workshop.technician, at=NOW
    )
    assert checked.state == State.READY


def test_who_works_alone_checks_the_own_repair() -> None:
    workshop = Workshop()
    device = erased_at_the_bench(workshop)
    repair(device, workshop.technician)
    workshop.manager.ended_at = NOW
    workshop.manager.save(update_fields=["ended_at"])
    checked = operations.pass_quality_check(
        code=device.code, answers=all_yes(device), by=workshop.technician, at=NOW
    )
    assert checked.state == State.READY


@pytest.mark.parametrize("state", [State.IN_WORKSHOP, State.READY])
def test_a_device_is_sent_back_also_from_the_shelf(state: State) -> None:
    workshop = Workshop()
    device = workshop.device(state)
    sent_back = operations.fail_quality_check(
        code=device.code,
        decision=Triage.REPAIR,
        reason="no sound",
        by=workshop.technician,
        at=NOW,
    )
    assert sent_back.state == State.IN_WORKSHOP
    failed = QualityCheck.objects.get(device=device, is_passed=False)
    assert failed.reason == "no sound"


def test_what_did_not_pass_has_its_reason(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.READY)
    with nothing_changed(device), pytest.raises(InvalidInput):
        operations.fail_quality_check(
            code=device.code, decision=Triage.REPAIR, reason="", by=workshop.manager, at=NOW
        )


@pytest.mark.parametrize("state", sorted(set(State) - {State.IN_WORKSHOP}))
def test_only_a_device_in_the_workshop_is_repaired(state: str, nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(state)
    with nothing_changed(device), pytest.raises(ForbiddenMove):
        repair(device, workshop.technician)


@pytest.mark.parametrize(
    "part", [{"part": "battery"}, {"part_condition": "new"}, {"minutes": -1}, {"what": ""}]
)
def test_a_repair_that_cannot_be_is_refused(part: dict[str, Any], nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    with nothing_changed(device), pytest.raises(ValidationError):
        operations.record_repair(
            **{"code": device.code, "what": "x", "by": workshop.technician, "at": NOW, **part}
        )


def test_a_colleague_of_another_workshop_sees_nothing(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = erased_at_the_bench(workshop)
    with nothing_changed(device), pytest.raises(operations.UnknownCode):
        operations.pass_quality_check(
            code=device.code, answers=all_yes(device), by=a_technician(), at=NOW
        )

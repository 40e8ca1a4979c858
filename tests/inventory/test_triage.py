"""Triage: the decision has its reason and leads where it says."""

from typing import Any

import pytest

from backend.core.errors import InvalidInput
from backend.inventory import operations
from backend.inventory.choices import State, Triage
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import Inspection
from tests.factories import a_technician
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Triage.REPAIR, State.IN_WORKSHOP),
        (Triage.PARTS, State.FOR_PARTS),
        (Triage.RECYCLE, State.TO_RECYCLE),
    ],
)
def test_the_decision_leads_to_its_state(decision: Triage, state: State) -> None:
    workshop = Workshop()
    device = workshop.triage(workshop.receive(), decision)
    assert device.state == state
    assert Inspection.objects.get(device=device).decision == decision


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_needs_its_reason(reason: str, nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.receive()
    with nothing_changed(device), pytest.raises(InvalidInput):
        operations.triage_device(
            code=device.code, decision=Triage.REPAIR, reason=reason, by=workshop.manager, at=NOW
        )
    assert not Inspection.objects.exists()


def test_a_lock_seen_at_triage_stays_until_it_is_removed() -> None:
    workshop = Workshop()
    device = workshop.triage(workshop.receive(), is_locked=True)
    workshop.erase(device)
    with pytest.raises(operations.StillLocked):
        workshop.check(device)
    operations.unlock_device(code=device.code, by=workshop.technician, at=NOW)
    assert workshop.check(device).state == State.READY


def test_a_device_of_another_workshop_is_unknown(nothing_changed: Any) -> None:
    device = Workshop().receive()
    with nothing_changed(device), pytest.raises(operations.UnknownCode):
        operations.triage_device(
            code=device.code, decision=Triage.REPAIR, reason="x", by=a_technician(), at=NOW
        )


def test_a_device_that_is_not_locked_cannot_be_unlocked(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.receive()
    with nothing_changed(device), pytest.raises(ForbiddenMove):
        operations.unlock_device(code=device.code, by=workshop.technician, at=NOW)

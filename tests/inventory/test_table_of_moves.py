"""Every move from every state, against a table written by hand from the design."""

from typing import Any

import pytest
from django.utils import translation

from backend.core.transactions import one_transaction
from backend.inventory import operations
from backend.inventory.choices import State, Triage
from backend.inventory.lifecycle import MOVES, NEXT_STEP, ForbiddenMove
from backend.inventory.models import Device
from tests.inventory.stories import NOW, Workshop, all_yes

pytestmark = pytest.mark.django_db

# state → the moves that may follow, and where each leads here
TABLE: dict[str, dict[str, str]] = {
    "received": {"triage": "in_workshop", "report_missing": "missing"},
    "in_workshop": {
        "pass_quality_check": "ready",
        "fail_quality_check": "for_parts",
        "report_missing": "missing",
    },
    "ready": {
        "fail_quality_check": "for_parts",
        "allocate": "allocated",
        "report_missing": "missing",
    },
    "allocated": {"release": "ready", "hand_over": "handed_over", "report_missing": "missing"},
    "handed_over": {"take_back": "returned"},
    "returned": {"triage": "in_workshop", "report_missing": "missing"},
    "for_parts": {"dismantle": "to_recycle", "report_missing": "missing"},
    "to_recycle": {"recycle": "recycled", "report_missing": "missing"},
    "recycled": {},
    "missing": {"find": "in_workshop"},
}
NAMES = sorted({name for moves in TABLE.values() for name in moves})


def make(workshop: Workshop, device: Device, name: str) -> Device:
    """Try one move by its verb."""
    common: dict[str, Any] = {"code": device.code, "by": workshop.manager, "at": NOW}
    because = {"decision": Triage.PARTS, "reason": "broken"}
    verbs: dict[str, Any] = {
        "triage": lambda: operations.triage_device(
            **common, decision=Triage.REPAIR, reason="starts"
        ),
        "pass_quality_check": lambda: operations.pass_quality_check(
            **common, answers=all_yes(device)
        ),
        "fail_quality_check": lambda: operations.fail_quality_check(**common, **because),
        "dismantle": lambda: operations.dismantle_device(**common),
        "recycle": lambda: operations.recycle_device(**common, mass_g=900, waste_slip="BSD-9"),
        "report_missing": lambda: operations.report_device_missing(**common, reason="gone"),
        "find": lambda: operations.find_device(**common),
    }
    if name in verbs:
        moved: Device = verbs[name]()
        return moved
    with one_transaction():
        structure = workshop.organisation if name == "allocate" else None
        moving = operations.locked_device(code=device.code, by=workshop.manager, at=NOW)
        operations.apply_move(moving, name, at=NOW, promised_to=structure)
    return moving


def test_the_table_names_every_state_and_every_move() -> None:
    assert set(TABLE) == set(State)
    assert set(NAMES) == set(MOVES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("state", sorted(TABLE))
def test_a_move_starts_only_where_the_table_says(
    state: str, name: str, nothing_changed: Any
) -> None:
    workshop = Workshop()
    device = workshop.device(state)
    workshop.erase(device)
    device.refresh_from_db()
    expected = TABLE[state].get(name)
    if expected is not None:
        assert make(workshop, device, name).state == expected
        assert Device.objects.get(pk=device.pk).state == expected
        return
    with nothing_changed(device), pytest.raises(ForbiddenMove) as refusal:
        make(workshop, device, name)
    assert str(refusal.value.detail).endswith(str(NEXT_STEP[State(state)]))


def test_who_is_refused_reads_what_to_do_next_in_french() -> None:
    workshop = Workshop()
    device = workshop.device(State.RECEIVED)
    with translation.override("fr"), pytest.raises(ForbiddenMove) as refusal:
        make(workshop, device, "dismantle")
    assert str(refusal.value.detail).endswith("cette étape ne suit pas. Triez-le d’abord.")

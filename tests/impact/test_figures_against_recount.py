"""Whatever happens in whatever order, the tallies by day and the recount from nothing agree."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.core import events
from backend.core.models import Event
from backend.core.transactions import one_transaction
from backend.impact import figures, operations
from backend.inventory.models import Collection, Device

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
KINDS = ("laptop", "smartphone", "monitor")
UNDOABLE = {"device.passed_quality_check", "device.recycled", "device.handed_over"}


class Story:
    """Devices and people of a small workshop, whose events may be told in any order of days."""

    def __init__(self) -> None:
        self.held: dict[int, set[int]] = {}
        self.holder: dict[int, int] = {}
        self.now = START
        self.last_of: dict[int, Event] = {}

    def tell(self, kind: str, device: int, **facts: Any) -> Event:
        """Record an event and let the figures hear it, as the outbox would."""
        facts = {"kind": KINDS[device % 3], "workshop": 0, "mass_g": 1000 + device} | facts
        with one_transaction():
            event = events.record(kind, subject=Device(pk=device), by=None, at=self.now, **facts)
            operations.touch_days(event=event)
        self.last_of[device] = event
        return event

    def hand_over(self, device: int, person: int) -> None:
        """Hand a device that nobody holds to a person."""
        if device in self.holder:
            return
        self.holder[device] = person
        self.held.setdefault(person, set()).add(device)
        self.tell("device.handed_over", device, beneficiary=person)

    def take_back(self, device: int) -> None:
        """Take it back from whoever holds it."""
        if person := self.holder.pop(device, None):
            self.tell("device.returned", device, beneficiary=person)

    def undo(self, device: int) -> None:
        """Undo the last thing that happened to a device, where it can be undone."""
        last = self.last_of.get(device)
        if last is None or last.kind not in UNDOABLE:
            return
        facts: dict[str, Any] = {"undone_event": last.pk, "undone": last.kind}
        if last.kind == "device.handed_over":
            facts |= {"beneficiary": self.holder.pop(device)}
            self.tell("device.hand_over_undone", device, **facts)
        else:
            self.tell("device.undone", device, **facts)

    def refuse_at_the_door(self, count: int) -> None:
        """Refuse some at a collection, whose number is that of some device as well."""
        with one_transaction():
            event = events.record(
                "collection.done",
                subject=Collection(pk=count),
                by=None,
                at=self.now,
                workshop=0,
                refused=count,
            )
            operations.touch_days(event=event)


STEPS = st.tuples(
    st.sampled_from(
        ("received", "passed", "hand_over", "take_back", "undo", "recycled", "erased", "refuse")
    ),
    st.integers(1, 4),  # the device
    st.integers(1, 3),  # the person
    st.integers(0, 30),  # hours later
    st.booleans(),  # the worker counts now
)
SAY = {
    "received": "device.received",
    "passed": "device.passed_quality_check",
    "recycled": "device.recycled",
    "erased": "storage_unit.erased",
}


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, max_size=25))
def test_tallies_by_day_and_the_recount_agree(
    steps: list[tuple[str, int, int, int, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story()
    for module in ("days", "counting"):
        monkeypatch.setattr(
            f"backend.impact.figures.{module}.devices_held_by",
            lambda people: [d for person in people for d in story.held.get(person, set())],
        )
    with transaction.atomic():
        for what, device, person, hours, counts_now in steps:
            story.now += timedelta(hours=hours)
            _do(story, what, device, person)
            if counts_now:
                operations.recompute_touched_days()
        operations.recompute_touched_days()
        assert operations.differences() == {}
        kept = figures.totals()
        operations.rebuild_tallies()
        assert figures.totals() == kept
        transaction.set_rollback(True)  # the next example begins with an empty log


def _do(story: Story, what: str, device: int, person: int) -> None:
    if what == "hand_over":
        story.hand_over(device, person)
    elif what == "take_back":
        story.take_back(device)
    elif what == "undo":
        story.undo(device)
    elif what == "refuse":
        story.refuse_at_the_door(device)
    else:
        story.tell(SAY[what], device)

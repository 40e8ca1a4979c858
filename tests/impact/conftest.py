"""A log written by hand, for the counting alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.core import events
from backend.core.models import Event
from backend.core.transactions import one_transaction
from backend.impact import operations
from backend.inventory.models import Device

Note = Callable[..., Event]


@pytest.fixture
def note(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Note:
    """Record an event about a device number on a day, and let the figures hear it."""
    held: dict[int, set[int]] = {}

    def devices_held_by(people: Any) -> list[int]:
        return [device for person in people for device in held.get(person, set())]

    for module in ("days", "counting"):
        monkeypatch.setattr(f"backend.impact.figures.{module}.devices_held_by", devices_held_by)

    def record(kind: str, device: int, /, *, day: int = 0, **facts: Any) -> Event:
        facts = {"kind": "laptop", "workshop": 0, "mass_g": 2000} | facts
        if "beneficiary" in facts:
            held.setdefault(facts["beneficiary"], set()).add(device)
        with one_transaction():
            event = events.record(
                kind, subject=Device(pk=device), by=None, at=now + timedelta(days=day), **facts
            )
        operations.touch_days(event=event)
        return event

    return record

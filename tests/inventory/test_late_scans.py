"""A scan keeps the moment it was made: not in the future, not before the last event."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.core.events import NotYetHappened
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import Triage
from backend.inventory.models import Device
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


def triage(workshop: Workshop, device: Device, at: Any) -> Device:
    return operations.triage_device(
        code=device.code, decision=Triage.REPAIR, reason="starts", by=workshop.technician, at=at
    )


def test_a_scan_made_without_network_keeps_its_moment() -> None:
    workshop = Workshop()
    device = workshop.receive()
    made = NOW + timedelta(hours=3)
    triage(workshop, device, made)
    event = Event.objects.get(kind="device.triaged")
    assert event.happened_at == made
    assert event.recorded_at > made
    device.refresh_from_db()
    assert device.changed_at == made


def test_a_scan_from_before_the_last_event_is_refused(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.receive()
    with nothing_changed(device), pytest.raises(operations.BeforeLastEvent):
        triage(workshop, device, NOW - timedelta(seconds=1))


def test_a_scan_from_the_future_is_refused(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.receive()
    with nothing_changed(device), pytest.raises(NotYetHappened):
        triage(workshop, device, timezone.now() + timedelta(days=1))

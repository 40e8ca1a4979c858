"""A damaged label gets a new code; the old one still finds the device."""

from typing import Any

import pytest

from backend.core.errors import Refusal
from backend.inventory import operations
from backend.inventory.models import Device, LabelBatch
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


def test_both_codes_find_the_device() -> None:
    workshop = Workshop()
    device = workshop.receive()
    new = operations.replace_label(code=device.code, by=workshop.technician, at=NOW)
    assert Device.objects.with_code(new).get() == device
    assert Device.objects.with_code(device.code).get() == device
    assert LabelBatch.objects.get(labels__code=new).is_replacement


def test_another_workshops_device_keeps_its_label(nothing_changed: Any) -> None:
    device, other = Workshop().receive(), Workshop()
    batches = LabelBatch.objects.count()
    with nothing_changed(device), pytest.raises(Refusal):
        operations.replace_label(code=device.code, by=other.technician, at=NOW)
    assert LabelBatch.objects.count() == batches

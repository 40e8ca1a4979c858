"""Labels: minted ahead, stuck on once, never taken off."""

from typing import Any

import pytest

from backend.core import codes
from backend.core.errors import InvalidInput, NotFound
from backend.inventory import operations
from backend.inventory.models import Device, Label
from tests.factories import a_coordinator, a_donor_contact
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


def test_a_batch_has_as_many_right_codes_as_asked() -> None:
    batch = Workshop().labels(120)
    minted = list(batch.labels.values_list("code", flat=True))
    assert len(set(minted)) == 120
    assert all(codes.read(code) == code for code in minted)


@pytest.mark.parametrize("quantity", [0, -1, 5001])
def test_a_batch_has_between_one_and_five_thousand(quantity: int) -> None:
    workshop = Workshop()
    minted = Label.objects.count()
    with pytest.raises(InvalidInput):
        workshop.labels(quantity)
    assert Label.objects.count() == minted


def test_labels_are_for_workshops() -> None:
    donor = a_donor_contact().organisation
    with pytest.raises(operations.NotAWorkshop):
        operations.mint_labels(quantity=1, workshop=donor, by=a_coordinator(), at=NOW)


def test_a_workshop_mints_for_itself_only() -> None:
    with pytest.raises(NotFound):
        operations.mint_labels(
            quantity=1, workshop=Workshop().organisation, by=Workshop().manager, at=NOW
        )


def test_both_labels_find_the_device() -> None:
    workshop = Workshop()
    device, second = workshop.receive(), workshop.label()
    operations.relabel_device(code=device.code, new_code=second, by=workshop.technician, at=NOW)
    assert Device.objects.with_code(second).get() == device
    assert Device.objects.with_code(device.code).get() == device


def test_a_label_on_another_device_stays_there(nothing_changed: Any) -> None:
    workshop = Workshop()
    device, other = workshop.receive(), workshop.receive()
    with nothing_changed(device, other), pytest.raises(operations.LabelTaken):
        operations.relabel_device(
            code=device.code, new_code=other.code, by=workshop.technician, at=NOW
        )


@pytest.mark.parametrize(
    "spelling", [codes.spell, str.lower, "HTTPS://REBOND.EXAMPLE/D/{}".format]
)
def test_a_code_is_understood_in_any_spelling(spelling: Any) -> None:
    workshop = Workshop()
    device = workshop.receive()
    lost = operations.report_device_missing(
        code=spelling(device.code), reason="x", by=workshop.technician, at=NOW
    )
    assert lost == device

"""What breaks a rule across tables is found by name, and ends the command with 1."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.core import invariants, tasks
from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.models import Device, Part, StorageUnit, Transfer
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


def damage_count(workshop: Workshop) -> str:
    device = workshop.receive()
    Device.objects.filter(pk=device.pk).update(pending_units=3)
    return device.code


def damage_label(workshop: Workshop) -> str:
    device = workshop.receive()
    Device.objects.filter(pk=device.pk).update(code="222222222")
    return "222222222"


def damage_promise(workshop: Workshop) -> str:
    device = workshop.ready()
    Device.objects.filter(pk=device.pk).update(state=State.ALLOCATED)
    return device.code


def damage_transfer(workshop: Workshop) -> str:
    transfer = operations.send_transfer(
        scanned=[workshop.receive().code],
        receiver=Workshop().organisation,
        by=workshop.manager,
        at=NOW,
    )
    Transfer.objects.filter(pk=transfer.pk).update(state="received")
    return transfer.reference


def damage_custody(workshop: Workshop) -> str:
    device, other = workshop.receive(), Workshop()
    operations.send_transfer(
        scanned=[device.code], receiver=other.organisation, by=workshop.manager, at=NOW
    )
    Device.objects.filter(pk=device.pk).update(custodian=other.organisation)
    return device.code


def damage_lot(workshop: Workshop) -> str:
    lot = operations.open_lot(
        organisation=workshop.organisation,
        name="Pallet",
        location=workshop.site(),
        by=workshop.manager,
        at=NOW,
    )
    device = workshop.receive()
    Device.objects.filter(pk=device.pk).update(lot=lot)
    return device.code


def damage_place(workshop: Workshop) -> str:
    site, device = workshop.site(), workshop.receive()
    operations.close_location(location=site, by=workshop.manager, at=NOW)
    Device.objects.filter(pk=device.pk).update(location=site)
    return device.code


def damage_stock(workshop: Workshop) -> str:
    part = operations.add_part(
        facts={"kind": "ram", "description": "DDR4", "condition": "new"},
        quantity=2,
        by=workshop.technician,
        at=NOW,
    )
    Part.objects.filter(pk=part.pk).update(quantity=5)
    return f"part {part.pk}"


def damage_drive(workshop: Workshop) -> str:
    device = workshop.device(State.FOR_PARTS)
    workshop.erase(device)
    unit = device.storage_units.get()
    part = operations.take_out_part(
        code=device.code,
        facts={"kind": "ssd", "description": "SSD"},
        unit_id=unit.pk,
        by=workshop.technician,
        at=NOW,
    )
    StorageUnit.objects.filter(pk=unit.pk).update(outcome="pending")
    return f"part {part.pk}"


DAMAGES: dict[str, Callable[[Workshop], str]] = {
    "device_counts_its_pending_units": damage_count,
    "device_carries_its_label": damage_label,
    "allocated_device_is_promised": damage_promise,
    "promise_in_step_with_device": damage_promise,
    "received_transfer_has_arrived": damage_transfer,
    "device_on_its_way_is_the_senders": damage_custody,
    "device_stands_with_its_lot": damage_lot,
    "closed_place_is_empty": damage_place,
    "part_counts_its_movements": damage_stock,
    "drive_in_stock_is_erased": damage_drive,
}


def test_every_rule_is_tried() -> None:
    assert set(DAMAGES) == set(invariants._rules)


def test_a_house_in_order_says_so(capsys: Any) -> None:
    workshop = Workshop()
    workshop.ready()
    workshop.device(State.MISSING)
    call_command("check_invariants")
    assert "All rules hold." in capsys.readouterr().out


@pytest.mark.parametrize("rule", sorted(DAMAGES))
def test_damage_is_found_and_named(rule: str, capsys: Any, caplog: Any) -> None:
    what = DAMAGES[rule](Workshop())
    with pytest.raises(CommandError):
        call_command("check_invariants")
    assert f"{rule}: {what}" in capsys.readouterr().out.splitlines()
    tasks.check_invariants()
    assert f"broken rule {rule}: {what}" in caplog.messages

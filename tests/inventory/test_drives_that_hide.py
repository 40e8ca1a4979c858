"""A drive with data on it counts, whatever a report leaves out or calls it."""

import json
from typing import Any

import pytest

from backend.inventory import operations
from backend.inventory.choices import State, Triage
from backend.inventory.models import Device
from tests.inventory import printed
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db

SECOND = {**printed.SSD, "id": "disk:1", "logicalname": "/dev/sdc", "serial": "EXSSD0002"}


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def device(workshop: Workshop) -> Device:
    return workshop.receive(facts={"serial": ""})


@pytest.fixture
def ready(workshop: Workshop, device: Device) -> Device:
    record(workshop, device, printed.lshw())
    workshop.triage(device)
    workshop.erase(device)
    workshop.check(device)
    return refreshed(device)


def record(workshop: Workshop, device: Device, content: bytes) -> set[str]:
    recorded = operations.record_hardware_report(
        code=device.code, content=content, by=workshop.technician, at=NOW
    )
    device.refresh_from_db()
    return {one["what"] for one in recorded.report.differences}


def send_back(workshop: Workshop, device: Device) -> None:
    operations.fail_quality_check(
        code=device.code, decision=Triage.REPAIR, reason="drive", by=workshop.technician, at=NOW
    )


def refreshed(device: Device) -> Device:
    device.refresh_from_db()
    return device


CLEARS_NOTHING = {
    "only the processor": [
        {"id": "cpu", "class": "processor", "product": "Intel(R) Core(TM) i5-8250U"}
    ],
    "no drive at all": printed.lshw_tree(serial="EX12345"),
    "another machine": printed.lshw_tree(printed.SSD, serial="OTHER99"),
    "a machine that does not tell its serial": printed.lshw_tree(printed.SSD, serial="0"),
}


@pytest.mark.parametrize("told", CLEARS_NOTHING.values(), ids=CLEARS_NOTHING)
def test_only_a_whole_report_of_the_device_itself_clears_it_of_an_unknown_drive(
    workshop: Workshop, ready: Device, told: Any
) -> None:
    record(workshop, ready, printed.lshw(printed.SSD, SECOND))
    record(workshop, ready, json.dumps(told).encode())
    assert ready.unknown_drives == 1
    send_back(workshop, ready)
    pending = ready.storage_units.filter(outcome="pending")
    assert [unit.serial for unit in pending] == ["EXSSD0002"]


def test_a_drive_without_serial_is_not_taken_for_the_erased_one(
    workshop: Workshop, ready: Device
) -> None:
    swapped = {**printed.SSD, "serial": "0000"}
    assert "drive_unknown" in record(workshop, ready, printed.lshw(swapped))
    assert (ready.state, ready.unknown_drives) == (State.READY, 1)
    with pytest.raises(operations.UnknownDrive):
        operations.check_move(ready, "allocate")


def test_a_nameless_erased_unit_is_none_of_two_drives(workshop: Workshop, device: Device) -> None:
    workshop.triage(device)
    workshop.erase(device)
    record(workshop, device, printed.lshw(printed.SSD, SECOND))
    pending = device.storage_units.filter(outcome="pending")
    assert {unit.serial for unit in pending} == {"EXSSD0001", "EXSSD0002"}
    assert device.pending_units == 2


def test_a_nameless_erased_unit_is_not_the_drive_that_a_nameless_pending_one_may_be(
    workshop: Workshop, device: Device
) -> None:
    workshop.erase(device)
    operations.add_storage_unit(code=device.code, facts={}, by=workshop.technician, at=NOW)
    record(workshop, device, printed.lshw(printed.SSD, SECOND))
    pending = device.storage_units.filter(outcome="pending")
    assert {unit.serial for unit in pending} == {"EXSSD0001", "EXSSD0002"}


def test_a_nameless_erased_unit_that_seems_to_be_a_drive_is_said(
    workshop: Workshop, device: Device
) -> None:
    workshop.triage(device)
    workshop.erase(device)
    workshop.check(device)
    nameless = {**printed.SSD, "serial": "0000"}
    assert record(workshop, device, printed.lshw(nameless)) == {"drive_unidentified"}


@pytest.fixture
def nameless(workshop: Workshop, device: Device) -> Device:
    """Give a ready device whose drive was erased by scanning, without its serial."""
    workshop.triage(device)
    workshop.erase(device)
    workshop.check(device)
    return refreshed(device)


def test_a_drive_put_in_for_a_nameless_erased_one_is_unknown(
    workshop: Workshop, nameless: Device
) -> None:
    assert record(workshop, nameless, printed.lshw()) == {"drive_unidentified"}
    for content in (printed.lshw(SECOND), printed.lshw(SECOND, memory=2**33)):
        assert "drive_unknown" in record(workshop, nameless, content)
        assert nameless.unknown_drives == 1
    send_back(workshop, nameless)
    assert [unit.serial for unit in nameless.storage_units.filter(outcome="pending")] == [
        "EXSSD0002"
    ]


def test_one_of_two_drives_taken_out_does_not_make_the_other_the_erased_one(
    workshop: Workshop, nameless: Device
) -> None:
    record(workshop, nameless, printed.lshw(printed.SSD, SECOND))
    record(workshop, nameless, printed.lshw(SECOND))
    assert nameless.unknown_drives == 1
    send_back(workshop, nameless)
    pending = nameless.storage_units.filter(outcome="pending")
    assert "EXSSD0002" in {unit.serial for unit in pending}


def test_a_card_left_in_its_slot_holds_data(workshop: Workshop, device: Device) -> None:
    card = {
        "id": "device",
        "class": "generic",
        "serial": "0x12345678",
        "capabilities": {"sd": True},
        "logicalname": "/dev/mmcblk0",
        "size": 62537072640,
    }
    record(workshop, device, printed.lshw(printed.SSD, card))
    assert set(device.storage_units.values_list("medium", "outcome")) == {
        ("ssd", "pending"),
        ("card", "pending"),
    }
    assert device.specs["storage_gb"] == 256, "a card is not what the machine comes with"


def test_a_drive_with_a_serial_number_is_not_absent(
    workshop: Workshop, device: Device, nothing_changed: Any
) -> None:
    unit = device.storage_units.get()
    facts: Any = {"serial": "EXSSD0001"}
    operations.describe_storage_unit(unit_id=unit.pk, facts=facts, by=workshop.technician, at=NOW)
    with nothing_changed(unit, device), pytest.raises(operations.NotAbsent):
        operations.record_storage_absent(
            unit_id=unit.pk, reason="the bay is empty", by=workshop.technician, at=NOW
        )


def test_a_drive_that_the_last_whole_report_shows_is_not_absent(
    workshop: Workshop, device: Device, nothing_changed: Any
) -> None:
    record(workshop, device, printed.lshw({**printed.SSD, "serial": "0000"}))
    record(workshop, device, json.dumps(printed.smartctl(serial_number="EXSSD0009")).encode())
    unit = device.storage_units.order_by("pk")[0]
    facts: Any = {"serial": ""}
    operations.describe_storage_unit(unit_id=unit.pk, facts=facts, by=workshop.technician, at=NOW)
    with nothing_changed(unit, device), pytest.raises(operations.NotAbsent):
        operations.record_storage_absent(
            unit_id=unit.pk, reason="the bay is empty", by=workshop.technician, at=NOW
        )

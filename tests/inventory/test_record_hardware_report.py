"""A report fills in what nobody has to type, and shows what does not fit."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import DataOutcome, SerialQuality, State, Triage
from backend.inventory.models import Device, HardwareReport, StorageUnit
from tests.inventory import printed
from tests.inventory.stories import ERASED, NOW, Workshop, a_photo

pytestmark = pytest.mark.django_db

SECOND = {**printed.SSD, "id": "disk:1", "logicalname": "/dev/sdc", "serial": "EXSSD0002"}


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def device(workshop: Workshop) -> Device:
    return workshop.receive(facts={"serial": ""})


def record(
    workshop: Workshop, device: Device, content: bytes | None = None
) -> operations.Recorded:
    recorded = operations.record_hardware_report(
        code=device.code, content=content or printed.lshw(), by=workshop.technician, at=NOW
    )
    device.refresh_from_db()
    return recorded


def told(recorded: operations.Recorded) -> set[tuple[str, str]]:
    return {(one["against"], one["what"]) for one in recorded.report.differences}


def test_what_is_empty_is_filled(workshop: Workshop, device: Device) -> None:
    recorded = record(workshop, device, printed.bundle())
    assert (device.maker, device.model, device.serial) == ("Exemple SA", "Modele 14", "EX12345")
    assert device.serial_quality == SerialQuality.GOOD
    assert device.specs == {
        "cpu": "Intel Core i5-8250U",
        "cpu_cores": 4,
        "ram_gb": 16,
        "storage_gb": 256,
        "storage_medium": "ssd",
        "screen_in": 14.0,
        "battery_percent": 67,
        "battery_cycles": 321,
    }
    assert told(recorded) == set()
    assert {"maker", "serial", "ram_gb"} <= set(recorded.report.filled)


def test_the_drive_a_device_is_born_with_is_described_and_the_others_added(
    workshop: Workshop, device: Device
) -> None:
    record(workshop, device, printed.lshw(printed.SSD, SECOND, printed.STICK))
    units = device.storage_units.order_by("pk")
    assert list(units.values_list("serial", "size_gb", "outcome")) == [
        ("EXSSD0001", 256, "pending"),
        ("EXSSD0002", 256, "pending"),
    ]
    assert device.pending_units == 2


def test_the_file_is_kept_with_its_digest_and_what_was_read(
    workshop: Workshop, device: Device
) -> None:
    content = printed.bundle()
    report = HardwareReport.objects.get(pk=record(workshop, device, content).report.pk)
    assert report.content == content
    assert (report.sha256, report.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert report.facts["battery"]["health_percent"] == 67
    assert report.made_at == NOW - timedelta(hours=1)
    assert report.by_label == workshop.technician.actor_label


def test_one_event_tells_it_without_addresses_and_names(
    workshop: Workshop, device: Device
) -> None:
    before = Event.objects.count()
    record(workshop, device, printed.bundle())
    assert Event.objects.count() == before + 1
    event = Event.objects.get(kind="device.hardware_reported")
    said = json.dumps(event.facts)
    assert not [word for word in ("host1", "00:00:5e", "192.0.2") if word in said]


def test_the_same_file_again_changes_nothing(
    workshop: Workshop, device: Device, nothing_changed: Any
) -> None:
    first = record(workshop, device)
    with nothing_changed(device, first.report):
        again = record(workshop, device)
    assert (again.is_new, again.report.pk) == (False, first.report.pk)


def test_what_a_person_typed_stays_and_the_difference_is_shown(workshop: Workshop) -> None:
    typed = {
        "maker": "Autre",
        "serial": "TYPED1",
        "specs": {"ram_gb": 8, "cpu": "intel core I5-8250u"},
    }
    device = workshop.receive(facts=typed)
    recorded = record(workshop, device)
    assert (device.maker, device.serial, device.specs["ram_gb"]) == ("Autre", "TYPED1", 8)
    assert told(recorded) == {("typed", "maker"), ("typed", "serial"), ("typed", "ram_gb")}


def test_what_a_report_wrote_the_next_one_may_change_and_shows(
    workshop: Workshop, device: Device
) -> None:
    record(workshop, device)
    recorded = record(workshop, device, printed.lshw(SECOND, memory=8589934592))
    assert device.specs["ram_gb"] == 8
    assert told(recorded) == {
        ("report", "ram_gib"),
        ("units", "drive_gone"),
        ("units", "drive_added"),
    }
    assert device.pending_units == 2, "what disappeared is shown, never deleted"


def test_what_a_report_only_confirmed_stays_as_it_was_typed(workshop: Workshop) -> None:
    device = workshop.receive(facts={"serial": "", "maker": "Exemple", "specs": {"ram_gb": 16}})
    record(workshop, device)
    record(workshop, device, printed.lshw(memory=8589934592, vendor="Autre"))
    assert (device.maker, device.specs["ram_gb"]) == ("Exemple", 16)


def test_a_serial_that_changed_since_the_last_report_is_shown(
    workshop: Workshop, device: Device
) -> None:
    record(workshop, device)
    recorded = record(workshop, device, printed.lshw(serial="OTHER99"))
    assert device.serial == "EX12345"
    assert told(recorded) == {("report", "machine_serial"), ("typed", "serial")}


def test_another_kind_of_machine_is_shown(workshop: Workshop) -> None:
    desktop = workshop.receive("desktop", facts={"serial": ""})
    assert ("typed", "kind") in told(record(workshop, desktop))


def test_a_placeholder_serial_stays_none(workshop: Workshop, device: Device) -> None:
    record(workshop, device, printed.lshw(serial="To be filled by O.E.M."))
    assert (device.serial, device.serial_quality) == (None, SerialQuality.PLACEHOLDER)


def test_a_serial_that_is_also_on_a_device_here_is_a_clash(
    workshop: Workshop, device: Device
) -> None:
    workshop.receive(facts={"serial": "EX12345"})
    record(workshop, device)
    assert (device.serial, device.serial_quality) == ("EX12345", SerialQuality.CLASH)


def test_a_machine_that_left_and_is_back_begins_a_new_cycle(workshop: Workshop) -> None:
    gone = workshop.device(State.HANDED_OVER)
    back = workshop.receive(facts={"serial": ""})
    record(workshop, back, printed.lshw(serial=str(gone.serial)))
    assert (back.previous, back.serial_quality) == (gone, SerialQuality.GOOD)


def test_the_report_of_another_machine_is_refused_for_one_that_has_no_serial_yet(
    workshop: Workshop, nothing_changed: Any
) -> None:
    mine, beside = (workshop.receive(facts={"serial": ""}) for _each in "12")
    record(workshop, beside)
    with nothing_changed(mine, beside), pytest.raises(operations.AnotherMachine):
        record(workshop, mine)


def test_the_report_of_the_machine_beside_it_is_refused(
    workshop: Workshop, nothing_changed: Any
) -> None:
    mine, beside = workshop.receive(), workshop.receive()
    with nothing_changed(mine, beside), pytest.raises(operations.AnotherMachine) as refused:
        record(workshop, mine, printed.lshw(serial=str(beside.serial)))
    assert refused.value.facts == {"device": beside.code}


@pytest.mark.parametrize("state", [State.HANDED_OVER, State.RECYCLED, State.MISSING])
def test_what_is_not_here_has_no_report(
    workshop: Workshop, state: State, nothing_changed: Any
) -> None:
    device = workshop.device(state)
    with nothing_changed(device), pytest.raises(operations.NotHere):
        record(workshop, device)


def test_a_wrong_file_leaves_nothing_behind(
    workshop: Workshop, device: Device, nothing_changed: Any
) -> None:
    with nothing_changed(device), pytest.raises(InvalidInput):
        record(workshop, device, printed.lshw()[:-50])
    assert not HardwareReport.objects.exists()


def test_another_workshops_device_is_unknown(device: Device, nothing_changed: Any) -> None:
    elsewhere = Workshop()
    with nothing_changed(device), pytest.raises(operations.UnknownCode):
        record(elsewhere, device)


def test_a_clock_that_has_stopped_says_nothing(workshop: Workshop, device: Device) -> None:
    content = printed.bundle(made_at="1970-01-01T00:00:12Z")
    assert record(workshop, device, content).report.made_at is None
    assert record(workshop, device, printed.bundle(made_at="yesterday")).report.made_at is None


# drives and the erasure gate


def with_known_drive(workshop: Workshop, device: Device) -> Device:
    record(workshop, device)
    workshop.triage(device)
    workshop.erase(device)
    return workshop.check(device)


@pytest.fixture
def ready(workshop: Workshop, device: Device) -> Device:
    return with_known_drive(workshop, device)


def two_drives() -> bytes:
    return printed.lshw(printed.SSD, SECOND)


def test_an_erased_drive_is_known_again_by_its_serial(workshop: Workshop, ready: Device) -> None:
    recorded = record(workshop, ready, printed.bundle())
    assert told(recorded) == set()
    assert (ready.pending_units, ready.unknown_drives) == (0, 0)


def test_an_unknown_drive_past_the_gate_is_seen_and_the_device_goes_nowhere(
    workshop: Workshop, ready: Device
) -> None:
    recorded = record(workshop, ready, two_drives())
    assert told(recorded) == {("units", "drive_unknown")}
    assert (ready.state, ready.unknown_drives, ready.pending_units) == (State.READY, 1, 0)
    assert not Device.objects.on_the_shelf().filter(pk=ready.pk).exists()
    with pytest.raises(operations.UnknownDrive):
        operations.check_move(ready, "allocate")


def test_sent_back_from_the_check_its_unknown_drive_has_to_be_erased(
    workshop: Workshop, ready: Device
) -> None:
    record(workshop, ready, two_drives())
    operations.fail_quality_check(
        code=ready.code, decision=Triage.REPAIR, reason="drive", by=workshop.technician, at=NOW
    )
    ready.refresh_from_db()
    assert (ready.pending_units, ready.unknown_drives) == (1, 0)
    assert ready.storage_units.get(outcome=DataOutcome.PENDING).serial == "EXSSD0002"
    with pytest.raises(operations.CannotUndo):
        operations.undo_last_move(code=ready.code, by=workshop.technician, at=NOW)
    workshop.erase(ready)
    assert workshop.check(ready).state == State.READY


def test_a_report_of_one_drive_does_not_hide_the_unknown_one_from_the_next_check(
    workshop: Workshop, ready: Device
) -> None:
    record(workshop, ready, two_drives())
    record(workshop, ready, json.dumps(printed.smartctl()).encode())
    operations.fail_quality_check(
        code=ready.code, decision=Triage.REPAIR, reason="drive", by=workshop.technician, at=NOW
    )
    ready.refresh_from_db()
    assert (ready.pending_units, ready.unknown_drives) == (1, 0)
    assert ready.storage_units.get(outcome=DataOutcome.PENDING).serial == "EXSSD0002"
    with pytest.raises(operations.DataNotGone):
        workshop.check(ready)


def test_unknown_drives_that_two_reports_tell_of_are_all_erased(
    workshop: Workshop, ready: Device
) -> None:
    for serial in ("EXSSD0002", "EXSSD0003"):
        told_of = json.dumps(printed.smartctl(serial_number=serial)).encode()
        record(workshop, ready, told_of)
    operations.fail_quality_check(
        code=ready.code, decision=Triage.REPAIR, reason="drive", by=workshop.technician, at=NOW
    )
    ready.refresh_from_db()
    pending = ready.storage_units.filter(outcome=DataOutcome.PENDING)
    assert set(pending.values_list("serial", flat=True)) == {"EXSSD0002", "EXSSD0003"}
    assert ready.pending_units == 2


def test_a_promised_device_is_not_handed_over_with_an_unknown_drive(workshop: Workshop) -> None:
    device = workshop.device(State.ALLOCATED)
    unit = device.storage_units.get()
    content = printed.lshw(printed.SSD, SECOND, serial=str(device.serial))
    recorded = record(workshop, device, content)
    assert unit.serial == ""
    assert told(recorded) == {("units", "drive_unknown"), ("units", "drive_gone")}
    assert device.unknown_drives == 2, "nobody knows which of them was erased"
    with pytest.raises(operations.UnknownDrive):
        operations.check_move(device, "hand_over")
    with pytest.raises(IntegrityError, match="device_leaves_with"), transaction.atomic():
        Device.objects.filter(pk=device.pk).update(state=State.HANDED_OVER)


def test_a_whole_report_without_the_unknown_drive_opens_the_way_again(
    workshop: Workshop, ready: Device
) -> None:
    record(workshop, ready, two_drives())
    alone = json.dumps(printed.smartctl()).encode()
    record(workshop, ready, alone)
    assert ready.unknown_drives == 1, "a report of one drive says nothing of the others"
    record(workshop, ready, printed.bundle())
    assert ready.unknown_drives == 0


def test_what_was_destroyed_and_is_seen_again_holds_data(
    workshop: Workshop, device: Device
) -> None:
    record(workshop, device)
    unit = device.storage_units.get()
    operations.record_storage_destroyed(
        unit_id=unit.pk, reason="said", photo=a_photo(), by=workshop.manager, at=NOW
    )
    record(workshop, device, printed.bundle())
    assert device.pending_units == 1
    assert device.storage_units.filter(serial="EXSSD0001").count() == 2


def test_what_was_absent_and_is_seen_holds_data(workshop: Workshop, device: Device) -> None:
    unit = device.storage_units.get()
    operations.record_storage_absent(unit_id=unit.pk, reason="said", by=workshop.manager, at=NOW)
    record(workshop, device, printed.bundle())
    assert device.pending_units == 1


def test_outcomes_and_evidence_are_never_touched(workshop: Workshop, device: Device) -> None:
    workshop.triage(device)
    workshop.erase(device)
    before = StorageUnit.objects.filter(device=device).values().get()
    recorded = record(workshop, device)
    assert StorageUnit.objects.filter(device=device).values().get() == before
    assert told(recorded) == {("units", "drive_unidentified")}


def test_a_drive_without_serial_is_the_unit_of_its_size(
    workshop: Workshop, device: Device
) -> None:
    record(workshop, device, two_drives())
    nameless = {**printed.SSD, "serial": "0000"}
    recorded = record(workshop, device, printed.lshw(nameless))
    assert told(recorded) == {("units", "drive_gone")}
    assert device.storage_units.count() == 2


def test_an_erasure_by_serial_finds_the_unit_that_the_report_described(
    workshop: Workshop, device: Device
) -> None:
    record(workshop, device, two_drives())
    unit = StorageUnit.objects.get(device=device, serial="EXSSD0002")
    operations.record_erasure(unit_id=unit.pk, facts={**ERASED}, by=workshop.technician, at=NOW)
    device.refresh_from_db()
    assert device.pending_units == 1


def test_a_report_takes_few_statements(
    workshop: Workshop, device: Device, statements: Any
) -> None:
    with statements() as found:
        record(workshop, device, two_drives())
    assert len(found) <= 12, found

"""The erasure gate: nothing leaves while data may be on it."""

import hashlib
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from backend.core.errors import InvalidInput, NotAllowed
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import DataOutcome, State, Triage
from backend.inventory.models import Device, Erasure, StorageUnit
from tests.inventory.stories import ERASED, NOW, Workshop, a_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def device(workshop: Workshop) -> Device:
    return workshop.device(State.IN_WORKSHOP)


@pytest.fixture
def unit(device: Device) -> StorageUnit:
    return device.storage_units.get()


def attempt(workshop: Workshop, unit: StorageUnit, **facts: Any) -> Erasure:
    return operations.record_erasure(
        unit_id=unit.pk, facts={**ERASED, **facts}, by=workshop.technician, at=NOW
    )


def test_a_device_with_a_pending_unit_never_becomes_ready(
    workshop: Workshop, device: Device, nothing_changed: Any
) -> None:
    with nothing_changed(device), pytest.raises(operations.DataNotGone) as refused:
        workshop.check(device)
    assert refused.value.facts == {"pending_units": 1}


def test_a_device_with_a_pending_unit_is_never_recycled(
    workshop: Workshop, nothing_changed: Any
) -> None:
    device = workshop.triage(workshop.receive(), Triage.RECYCLE)
    with nothing_changed(device), pytest.raises(operations.DataNotGone):
        operations.recycle_device(
            code=device.code, mass_g=1, waste_slip="BSD", by=workshop.manager, at=NOW
        )


def test_an_erased_unit_opens_the_gate(
    workshop: Workshop, device: Device, unit: StorageUnit
) -> None:
    attempt(workshop, unit)
    unit.refresh_from_db()
    assert (unit.outcome, unit.outcome_at) == (DataOutcome.ERASED, NOW)
    assert workshop.technician.actor_label == unit.outcome_by_label
    assert workshop.check(device).state == State.READY


@pytest.mark.parametrize("result", ["failed", "not_run"])
def test_an_attempt_that_failed_or_did_not_run_leaves_the_data_there(
    workshop: Workshop, device: Device, unit: StorageUnit, result: str
) -> None:
    attempt(workshop, unit, result=result, verification="", errors=3)
    unit.refresh_from_db()
    device.refresh_from_db()
    assert (unit.outcome, device.pending_units) == (DataOutcome.PENDING, 1)
    assert Event.objects.get(kind="storage_unit.erasure_failed").facts["result"] == result
    with pytest.raises(operations.DataNotGone):
        workshop.check(device)


def test_a_unit_may_be_tried_again_until_it_is_erased(
    workshop: Workshop, unit: StorageUnit
) -> None:
    attempt(workshop, unit, result="failed", errors=1)
    attempt(workshop, unit)
    assert list(unit.erasures.order_by("pk").values_list("result", flat=True)) == [
        "failed",
        "erased",
    ]


@pytest.mark.parametrize(
    "lie", [{"verification": ""}, {"errors": 1}, {"tool": ""}, {"tool_version": ""}]
)
def test_erased_is_not_believed_without_tool_version_verification_or_with_errors(
    workshop: Workshop,
    device: Device,
    unit: StorageUnit,
    lie: dict[str, Any],
    nothing_changed: Any,
) -> None:
    with nothing_changed(device, unit), pytest.raises(ValidationError):
        attempt(workshop, unit, **lie)
    assert not Erasure.objects.exists()


def test_an_erasure_does_not_end_before_it_starts(
    workshop: Workshop, unit: StorageUnit, nothing_changed: Any
) -> None:
    with nothing_changed(unit), pytest.raises(ValidationError):
        attempt(workshop, unit, started_at=NOW, ended_at=NOW - timedelta(minutes=1))


def test_an_erasure_does_not_end_after_it_is_recorded(
    workshop: Workshop, unit: StorageUnit, nothing_changed: Any
) -> None:
    with nothing_changed(unit), pytest.raises(InvalidInput):
        attempt(workshop, unit, ended_at=NOW + timedelta(minutes=1))


def test_an_erasure_from_before_the_device_came_in_does_not_count(
    workshop: Workshop, unit: StorageUnit, nothing_changed: Any
) -> None:
    long_ago = NOW - timedelta(days=1, minutes=1)
    with nothing_changed(unit), pytest.raises(InvalidInput):
        attempt(workshop, unit, started_at=long_ago, ended_at=long_ago)
    attempt(workshop, unit, started_at=long_ago, ended_at=NOW - timedelta(hours=20))


def test_what_is_dealt_with_keeps_its_proof(
    workshop: Workshop, unit: StorageUnit, nothing_changed: Any
) -> None:
    attempt(workshop, unit)
    with nothing_changed(unit), pytest.raises(operations.AlreadyDealtWith):
        attempt(workshop, unit)
    with nothing_changed(unit), pytest.raises(operations.AlreadyDealtWith):
        operations.record_storage_absent(
            unit_id=unit.pk, reason="none", by=workshop.technician, at=NOW
        )


def test_the_report_is_kept_with_its_digest(
    workshop: Workshop, unit: StorageUnit, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    report = ContentFile(b"nwipe 0.38 ... Erased", name="report.txt")
    erasure = operations.record_erasure(
        unit_id=unit.pk, facts={**ERASED}, report=report, by=workshop.technician, at=NOW
    )
    with erasure.report.open() as kept:
        assert hashlib.sha256(kept.read()).hexdigest() == erasure.report_sha256


def test_destruction_is_recorded_by_the_manager_only(
    workshop: Workshop, device: Device, unit: StorageUnit, nothing_changed: Any
) -> None:
    with nothing_changed(device, unit), pytest.raises(NotAllowed):
        operations.record_storage_destroyed(
            unit_id=unit.pk, reason="shredded", photo=a_photo(), by=workshop.technician, at=NOW
        )
    destroyed = operations.record_storage_destroyed(
        unit_id=unit.pk, reason="shredded", photo=a_photo(), by=workshop.manager, at=NOW
    )
    assert destroyed.outcome == DataOutcome.DESTROYED
    device.refresh_from_db()
    assert device.is_data_gone


@pytest.mark.parametrize("photo", [None, ContentFile(b"", name="x.jpg")])
def test_a_destruction_without_a_photo_is_not_believed(
    workshop: Workshop, device: Device, unit: StorageUnit, photo: Any, nothing_changed: Any
) -> None:
    with nothing_changed(device, unit), pytest.raises(InvalidInput):
        operations.record_storage_destroyed(
            unit_id=unit.pk, reason="shredded", photo=photo, by=workshop.manager, at=NOW
        )


def test_erased_is_not_believed_without_a_report_and_without_anybodys_word(
    workshop: Workshop, device: Device, unit: StorageUnit, nothing_changed: Any
) -> None:
    with nothing_changed(device, unit), pytest.raises(InvalidInput) as refused:
        attempt(workshop, unit, attestation=" ")
    assert refused.value.fields["attestation"]
    facts: Any = {name: ERASED[name] for name in ERASED.keys() - {"result", "attestation"}}
    with nothing_changed(device, unit), pytest.raises(InvalidInput):
        operations.erase_device(code=device.code, facts=facts, by=workshop.technician, at=NOW)
    attempt(workshop, unit, result="failed", attestation="")
    report = ContentFile(b"nwipe 0.38 ... Erased", name="report.txt")
    operations.record_erasure(
        unit_id=unit.pk,
        facts={**ERASED, "attestation": ""},
        report=report,
        by=workshop.technician,
        at=NOW,
    )


def test_a_word_for_a_whole_batch_does_not_outweigh_a_failed_attempt(
    workshop: Workshop, device: Device, unit: StorageUnit, nothing_changed: Any
) -> None:
    attempt(workshop, unit, result="failed")
    facts: Any = {name: ERASED[name] for name in ERASED.keys() - {"result"}}
    scan: Any = {"code": device.code, "facts": facts, "by": workshop.technician, "at": NOW}
    with nothing_changed(device, unit), pytest.raises(operations.FailedBefore):
        operations.erase_device(**scan)
    attempt(workshop, unit, result="not_run")
    with nothing_changed(device, unit), pytest.raises(operations.FailedBefore):
        operations.erase_device(**scan)
    attempt(workshop, unit)
    device.refresh_from_db()
    assert device.is_data_gone


@pytest.mark.parametrize(
    ("name", "ending"), [("camille_dupont.LOG", ".log"), ("nwipe.camille", ".bin"), ("", ".bin")]
)
def test_what_a_person_called_the_report_is_not_kept(
    workshop: Workshop, unit: StorageUnit, name: str, ending: str
) -> None:
    report = ContentFile(b"nwipe 0.38 ... Erased", name=name)
    erasure = operations.record_erasure(
        unit_id=unit.pk, facts={**ERASED}, report=report, by=workshop.technician, at=NOW
    )
    assert "camille" not in str(erasure.report.name)
    assert str(erasure.report.name).endswith(ending)


def test_an_absent_drive_is_recorded_with_who_looked(
    workshop: Workshop, device: Device, unit: StorageUnit
) -> None:
    absent = operations.record_storage_absent(
        unit_id=unit.pk, reason="the bay is empty", by=workshop.technician, at=NOW
    )
    assert absent.outcome == DataOutcome.ABSENT
    assert absent.outcome_by_label == workshop.technician.actor_label
    assert workshop.check(device).state == State.READY


@pytest.mark.parametrize(
    "record",
    [
        partial(operations.record_storage_destroyed, photo=a_photo()),
        operations.record_storage_absent,
    ],
)
def test_destroyed_and_absent_need_their_reason(
    workshop: Workshop, device: Device, unit: StorageUnit, record: Any, nothing_changed: Any
) -> None:
    with nothing_changed(device, unit), pytest.raises(InvalidInput):
        record(unit_id=unit.pk, reason=" ", by=workshop.manager, at=NOW)


def test_one_more_drive_closes_the_gate_again(workshop: Workshop, device: Device) -> None:
    workshop.erase(device)
    operations.add_storage_unit(
        code=device.code, facts={"medium": "ssd"}, by=workshop.technician, at=NOW
    )
    with pytest.raises(operations.DataNotGone):
        workshop.check(device)


@pytest.mark.parametrize("state", [State.READY, State.ALLOCATED, State.RECYCLED])
def test_nothing_that_holds_data_is_added_past_the_gate(
    workshop: Workshop, state: State, nothing_changed: Any
) -> None:
    device = workshop.device(state)
    with nothing_changed(device), pytest.raises(operations.TooLateToAdd):
        operations.add_storage_unit(
            code=device.code, facts={"medium": "hdd"}, by=workshop.technician, at=NOW
        )


def test_the_drive_a_device_is_born_with_gets_its_name(
    workshop: Workshop, unit: StorageUnit
) -> None:
    operations.describe_storage_unit(
        unit_id=unit.pk,
        facts={"medium": "nvme", "serial": "S4EV", "size_gb": 512},
        by=workshop.technician,
        at=NOW,
    )
    unit.refresh_from_db()
    assert (unit.medium, unit.serial, unit.size_gb, unit.outcome) == (
        "nvme",
        "S4EV",
        512,
        "pending",
    )


def test_a_unit_of_another_workshop_is_unknown(unit: StorageUnit, nothing_changed: Any) -> None:
    elsewhere = Workshop()
    with nothing_changed(unit), pytest.raises(operations.UnknownUnit):
        attempt(elsewhere, unit)


def test_what_comes_back_is_erased_again_but_what_was_destroyed_stays_so(
    workshop: Workshop,
) -> None:
    device = workshop.device(State.RETURNED)
    assert device.pending_units == 1
    assert device.storage_units.get().outcome == DataOutcome.PENDING

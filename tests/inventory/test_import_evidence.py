"""A report is handed in: each drive finds its unit, or is shown beside."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile

from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.core.transactions import one_of_many, one_transaction
from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.evidence.attempts import UnreadableEvidence
from backend.inventory.models import Erasure, StorageUnit
from tests.core.test_photos import a_picture
from tests.factories import a_technician
from tests.inventory.reports import ID_CTRL, nwipe_log, sanitize_text, snapshot
from tests.inventory.stories import ERASED, NOW, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def workshop(media: Path) -> Workshop:
    return Workshop()


def drive(workshop: Workshop, serial: str) -> StorageUnit:
    device = workshop.device(State.IN_WORKSHOP)
    return operations.describe_storage_unit(
        unit_id=device.storage_units.get().pk,
        facts={"serial": serial},
        by=workshop.technician,
        at=NOW,
    )


def hand_in(workshop: Workshop, told: Any, **where: Any) -> operations.Import:
    text = told if isinstance(told, str) else json.dumps(told)
    return operations.import_erasure_evidence(
        report=ContentFile(text.encode(), name="nwipe.log"),
        by=workshop.technician,
        at=NOW,
        **where,
    )


def outcomes(found: operations.Import) -> list[str]:
    return [str(line.outcome) for line in found.lines]


def files_in(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_batch_finds_its_drives_by_their_serials(workshop: Workshop, media: Path) -> None:
    units = [drive(workshop, serial) for serial in ("A 1", "b2", "C3")]
    log = nwipe_log(
        {"serial": "a1"},
        {"serial": "B2", "errors": (0, 5, 0), "status": "-FAILED-"},
        {"serial": "nobody"},
        {"serial": "XXXXXXXXXXXXXXX"},
    )
    found = hand_in(workshop, log)
    assert outcomes(found) == ["recorded", "failed", "no_match", "not_recorded"]
    assert found.recorded == 2
    for unit in units:
        unit.refresh_from_db()
    assert [unit.outcome for unit in units] == ["erased", "pending", "pending"]
    assert Event.objects.filter(kind="storage_unit.erased").count() == 1
    good, bad = Erasure.objects.order_by("pk")
    assert (good.tool, good.tool_version, good.verifier_label) == ("nwipe", "0.38", "")
    assert good.ended_at == datetime(2026, 9, 15, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert (bad.errors, bool(bad.remark)) == (5, True)
    assert good.report.name == bad.report.name
    assert len(files_in(media)) == 1
    assert good.report_sha256 == hashlib.sha256(log.encode()).hexdigest() == found.sha256


def test_the_same_report_again_records_nothing(
    workshop: Workshop, media: Path, nothing_changed: Any
) -> None:
    unit, failed = drive(workshop, "A1"), drive(workshop, "B2")
    log = nwipe_log({"serial": "A1"}, {"serial": "B2", "status": "UABORTED"})
    hand_in(workshop, log)
    with nothing_changed(unit, failed):
        assert outcomes(hand_in(workshop, log)) == ["already_recorded", "already_recorded"]
    assert len(files_in(media)) == 1


def test_another_report_of_an_erased_drive_changes_nothing(
    workshop: Workshop, nothing_changed: Any
) -> None:
    unit = drive(workshop, "A1")
    hand_in(workshop, nwipe_log({"serial": "A1"}))
    with nothing_changed(unit):
        (line,) = hand_in(workshop, nwipe_log({"serial": "A1"}, version="0.40")).lines
    assert (line.outcome, bool(line.why)) == ("not_recorded", True)


def test_a_failed_drive_may_be_erased_by_a_later_report(workshop: Workshop) -> None:
    unit = drive(workshop, "A1")
    hand_in(workshop, nwipe_log({"serial": "A1", "status": "-FAILED-"}))
    hand_in(workshop, nwipe_log({"serial": "A1"}, version="0.40"))
    unit.refresh_from_db()
    assert (unit.outcome, unit.erasures.count()) == ("erased", 2)


def test_a_drive_of_another_workshop_is_not_found(workshop: Workshop) -> None:
    theirs = drive(Workshop(), "A1")
    assert outcomes(hand_in(workshop, nwipe_log({"serial": "A1"}))) == ["no_match"]
    with pytest.raises(operations.UnknownUnit):
        hand_in(workshop, nwipe_log({"serial": "A1"}), unit_id=theirs.pk)
    with pytest.raises(operations.UnknownCode):
        hand_in(workshop, nwipe_log({"serial": "A1"}), code=theirs.device.code)
    assert not Erasure.objects.exists()


def test_a_device_takes_only_what_is_told_of_its_own_drives(workshop: Workshop) -> None:
    mine, other = drive(workshop, "A1"), drive(workshop, "B2")
    log = nwipe_log({"serial": "A1"}, {"serial": "B2"})
    assert outcomes(hand_in(workshop, log, code=mine.device.code)) == ["recorded", "no_match"]
    other.refresh_from_db()
    assert other.outcome == "pending"


def test_two_drives_of_one_serial_are_not_guessed(workshop: Workshop) -> None:
    first, _second = drive(workshop, "A1"), drive(workshop, "A1")
    log = nwipe_log({"serial": "A1"})
    assert outcomes(hand_in(workshop, log)) == ["not_recorded"]
    assert outcomes(hand_in(workshop, log, code=first.device.code)) == ["recorded"]


def test_a_unit_chosen_by_hand_takes_its_name_from_the_report(workshop: Workshop) -> None:
    unit = workshop.device(State.IN_WORKSHOP).storage_units.get()
    assert outcomes(hand_in(workshop, snapshot(), unit_id=unit.pk)) == ["recorded"]
    unit.refresh_from_db()
    assert (unit.serial, unit.model, unit.size_gb) == ("WB-0001", "Exemple SSD 240", 240)


def test_a_unit_chosen_by_hand_refuses_another_drives_report(workshop: Workshop) -> None:
    unit = drive(workshop, "A1")
    assert outcomes(hand_in(workshop, nwipe_log({"serial": "B2"}), unit_id=unit.pk)) == [
        "no_match"
    ]


def test_a_report_of_several_drives_is_not_put_on_one_unit(workshop: Workshop) -> None:
    unit = workshop.device(State.IN_WORKSHOP).storage_units.get()
    log = nwipe_log({"serial": "A1"}, {"serial": "B2"})
    with pytest.raises(InvalidInput):
        hand_in(workshop, log, unit_id=unit.pk)
    assert not Erasure.objects.exists()


def test_a_sanitize_log_needs_to_know_whose_it_is_and_of_which_tool(
    workshop: Workshop, nothing_changed: Any
) -> None:
    unit = drive(workshop, "NVME-0001")
    with nothing_changed(unit):
        assert outcomes(hand_in(workshop, sanitize_text())) == ["not_recorded"]
        named = sanitize_text(more=ID_CTRL.split("\n", 1)[1])
        assert outcomes(hand_in(workshop, named)) == ["not_recorded"]
    assert outcomes(hand_in(workshop, named, tool_version="2.8")) == ["recorded"]
    assert unit.erasures.get().method == "purge"
    other = drive(workshop, "NVME-0002")
    told = sanitize_text(more=ID_CTRL.replace("0001", "0002"))
    assert outcomes(hand_in(workshop, told)) == ["recorded"]
    assert other.erasures.get().tool_version == "2.8"


def test_what_was_erased_before_it_came_back_does_not_count(workshop: Workshop) -> None:
    device = workshop.device(State.RETURNED)
    unit = device.storage_units.get()
    assert outcomes(hand_in(workshop, nwipe_log({"serial": "A1"}), unit_id=unit.pk)) == [
        "not_recorded"
    ]


def test_what_was_told_of_one_drive_is_not_told_of_another_of_the_same_serial(
    workshop: Workshop, nothing_changed: Any
) -> None:
    first, second = drive(workshop, "A1"), drive(workshop, "A1")
    log = nwipe_log({"serial": "A1"})
    hand_in(workshop, log, code=first.device.code)
    for again in (log, log + "\n"):
        for where in ({}, {"code": second.device.code}, {"unit_id": second.pk}):
            with nothing_changed(second):
                assert outcomes(hand_in(workshop, again, **where)) == ["not_recorded"]
    assert outcomes(hand_in(workshop, nwipe_log({"serial": "A1"}, hour=7))) == ["recorded"]


def test_a_log_of_a_life_before_says_nothing_of_the_drive_when_it_comes_again(
    workshop: Workshop, nothing_changed: Any
) -> None:
    log = nwipe_log({"serial": "A1"})
    hand_in(workshop, log, code=drive(workshop, "A1").device.code)
    comes_again = drive(Workshop(), "a1")
    theirs = Workshop(technician=a_technician(organisation=comes_again.device.custodian))
    with nothing_changed(comes_again):
        assert outcomes(hand_in(theirs, log)) == ["not_recorded"]
        assert outcomes(hand_in(theirs, log + " ")) == ["not_recorded"]


def test_a_log_without_a_date_proves_nothing_after_a_return(
    workshop: Workshop, nothing_changed: Any
) -> None:
    unit = workshop.device(State.RETURNED).storage_units.get()
    with nothing_changed(unit):
        found = hand_in(workshop, sanitize_text(more=ID_CTRL), unit_id=unit.pk)
    assert outcomes(found) == ["not_recorded"]


@pytest.mark.parametrize("serial", ["", "XXXXXXXXXXXXXXX"])
def test_several_drives_without_serials_are_not_put_on_one_unit(
    workshop: Workshop, serial: str
) -> None:
    unit = workshop.device(State.IN_WORKSHOP).storage_units.get()
    log = nwipe_log({"serial": serial}, {"serial": serial, "status": "-FAILED-"})
    with pytest.raises(InvalidInput):
        hand_in(workshop, log, unit_id=unit.pk)


@pytest.mark.parametrize("day", ["2031/01/01", "0001/01/01"])
def test_dates_that_cannot_be_are_not_recorded(workshop: Workshop, day: str) -> None:
    drive(workshop, "A1")
    log = nwipe_log({"serial": "A1"}, day=day)
    assert outcomes(hand_in(workshop, log)) == ["not_recorded"]


@pytest.mark.parametrize("told", ["hello", "%PDF-1.7", "{}", "[[[["])
def test_what_cannot_be_read_leaves_nothing(
    workshop: Workshop, media: Path, told: str, nothing_changed: Any
) -> None:
    unit = drive(workshop, "A1")
    with nothing_changed(unit), pytest.raises(UnreadableEvidence):
        hand_in(workshop, told)
    assert not files_in(media)


def test_a_report_goes_with_the_command_that_is_undone(workshop: Workshop, media: Path) -> None:
    unit = drive(workshop, "A1")

    def fall() -> None:
        with one_transaction():
            hand_in(workshop, nwipe_log({"serial": "A1"}))
            assert files_in(media)
            raise RuntimeError("the power fails")

    with pytest.raises(RuntimeError):
        fall()
    unit.refresh_from_db()
    assert (unit.outcome, files_in(media)) == ("pending", [])


def test_a_report_goes_with_its_item_of_a_batch_or_with_the_batch(
    workshop: Workshop, media: Path
) -> None:
    def fall(report: str, *, inside: bool) -> None:
        with one_of_many():
            operations.keep_report(ContentFile(report.encode(), name="a.log"))
            if inside:
                raise RuntimeError

    def batch() -> None:
        with one_transaction():
            fall("kept with the batch", inside=False)
            with pytest.raises(RuntimeError):
                fall("lost with its item", inside=True)
            assert len(files_in(media)) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        batch()
    assert not files_in(media)


def test_many_drives_cost_no_more_questions_to_find(workshop: Workshop, statements: Any) -> None:
    def cost(number: int) -> int:
        log = nwipe_log(*({"serial": f"none {n}"} for n in range(number)))
        with statements() as found:
            hand_in(workshop, log)
        return len(found)

    assert cost(2) == cost(9)


def test_a_device_by_its_code_without_any_unit_is_unknown(workshop: Workshop) -> None:
    device = workshop.receive("monitor")
    StorageUnit.objects.filter(device=device).delete()
    with pytest.raises(operations.UnknownCode):
        hand_in(workshop, nwipe_log({"serial": "A1"}), code=device.code)


def test_a_photo_of_what_is_left_is_kept_clean(workshop: Workshop, media: Path) -> None:
    unit = drive(workshop, "A1")
    photo = ContentFile(a_picture(comment=b"secret"), name="IMG_1.jpg")
    destroyed = operations.record_storage_destroyed(
        unit_id=unit.pk,
        reason="crushed in the press",
        destruction="crushed",
        photo=photo,
        by=workshop.manager,
        at=NOW,
    )
    destroyed.refresh_from_db()
    with destroyed.photo.open() as kept:
        content = kept.read()
    assert hashlib.sha256(content).hexdigest() == destroyed.photo_sha256
    assert b"secret" not in content
    assert destroyed.destruction == "crushed"


def test_words_of_attestation_are_kept(workshop: Workshop) -> None:
    unit = drive(workshop, "A1")
    erasure = operations.record_erasure(
        unit_id=unit.pk,
        facts={**ERASED, "attestation": "I saw it", "started_at": NOW - timedelta(hours=1)},
        by=workshop.technician,
        at=NOW,
    )
    assert erasure.attestation == "I saw it"

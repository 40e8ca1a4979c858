"""A report erases no other drive than the one that it is of, and not what came later."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.evidence.attempts import UnreadableEvidence
from backend.inventory.evidence.reading import LONGEST_EVIDENCE, read_evidence
from backend.inventory.models import StorageUnit
from tests.inventory.reports import nwipe_log, sanitize_text
from tests.inventory.stories import NOW, Workshop
from tests.inventory.test_import_evidence import drive, files_in, hand_in, outcomes

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def workshop(media: Path) -> Workshop:
    return Workshop()


@pytest.mark.parametrize(
    "log",
    [
        sanitize_text(more="nvme version 2.8\n"),
        nwipe_log({"serial": "XXXXXXXXXXXXXXX"}),
        nwipe_log({"serial": "0123456789"}),
    ],
    ids=["sanitize log", "anonymous nwipe", "filler of the maker"],
)
def test_a_report_that_names_no_drive_erases_none_that_one_chooses(
    workshop: Workshop, media: Path, log: str, nothing_changed: Any
) -> None:
    units = [workshop.device(State.IN_WORKSHOP).storage_units.get(), drive(workshop, "A1")]
    for unit in units:
        with nothing_changed(unit):
            (line,) = hand_in(workshop, log, unit_id=unit.pk, tool_version="2.8").lines
        assert (line.outcome, bool(line.why)) == ("not_recorded", True)
    assert not files_in(media)


def test_the_log_of_a_drive_in_another_machine_does_not_erase_a_nameless_one(
    workshop: Workshop, nothing_changed: Any
) -> None:
    elsewhere = drive(workshop, "a 1")
    nameless = workshop.device(State.IN_WORKSHOP).storage_units.get()
    with nothing_changed(elsewhere, nameless):
        found = hand_in(workshop, nwipe_log({"serial": "A1"}), unit_id=nameless.pk)
    assert outcomes(found) == ["not_recorded"]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"size_gb": 256}, {}),
        ({"size_gb": 4000}, {}),
        ({"medium": "nvme"}, {}),
        ({"medium": "emmc", "size_gb": 500}, {}),
        ({"medium": "hdd"}, {"node": "/dev/nvme0n1"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("serial", ["A1", ""])
def test_the_log_of_another_size_or_medium_erases_nothing(
    workshop: Workshop,
    known: dict[str, Any],
    told: dict[str, Any],
    serial: str,
    nothing_changed: Any,
) -> None:
    unit = drive(workshop, serial)
    StorageUnit.objects.filter(pk=unit.pk).update(**known)
    with nothing_changed(unit):
        found = hand_in(workshop, nwipe_log({"serial": "A1", **told}), unit_id=unit.pk)
    assert outcomes(found) == ["not_recorded"]


@pytest.mark.parametrize("day", ["2021/03/01", "2026/09/13"])
def test_what_was_erased_before_the_device_came_in_does_not_count(
    workshop: Workshop, day: str, nothing_changed: Any
) -> None:
    unit = drive(workshop, "A1")
    with nothing_changed(unit):
        (line,) = hand_in(workshop, nwipe_log({"serial": "A1"}, day=day)).lines
    assert (line.outcome, bool(line.why)) == ("not_recorded", True)


def test_a_report_is_read_before_any_row_is_locked(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def spy(content: bytes) -> Any:
        seen.append(len(connection.savepoint_ids))
        return read_evidence(content)

    monkeypatch.setattr("backend.inventory.operations.importing.read_evidence", spy)
    hand_in(workshop, nwipe_log({"serial": "A1"}))
    assert seen == [len(connection.savepoint_ids)]


def test_a_file_without_end_is_read_no_further_than_the_longest_report(
    workshop: Workshop,
) -> None:
    report = ContentFile(b"x" * (LONGEST_EVIDENCE + 9))
    with pytest.raises(UnreadableEvidence):
        operations.import_erasure_evidence(report=report, by=workshop.technician, at=NOW)
    assert report.tell() == LONGEST_EVIDENCE + 1

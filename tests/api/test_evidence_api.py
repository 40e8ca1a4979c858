"""Reports handed in by a program, and the certificates it may read."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.inventory import operations
from backend.inventory.models import Certificate, StorageUnit
from tests.api.doors import session
from tests.core.test_photos import a_picture
from tests.inventory.reports import nwipe_log
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(settings: Any, tmp_path: Path) -> Workshop:
    settings.MEDIA_ROOT = tmp_path
    return Workshop()


def a_drive(workshop: Workshop, serial: str) -> StorageUnit:
    device = workshop.triage(workshop.receive())
    return operations.describe_storage_unit(
        unit_id=device.storage_units.get().pk,
        facts={"serial": serial},
        by=workshop.technician,
        at=NOW,
    )


def test_a_program_hands_in_a_log_and_reads_each_line(workshop: Workshop) -> None:
    unit = a_drive(workshop, "A1")
    door = session(workshop.technician)
    log = nwipe_log({"serial": "A1"}, {"serial": "B2"})
    answer = door.send("erasures/import/", {"text": log})
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["sha256"] == hashlib.sha256(log.encode()).hexdigest()
    assert [line["outcome"] for line in told["lines"]] == ["recorded", "no_match"]
    assert told["lines"][0]["device"] == unit.device.code
    assert (told["lines"][1]["unit"], told["lines"][1]["erasure"]) == (None, None)


@pytest.mark.parametrize("body", [{}, {"text": "hello"}, {"text": "{", "unit_id": None}])
def test_what_cannot_be_read_is_told_so(workshop: Workshop, body: Any) -> None:
    answer = session(workshop.technician).send("erasures/import/", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_evidence")


def test_a_certificate_is_issued_and_downloaded(workshop: Workshop) -> None:
    unit = a_drive(workshop, "A1")
    door = session(workshop.manager)
    refused = door.send("certificates/", {"unit_id": unit.pk})
    assert refused.json()["code"] == "data_still_there"
    door.send("erasures/import/", {"text": nwipe_log({"serial": "A1"})})
    issued = door.send("certificates/", {"unit_id": unit.pk})
    assert issued.status_code == 201, issued.content
    number = issued.json()["number"]
    pdf = b"".join(door.send(f"certificates/{number}/file/", method="get").streaming_content)
    shown = door.send(f"certificates/{number}/", method="get").json()
    assert shown["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert shown["facts"]["unit"]["serial"] == "A1"
    assert Certificate.objects.count() == 1
    other = session(Workshop().manager)
    assert other.send(f"certificates/{number}/file/", method="get").status_code == 404


def test_a_unit_and_a_pledge_are_not_certified_at_once(workshop: Workshop) -> None:
    assert session(workshop.manager).send("certificates/", {}).status_code == 422


def test_a_photo_comes_with_a_destruction(workshop: Workshop) -> None:
    unit = a_drive(workshop, "A1")
    operations.record_storage_destroyed(
        unit_id=unit.pk,
        reason="drilled",
        destruction="drilled",
        photo=SimpleUploadedFile("p.png", a_picture("PNG")),
        by=workshop.manager,
        at=NOW,
    )
    row = session(workshop.manager).send(f"storage-units/{unit.pk}/", method="get").json()
    assert (row["destruction"], len(row["photo_sha256"])) == ("drilled", 64)


@pytest.mark.parametrize("photo", [None, b"no picture"])
def test_a_destruction_without_a_photo_is_refused(
    workshop: Workshop, photo: bytes | None, nothing_changed: Any
) -> None:
    unit = a_drive(workshop, "A1")
    said: dict[str, Any] = {"reason": "drilled", "destruction": "drilled"}
    if photo:
        said["photo"] = SimpleUploadedFile("p.png", photo)
    program = Client()
    program.force_login(workshop.manager.user)
    with nothing_changed(unit, unit.device):
        answer = program.post(f"/api/v1/storage-units/{unit.pk}/destroyed/", said)
    assert answer.status_code == 422
    assert "photo" in answer.json()["errors"]

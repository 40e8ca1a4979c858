"""Papers for donors: numbered, frozen, true, and found out when changed."""

import hashlib
import io
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.core.files.base import ContentFile
from PIL import Image

from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.models import Certificate, Device, Pledge, StorageUnit
from tests.inventory.stories import ERASED, NOW, Workshop, a_photo, an_accepted_pledge

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def workshop(settings: Any, tmp_path: Path) -> Workshop:
    settings.MEDIA_ROOT = tmp_path
    settings.SITE_URL = "https://rebond.example"
    return Workshop()


@pytest.fixture
def pledge(workshop: Workshop) -> Pledge:
    return an_accepted_pledge(workshop)


def a_device(workshop: Workshop, pledge: Pledge, **facts: Any) -> Device:
    told = {"maker": "Exemple", "model": "Portable é 14", "asset_number": "INV-0042", **facts}
    return workshop.receive(line=pledge.lines.get(), facts=told)


def the_unit(device: Device, workshop: Workshop, serial: str = "DISQUE-001") -> StorageUnit:
    unit = device.storage_units.get()
    return operations.describe_storage_unit(
        unit_id=unit.pk,
        facts={"medium": "nvme", "model": "Modèle à œillets", "serial": serial, "size_gb": 512},
        by=workshop.technician,
        at=NOW,
    )


def an_erased_unit(workshop: Workshop, pledge: Pledge) -> StorageUnit:
    unit = the_unit(a_device(workshop, pledge), workshop)
    failed = {
        **ERASED,
        "result": "failed",
        "errors": 7,
        "verification": "",
        "remark": "Secteurs défectueux",
    }
    for facts in (failed, {**ERASED, "technique": "NVMe sanitize", "verifier_label": "atelier 2"}):
        operations.record_erasure(unit_id=unit.pk, facts=facts, by=workshop.technician, at=NOW)
    return unit


def issue(unit: StorageUnit, workshop: Workshop, at: Any = NOW) -> Certificate:
    return operations.issue_certificate(unit_id=unit.pk, by=workshop.manager, at=at)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def picture_of(pdf: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()


def test_a_certificate_says_all_that_it_must(workshop: Workshop, pledge: Pledge) -> None:
    certificate = issue(an_erased_unit(workshop, pledge), workshop)
    pdf = operations.pdf_of(certificate)
    words = words_of(pdf)
    for said in (
        certificate.number,
        "Certificat d’effacement de données",
        "Certificate of media sanitization",
        "Effacé et vérifié",
        "Modèle à œillets",
        "DISQUE-001",
        "SSD (NVMe)",
        "512 Go",
        "Portable é 14",
        "INV-0042",
        "Ateliers Exemple",
        pledge.reference,
        "Purge (Purge) · NIST SP 800-88 Rev. 2",
        "NVMe sanitize",
        "nwipe 0.38",
        "read back, all blocks",
        "atelier 2",
        "15/09/2026 12:00",
        f"technicien·ne n° {workshop.technician.user_id}, {workshop.organisation}",
        f"responsable d’atelier n° {workshop.manager.user_id}, {workshop.organisation}",
        "Secteurs défectueux",
        "Échec",
        "https://rebond.example/verifier/",
        "Atelier : à trier",
        "Effacement réalisé par",
        "Vérification par",
        f"À {workshop.organisation}, département {workshop.organisation.territory}",
    ):
        assert said in words, said
    assert workshop.technician.user.email not in words
    assert workshop.technician.user.name not in words


def test_a_certificate_speaks_of_a_report_only_where_there_is_one(
    workshop: Workshop, pledge: Pledge
) -> None:
    units = [the_unit(a_device(workshop, pledge), workshop, name) for name in ("S-1", "S-2")]
    report = ContentFile(b"nwipe 0.38 ... Erased", name="report.txt")
    for unit, shown in zip(units, (None, report), strict=True):
        facts = {**ERASED, "attestation": "" if shown else "Je l’ai vu finir."}
        operations.record_erasure(
            unit_id=unit.pk, facts=facts, report=shown, by=workshop.technician, at=NOW
        )
    attested, read = (words_of(operations.pdf_of(issue(unit, workshop))) for unit in units)
    assert "lecture du rapport" in read
    assert "lecture du rapport" not in attested
    assert "qui l’atteste" in attested
    assert "« Je l’ai vu finir. »" in attested


def test_the_code_on_the_paper_leads_to_its_check(workshop: Workshop, pledge: Pledge) -> None:
    certificate = issue(an_erased_unit(workshop, pledge), workshop)
    (read,) = zxingcpp.read_barcodes(picture_of(operations.pdf_of(certificate)))
    assert read.text == f"https://rebond.example/verifier/{certificate.token}"


def test_the_same_certificate_is_set_in_the_same_bytes(workshop: Workshop, pledge: Pledge) -> None:
    certificate = issue(an_erased_unit(workshop, pledge), workshop)
    kept = operations.set_certificate(certificate_id=certificate.pk)
    with kept.file.open() as file:
        pdf = file.read()
    assert hashlib.sha256(pdf).hexdigest() == kept.sha256
    assert operations.pdf_of(certificate) == pdf
    assert operations.set_certificate(certificate_id=certificate.pk).file.name == kept.file.name
    assert b"pdfaid" in pdf


def test_a_drive_gets_one_certificate_however_often_it_is_asked(
    workshop: Workshop, pledge: Pledge
) -> None:
    unit = an_erased_unit(workshop, pledge)
    assert issue(unit, workshop).pk == issue(unit, workshop, LATER).pk
    assert Event.objects.filter(kind="certificate.issued").count() == 1


def test_nothing_is_certified_of_data_that_is_still_there(
    workshop: Workshop, pledge: Pledge, nothing_changed: Any
) -> None:
    unit = the_unit(a_device(workshop, pledge), workshop)
    with nothing_changed(unit), pytest.raises(operations.DataStillThere):
        issue(unit, workshop)
    with nothing_changed(unit), pytest.raises(operations.DataStillThere):
        operations.issue_pledge_certificate(pledge=pledge, by=workshop.manager, at=NOW)
    assert not Certificate.objects.exists()


def test_a_drive_of_another_workshop_is_unknown(workshop: Workshop, pledge: Pledge) -> None:
    with pytest.raises(operations.UnknownUnit):
        issue(an_erased_unit(workshop, pledge), Workshop())


def test_numbers_have_no_gap(workshop: Workshop, pledge: Pledge) -> None:
    first = issue(an_erased_unit(workshop, pledge), workshop)
    with pytest.raises(operations.DataStillThere):
        issue(the_unit(a_device(workshop, pledge), workshop, "B"), workshop)
    second = issue(an_erased_unit(workshop, pledge), workshop)
    assert (first.number, second.number) == ("E-2026-00001", "E-2026-00002")


@pytest.mark.parametrize("outcome", ["destroyed", "absent"])
def test_destruction_and_absence_are_certified_as_what_they_are(
    workshop: Workshop, pledge: Pledge, outcome: str
) -> None:
    unit = the_unit(a_device(workshop, pledge), workshop, "")
    record = {
        "destroyed": partial(operations.record_storage_destroyed, photo=a_photo()),
        "absent": operations.record_storage_absent,
    }[outcome]
    record(unit_id=unit.pk, reason="Vu à l’établi", by=workshop.manager, at=NOW)
    words = words_of(operations.pdf_of(issue(unit, workshop)))
    assert {"destroyed": "Détruit", "absent": "Aucun support présent"}[outcome] in words
    assert "Vu à l’établi" in words
    assert "Effacé et vérifié" not in words


def test_what_comes_back_and_is_erased_again_gets_another_certificate(workshop: Workshop) -> None:
    device = workshop.device(State.READY)
    unit = device.storage_units.get()
    first = issue(unit, workshop)
    StorageUnit.objects.filter(pk=unit.pk).update(outcome_at=LATER)
    second = issue(unit, workshop, LATER)
    assert first.pk != second.pk
    assert Certificate.objects.in_force().count() == 2


def test_a_pledge_is_certified_with_what_is_not_finished(
    workshop: Workshop, pledge: Pledge
) -> None:
    an_erased_unit(workshop, pledge)
    the_unit(a_device(workshop, pledge, asset_number="INV-0043"), workshop, "DISQUE-002")
    cover = operations.issue_pledge_certificate(pledge=pledge, by=workshop.manager, at=NOW)
    words = words_of(operations.pdf_of(cover))
    for said in (
        "Partiel au 15/09/2026",
        "INV-0042",
        "INV-0043",
        "DISQUE-002",
        "Pas encore traité",
        "E-2026-00001",
    ):
        assert said in words, said
    assert cover.facts["awaited"] == 1
    again = operations.issue_pledge_certificate(pledge=pledge, by=workshop.manager, at=LATER)
    assert again.pk == cover.pk


def test_a_later_cover_names_the_one_it_replaces(workshop: Workshop, pledge: Pledge) -> None:
    an_erased_unit(workshop, pledge)
    left = the_unit(a_device(workshop, pledge), workshop, "DISQUE-002")
    first = operations.issue_pledge_certificate(pledge=pledge, by=workshop.manager, at=NOW)
    operations.record_erasure(unit_id=left.pk, facts={**ERASED}, by=workshop.technician, at=NOW)
    operations.close_pledge(pledge=pledge, by=workshop.manager, at=NOW)
    second = operations.issue_pledge_certificate(pledge=pledge, by=workshop.manager, at=LATER)
    assert second.replaces == first
    words = words_of(operations.pdf_of(second))
    assert f"remplace le n° {first.number}" in words
    assert "Complet" in words
    assert [c.pk for c in Certificate.objects.in_force().filter(pledge=pledge)] == [second.pk]


def test_a_private_donor_is_not_named(workshop: Workshop) -> None:
    pledge = an_accepted_pledge(workshop)
    Pledge.objects.filter(pk=pledge.pk).update(legal_type="individual")
    pledge.refresh_from_db()
    certificate = issue(an_erased_unit(workshop, pledge), workshop)
    assert certificate.facts["donor"] == ""


def test_what_people_typed_never_becomes_code(workshop: Workshop, pledge: Pledge) -> None:
    trap = "#panic(1) $x$ *gras* @nul <a>"
    unit = the_unit(a_device(workshop, pledge, model=trap), workshop, "")
    operations.record_storage_absent(unit_id=unit.pk, reason=trap, by=workshop.manager, at=NOW)
    assert words_of(operations.pdf_of(issue(unit, workshop))).count(trap) == 2


def test_due_papers_are_set_until_the_time_is_up(workshop: Workshop, pledge: Pledge) -> None:
    issue(an_erased_unit(workshop, pledge), workshop)
    assert operations.set_due_certificates(until=NOW - timedelta(days=1)) == 0
    assert operations.set_due_certificates(until=NOW + timedelta(days=9999)) == 1
    assert operations.set_due_certificates(until=NOW + timedelta(days=9999)) == 0


def test_the_paper_can_be_looked_at(workshop: Workshop, pledge: Pledge) -> None:
    pdf = operations.pdf_of(issue(an_erased_unit(workshop, pledge), workshop))
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert len(pdf) < 200_000
    out = io.BytesIO()
    picture_of(pdf).save(out, "PNG")
    assert out.tell()

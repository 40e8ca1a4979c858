"""Reports handed in and certificates handed out, by the pages."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.inventory import operations
from backend.inventory.models import Certificate, Device, Erasure, Pledge, StorageUnit
from tests.factories import a_counsellor, a_donor_contact
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.reports import ID_CTRL, nwipe_log, sanitize_text
from tests.inventory.stories import NOW, Workshop, an_accepted_pledge


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def pledge(workshop: Workshop) -> Pledge:
    return an_accepted_pledge(workshop)


@pytest.fixture
def bench(seen_by: See, workshop: Workshop) -> Client:
    return seen_by(workshop.manager)


def a_drive(workshop: Workshop, pledge: Pledge, serial: str) -> StorageUnit:
    device = workshop.triage(workshop.receive(line=pledge.lines.get()))
    return operations.describe_storage_unit(
        unit_id=device.storage_units.get().pk,
        facts={"serial": serial},
        by=workshop.technician,
        at=NOW,
    )


def a_file(text: str, name: str = "nwipe.log") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_the_logs_of_a_batch_are_answered_line_by_line(
    bench: Client, workshop: Workshop, pledge: Pledge
) -> None:
    good, bad = (a_drive(workshop, pledge, serial) for serial in ("A1", "B2"))
    first = nwipe_log({"serial": "A1"}, {"serial": "lost"})
    second = nwipe_log({"serial": "B2", "errors": (3, 0, 0)})
    files = [a_file(first), a_file(second), a_file("hello", "other.txt")]
    answer = bench.post("/atelier/effacements/", {"reports": files})
    shown = text_of(answer)
    assert answer.status_code == 422  # one of the three could not be read
    for said in ("1 drive erased", "1 failure", "1 line not recorded", "other.txt"):
        assert said in shown, said
    assert str(good.device) in shown
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.outcome, bad.outcome) == ("erased", "pending")
    told = text_of(bench.get(f"/d/{bad.device.code}/"))
    assert "The last erasure failed" in told
    assert "/destruction/" in told


def test_a_pasted_report_of_one_device_may_be_put_on_the_drive_one_chooses(
    bench: Client, workshop: Workshop, pledge: Pledge
) -> None:
    unit = a_drive(workshop, pledge, "")
    path = f"/d/{unit.device.code}/stockage/rapport/"
    assert "The one with the serial number" in text_of(bench.get(path))
    said = {"text": sanitize_text(), "unit_id": unit.pk, "tool_version": "2.8"}
    assert "record this erasure by hand" in text_of(bench.post(path, said))
    said["text"] = sanitize_text(more=ID_CTRL)
    assert "1 drive erased" in text_of(bench.post(path, said))
    unit.refresh_from_db()
    assert unit.outcome == "erased"


@pytest.mark.parametrize("said", [{}, {"text": " "}, {"text": "x", "unit_id": "999999"}])
def test_an_empty_or_foreign_form_records_nothing(
    bench: Client, workshop: Workshop, pledge: Pledge, said: dict[str, str]
) -> None:
    unit = a_drive(workshop, pledge, "A1")
    assert bench.post(f"/d/{unit.device.code}/stockage/rapport/", said).status_code == 422
    assert not Erasure.objects.exists()


def test_another_workshop_hands_in_nothing_for_this_device(
    seen_by: See, workshop: Workshop, pledge: Pledge
) -> None:
    unit = a_drive(workshop, pledge, "A1")
    browser = seen_by(Workshop().technician)
    assert browser.get(f"/d/{unit.device.code}/stockage/rapport/").status_code == 404
    browser.post("/atelier/effacements/", {"text": nwipe_log({"serial": "A1"})})
    assert not Erasure.objects.exists()


def certified(bench: Client, workshop: Workshop, pledge: Pledge) -> tuple[Device, Certificate]:
    unit = a_drive(workshop, pledge, "A1")
    bench.post("/atelier/effacements/", {"text": nwipe_log({"serial": "A1"})})
    path = f"/d/{unit.device.code}/stockage/{unit.pk}/certificat/"
    assert location_of(bench.post(path)) == f"/d/{unit.device.code}/"
    return unit.device, Certificate.objects.get()


def test_a_certificate_is_issued_read_and_checked(
    bench: Client, visitor: Client, workshop: Workshop, pledge: Pledge
) -> None:
    device, certificate = certified(bench, workshop, pledge)
    assert certificate.number in text_of(bench.get(f"/d/{device.code}/"))
    answer = bench.get(f"/certificats/{certificate.number}.pdf")
    pdf = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "application/pdf"

    shown = visitor.post("/verifier/", {"file": SimpleUploadedFile("c.pdf", pdf)})
    assert "Authentic and unchanged" in text_of(shown)
    assert certificate.number in text_of(shown)
    changed = pdf[:500] + bytes([pdf[500] ^ 1]) + pdf[501:]
    shown = visitor.post("/verifier/", {"file": SimpleUploadedFile("c.pdf", changed)})
    assert "Authentic" not in text_of(shown)
    assert "Unknown" in text_of(shown)


def test_a_machine_that_came_back_gets_a_new_certificate_beside_the_old_one(
    bench: Client, workshop: Workshop, pledge: Pledge
) -> None:
    device, _certificate = certified(bench, workshop, pledge)
    unit = device.storage_units.get()
    assert "Issue the certificate" not in text_of(bench.get(f"/d/{device.code}/"))
    unit.outcome_at = NOW + timedelta(days=40)  # erased again, after it came back
    unit.save(update_fields=["outcome_at"])
    shown = text_of(bench.get(f"/d/{device.code}/"))
    assert "of an earlier erasure" in shown, shown
    assert "Issue the certificate" in shown
    bench.post(f"/d/{device.code}/stockage/{unit.pk}/certificat/")
    assert unit.certificates.count() == 2
    assert "Issue the certificate" not in text_of(bench.get(f"/d/{device.code}/"))


def test_a_printed_code_shows_the_facts_and_proves_nothing_more(
    bench: Client, visitor: Client, workshop: Workshop, pledge: Pledge
) -> None:
    _device, certificate = certified(bench, workshop, pledge)
    answer = visitor.get(f"/verifier/{certificate.token}")
    assert "Only the file itself proves" in text_of(answer)
    assert "Authentic" not in text_of(answer)
    assert "noindex" in answer["X-Robots-Tag"]
    assert visitor.get("/verifier/guessed").status_code == 404


def test_who_a_certificate_does_not_concern_gets_none(
    seen_by: See, bench: Client, visitor: Client, workshop: Workshop, pledge: Pledge
) -> None:
    _device, certificate = certified(bench, workshop, pledge)
    path = f"/certificats/{certificate.number}.pdf"
    assert seen_by(Workshop().manager).get(path).status_code == 404
    assert seen_by(a_donor_contact()).get(path).status_code == 404
    assert seen_by(a_counsellor()).get(path).status_code == 403
    assert visitor.get(path).status_code == 302
    donor = a_donor_contact(organisation=pledge.donor)
    answer = seen_by(donor).get(path)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_donor_without_account_finds_the_papers(
    bench: Client, visitor: Client, workshop: Workshop, pledge: Pledge
) -> None:
    a_drive(workshop, pledge, "A1")
    bench.post("/atelier/effacements/", {"text": nwipe_log({"serial": "A1"})})
    bench.post(f"/dons/{pledge.reference}/certificat/")
    cover = Certificate.objects.get(pledge=pledge)
    home = f"/suivi/{pledge.tracking_secret}"
    shown = text_of(visitor.get(f"{home}/preuves/"))
    assert cover.number in shown
    assert "partial" in shown
    answer = visitor.get(f"{home}/certificats/{cover.number}.pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    other = an_accepted_pledge(Workshop())
    stolen = f"/suivi/{other.tracking_secret}/certificats/{cover.number}.pdf"
    assert visitor.get(stolen).status_code == 404


def test_a_replaced_paper_says_so(
    bench: Client, visitor: Client, workshop: Workshop, pledge: Pledge
) -> None:
    a_drive(workshop, pledge, "A1")
    bench.post("/atelier/effacements/", {"text": nwipe_log({"serial": "A1"})})
    bench.post(f"/dons/{pledge.reference}/certificat/")
    a_drive(workshop, pledge, "B2")
    bench.post(f"/dons/{pledge.reference}/certificat/")
    old, new = Certificate.objects.filter(pledge=pledge).order_by("pk")
    told = text_of(visitor.get(f"/verifier/{old.token}"))
    assert f"By certificate {new.number}" in told
    assert "Replaced" not in text_of(visitor.get(f"/verifier/{new.token}"))


def test_nothing_to_certify_is_said_on_the_page(
    bench: Client, workshop: Workshop, pledge: Pledge
) -> None:
    unit = a_drive(workshop, pledge, "A1")
    answer = bench.post(f"/d/{unit.device.code}/stockage/{unit.pk}/certificat/", follow=True)
    assert "still there: erase" in text_of(answer)
    answer = bench.post(f"/dons/{pledge.reference}/certificat/", follow=True)
    assert "is dealt with yet" in text_of(answer)


@pytest.mark.django_db
def test_checks_are_counted_by_address(visitor: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("backend.inventory.pages.certificates.CHECKS_PER_HOUR_PER_ADDRESS", 2)
    answers = [visitor.get("/verifier/nothing").status_code for _ in range(3)]
    assert answers == [404, 404, 429]

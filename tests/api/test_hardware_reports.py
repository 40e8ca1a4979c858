"""Reports through the API: with a code they are kept, without one devices are proposed."""

import json
from typing import Any

import pytest

from backend.inventory.models import HardwareReport
from tests.api.doors import Door, door
from tests.factories import a_donor_contact
from tests.inventory import printed
from tests.inventory.stories import Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def stick(workshop: Workshop) -> Door:
    """A bench stick: its token opens this one door."""
    return door(workshop.technician, "report.record")


def test_a_report_with_a_code_is_kept_and_says_what_it_filled(
    workshop: Workshop, stick: Door
) -> None:
    device = workshop.receive(facts={"serial": "", "maker": "Typed"})
    answer = stick.send(
        "hardware-reports/", {"code": device.code, "report": printed.lshw_tree(printed.SSD)}
    )
    said = answer.json()
    assert (answer.status_code, said["outcome"]) == (200, "recorded")
    assert said["device"]["serial"] == "EX12345"
    assert "ram_gb" in said["report"]["filled"]
    assert [one["what"] for one in said["report"]["differences"]] == ["maker"]
    assert said["hardware"]["drives"][0]["serial"] == "EXSSD0001"


def test_the_same_report_again_is_already_known(workshop: Workshop, stick: Door) -> None:
    body = {"code": workshop.receive().code, "report": printed.bundle().decode()}
    assert stick.send("hardware-reports/", body).json()["outcome"] == "recorded"
    assert stick.send("hardware-reports/", body).json()["outcome"] == "already_known"
    assert HardwareReport.objects.count() == 1


@pytest.mark.parametrize("way", ["form", "body"])
def test_a_file_may_be_a_form_or_the_whole_body(workshop: Workshop, stick: Door, way: str) -> None:
    device, content = workshop.receive(), printed.bundle()
    if way == "form":
        upload = printed.as_file(content)
        answer = stick.post(
            "/api/v1/hardware-reports/",
            {"code": device.code, "report": upload},
            format="multipart",
        )
    else:
        answer = stick.generic(
            "POST",
            f"/api/v1/hardware-reports/?code={device.code}",
            content,
            content_type="application/octet-stream",
        )
    assert answer.json()["outcome"] == "recorded", answer.json()
    assert HardwareReport.objects.get().content == content


def test_without_a_code_devices_are_proposed_and_nothing_is_kept(
    workshop: Workshop, stick: Door
) -> None:
    mine = workshop.receive(facts={"serial": "EX12345"})
    Workshop().receive(facts={"serial": "EX12345"})
    said = stick.send("hardware-reports/", {"report": printed.lshw_tree(printed.SSD)}).json()
    assert said["outcome"] == "matches"
    assert [(m["device"]["code"], m["because"]) for m in said["matches"]] == [
        (mine.code, ["serial"])
    ]
    assert not HardwareReport.objects.exists()


def test_a_machine_without_serial_is_known_again_by_its_drive_and_its_uuid(
    workshop: Workshop, stick: Door
) -> None:
    device = workshop.receive(facts={"serial": ""})
    tree = printed.lshw_tree(printed.SSD, serial="0")
    stick.send("hardware-reports/", {"code": device.code, "report": tree})
    said = stick.send("hardware-reports/", {"report": tree}).json()
    assert [m["because"] for m in said["matches"]] == [["drive", "uuid"]]


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ("bonjour", "unknown_report"),
        ('{"id": "x", ', "unreadable_report"),
        ([[1, [2]]], "unknown_report"),
        ("é" * 2_600_000, None),
    ],
)
def test_a_wrong_file_is_refused_by_name(
    workshop: Workshop, stick: Door, report: Any, code: str | None, nothing_changed: Any
) -> None:
    device = workshop.receive()
    with nothing_changed(device):
        answer = stick.send("hardware-reports/", {"code": device.code, "report": report})
    assert answer.status_code == (422 if code else 413)
    assert answer.json()["code"] == (code or "too_large")


def test_a_body_that_is_too_long_is_refused(workshop: Workshop, stick: Door) -> None:
    path = "/api/v1/hardware-reports/"
    for length, code in ((5_500_000, "report_too_large"), (6_500_000, "too_large")):
        answer = stick.generic(
            "POST", path, b" " * length, content_type="application/octet-stream"
        )
        assert answer.json()["code"] == code


def test_the_stick_reads_nothing_and_a_donor_sees_no_report(
    workshop: Workshop, stick: Door
) -> None:
    body = {"code": workshop.receive().code, "report": printed.lshw_tree(printed.SSD)}
    pk = stick.send("hardware-reports/", body).json()["report"]["id"]
    for path in ("hardware-reports/", f"hardware-reports/{pk}/raw/", "devices/"):
        assert stick.read(path).status_code == 403
    assert door(a_donor_contact()).read(f"hardware-reports/{pk}/raw/").status_code == 403


def test_the_file_is_given_back_as_it_came(workshop: Workshop) -> None:
    program = door(workshop.technician)
    device = workshop.receive()
    body = {"code": device.code, "report": printed.lshw().decode()}
    pk = program.send("hardware-reports/", body).json()["report"]["id"]
    answer = program.get(f"/api/v1/hardware-reports/{pk}/raw/")
    assert answer.content == printed.lshw()
    assert answer["Content-Disposition"].startswith("attachment")
    (row,) = program.read("hardware-reports/", device=device.code).json()["results"]
    assert (row["device"], json.dumps(row).count("host1")) == (device.code, 0)


def test_a_report_costs_few_statements(workshop: Workshop, stick: Door, statements: Any) -> None:
    body = {"code": workshop.receive().code, "report": printed.bundle().decode()}
    with statements() as found:
        stick.send("hardware-reports/", body)
    assert len(found) <= 13, found

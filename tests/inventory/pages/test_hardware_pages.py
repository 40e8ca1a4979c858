"""Reports on the pages: handed in for a device, matched without a code, shown, given back."""

import re
from typing import Any

import pytest
from django.test import Client

from backend.inventory.choices import State
from backend.inventory.models import HardwareReport
from backend.inventory.pages.hardware import packed
from tests.factories import a_coordinator
from tests.inventory import printed
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop

LOOSE = "/atelier/rapport/"


@pytest.fixture
def bench(workshop: Workshop, seen_by: See) -> Client:
    return seen_by(workshop.technician)


def test_a_file_fills_in_the_device_and_its_page_shows_it(
    workshop: Workshop, bench: Client
) -> None:
    device = workshop.receive(facts={"serial": "", "specs": {"ram_gb": 4}})
    page = f"/d/{device.code}/rapport/"
    assert bench.get(page).status_code == 200
    files = [printed.as_file(printed.bundle()), printed.as_file(printed.DMIDECODE.encode())]
    assert device.code in location_of(bench.post(page, {"report": files}))
    shown = text_of(bench.get(f"/d/{device.code}/"))
    for word in ("PF0EX123", "i5-8250U", "Exemple SSD 256 Pro", "4321 h", "67 %", "Not counted"):
        assert word in shown, word
    assert "What does not fit" in shown


def test_what_was_printed_may_be_pasted(workshop: Workshop, bench: Client) -> None:
    device = workshop.receive(facts={"serial": ""})
    location_of(bench.post(f"/d/{device.code}/rapport/", {"pasted": printed.lshw().decode()}))
    device.refresh_from_db()
    assert device.serial == "EX12345"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose a file"),
        ({"pasted": "bonjour"}, "Nothing in this file"),
        ({"pasted": '{"id": '}, "cut short"),
        ({"packed": "%%%"}, "got lost"),
        ({"report": [b"\x89PNG\0"] * 2}, "no text"),
        ({"report": [b"x"] * 21}, "at most 20"),
    ],
)
@pytest.mark.parametrize("page", ["/d/CODE/rapport/", LOOSE])
def test_a_wrong_file_is_said_beside_it_and_nothing_is_kept(
    workshop: Workshop, bench: Client, page: str, sent: dict[str, Any], words: str
) -> None:
    device = workshop.receive()
    given = {**sent, "report": [printed.as_file(content) for content in sent.get("report", [])]}
    answer = bench.post(page.replace("CODE", device.code), given)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not HardwareReport.objects.exists()


def test_a_report_without_a_code_proposes_devices_and_one_press_attaches_it(
    workshop: Workshop, bench: Client
) -> None:
    device = workshop.receive(facts={"serial": "EX12345"})
    shown = text_of(bench.post(LOOSE, {"report": [printed.as_file(printed.bundle())]}))
    assert "same serial number" in shown
    assert not HardwareReport.objects.exists()
    waiting = re.search(r'name="packed" value="([^"]+)"', shown)
    assert waiting is not None
    gone = location_of(bench.post(LOOSE, {"packed": waiting[1], "code": device.code}))
    assert gone.endswith(f"/d/{device.code}/#configuration")
    assert HardwareReport.objects.get().content == printed.bundle()


def test_a_scanned_label_names_the_device_at_once(workshop: Workshop, bench: Client) -> None:
    device = workshop.receive(facts={"serial": ""})
    said = {"pasted": printed.lshw().decode(), "code": f"https://example.org/D/{device.code}"}
    assert device.code in location_of(bench.post(LOOSE, said))


def test_a_refused_device_leaves_the_report_waiting(workshop: Workshop, bench: Client) -> None:
    mine, beside = workshop.receive(), workshop.receive(facts={"serial": "EX12345"})
    answer = bench.post(LOOSE, {"packed": packed(printed.lshw()), "code": mine.code})
    assert answer.status_code == 422
    assert "Scan the label on the machine" in text_of(answer)
    assert str(beside) in text_of(answer)


def test_a_device_with_an_unknown_drive_says_what_to_do(workshop: Workshop, bench: Client) -> None:
    device = workshop.device(State.READY)
    second = {**printed.SSD, "logicalname": "/dev/sdc", "serial": "EXSSD0002"}
    content = printed.lshw(printed.SSD, second, serial=str(device.serial))
    location_of(bench.post(f"/d/{device.code}/rapport/", {"pasted": content.decode()}))
    for page in (f"/d/{device.code}/", "/atelier/appareils/"):
        assert "Unknown drive" in text_of(bench.get(page))


def test_the_file_is_given_to_who_sees_the_device_only(
    workshop: Workshop, bench: Client, seen_by: See
) -> None:
    device = workshop.receive(facts={"serial": ""})
    bench.post(f"/d/{device.code}/rapport/", {"pasted": printed.lshw().decode()})
    path = f"/releves/{HardwareReport.objects.get().pk}/brut/"
    answer = bench.get(path)
    assert answer.content == printed.lshw()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert seen_by(a_coordinator()).get(path).status_code == 200
    assert seen_by(Workshop().technician).get(path).status_code == 404


def test_a_bomb_in_the_waiting_report_is_cut(workshop: Workshop, bench: Client) -> None:
    answer = bench.post(LOOSE, {"packed": packed(b" " * 50_000_000)})
    assert answer.status_code == 422
    assert "at most 5 MB" in text_of(answer)

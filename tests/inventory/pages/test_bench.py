"""Set the act once, then scan N: each scan has one clear result."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from backend.core import codes
from backend.core.models import Event
from backend.inventory.choices import State
from backend.inventory.models import Device
from tests.conftest import Statements
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop, an_accepted_pledge
from tests.page import Page

Count = Callable[[], AbstractContextManager[Statements]]
TRIAGE = {"decision": "repair", "reason": "starts"}


def set_up(browser: Client, name: str, **data: Any) -> None:
    """Set what each scan does."""
    assert location_of(browser.post(f"/atelier/reglage/{name}/", data)) == "/atelier/"


def scan(browser: Client, code: str) -> str:
    """Scan a code and read the bench."""
    assert location_of(browser.post("/atelier/scan/", {"code": code})) == "/atelier/"
    return text_of(browser.get("/atelier/"))


@pytest.fixture
def bench(seen_by: See, workshop: Workshop) -> Client:
    """The technician's browser."""
    return seen_by(workshop.technician)


def test_the_bench_can_be_used_by_everybody(bench: Client, workshop: Workshop) -> None:
    an_accepted_pledge(workshop)
    workshop.ready()
    answer = bench.get("/atelier/")
    assert answer.status_code == 200
    assert not Page(answer.content).faults()
    code = next(field for field in Page(answer.content).all("input") if field["name"] == "code")
    assert "autofocus" in code


def test_a_scan_opens_the_device_until_something_else_is_set(
    bench: Client, workshop: Workshop
) -> None:
    device = workshop.receive()
    for typed in (device.code, str(device).lower(), f"HTTPS://REBOND.EXAMPLE/D/{device.code}"):
        answer = bench.post("/atelier/scan/", {"code": typed})
        assert location_of(answer) == f"/d/{device.code}/"
    free = workshop.label()
    assert (
        location_of(bench.post("/atelier/scan/", {"code": free})) == f"/atelier/recevoir/{free}/"
    )


@pytest.mark.parametrize(
    "name", ["ouvrir", "reception", "tri", "effacement", "controle", "rangement", "demontage"]
)
def test_each_setting_can_be_read_by_everybody(
    bench: Client, workshop: Workshop, name: str
) -> None:
    answer = bench.get(f"/atelier/reglage/{name}/")
    assert answer.status_code == 200
    assert not Page(answer.content).faults()


def test_machines_are_received_one_scan_after_the_other(bench: Client, workshop: Workshop) -> None:
    line = an_accepted_pledge(workshop).lines.get()
    set_up(bench, "reception", line=line.pk, unexpected_reason="", location="")
    for code in (workshop.label(), workshop.label()):
        assert "scan-result-done" in scan(bench, code)
    assert line.devices.filter(state=State.RECEIVED).count() == 2


def test_an_unexpected_machine_needs_its_kind_and_reason(
    bench: Client, workshop: Workshop
) -> None:
    answer = bench.post("/atelier/reglage/reception/", {"line": ""})
    assert answer.status_code == 422
    set_up(bench, "reception", line="", kind="printer", unexpected_reason="left at the door")
    scan(bench, workshop.label())
    assert Device.objects.get().unexpected_reason == "left at the door"


def test_the_numbers_of_each_machine_are_asked_when_wished(
    bench: Client, workshop: Workshop
) -> None:
    line = an_accepted_pledge(workshop).lines.get()
    set_up(bench, "reception", line=line.pk, asks_numbers="on")
    code = workshop.label()
    page = location_of(bench.post("/atelier/scan/", {"code": code}))
    assert page == f"/atelier/recevoir/{code}/"
    assert not Page(bench.get(page).content).faults()
    said = {"line": line.pk, "serial": "abc123", "asset_number": "VF-9"}
    assert location_of(bench.post(page, said)) == "/atelier/"
    device = Device.objects.get()
    assert (device.kind, device.serial, device.asset_number) == ("laptop", "ABC123", "VF-9")
    assert "scan-result-done" in text_of(bench.get("/atelier/"))


def test_the_second_scan_says_when_and_by_whom_and_changes_nothing(
    bench: Client, workshop: Workshop
) -> None:
    device = workshop.receive()
    set_up(bench, "tri", **TRIAGE)
    assert "scan-result-done" in scan(bench, device.code)
    events = Event.objects.count()
    page = scan(bench, device.code)
    assert "Already done: nothing changed" in page
    assert "by you" in page
    assert Event.objects.count() == events


def test_a_received_label_scanned_again_is_already_done(bench: Client, workshop: Workshop) -> None:
    set_up(bench, "reception", line="", kind="laptop", unexpected_reason="found")
    code = workshop.label()
    scan(bench, code)
    assert "Already done" in scan(bench, code)
    assert Device.objects.count() == 1


def test_what_cannot_be_done_is_refused_with_its_reason(bench: Client, workshop: Workshop) -> None:
    device = workshop.triage(workshop.receive())
    set_up(bench, "controle", is_sure="on")
    page = scan(bench, device.code)
    assert "scan-result-refusal" in page
    assert "not dealt with" in page
    device.refresh_from_db()
    assert device.state == State.IN_WORKSHOP


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("misread", "One symbol of this code is wrong"),
        ("too short", "nine letters and digits"),
        ("too long", "too long"),
        ("unknown", "no label has this code"),
        ("another's label", "belongs to another organisation"),
        ("another's device", "belongs to another organisation"),
        ("free", "This label is free"),
    ],
)
def test_each_wrong_code_has_its_own_sentence(
    bench: Client, workshop: Workshop, which: str, sentence: str
) -> None:
    other = Workshop()
    code = {
        "misread": "7K3M9XQ2A",
        "too short": "7K3",
        "too long": "7" * 299 + "XY",
        "unknown": codes.mint(),
        "another's label": other.label(),
        "another's device": other.receive().code,
        "free": workshop.label(),
    }[which]
    set_up(bench, "tri", **TRIAGE)
    events = Event.objects.count()
    page = scan(bench, code)
    assert "scan-result-refusal" in page
    assert sentence in page
    assert Event.objects.count() == events


def test_a_whole_batch_is_erased_with_one_evidence_each(bench: Client, workshop: Workshop) -> None:
    device = workshop.triage(workshop.receive())
    said = {"method": "purge", "tool": "nwipe", "tool_version": "0.38", "verification": "full"}
    moments = {"started_at": "2026-09-15T12:05", "ended_at": "2026-09-15T12:50"}
    set_up(bench, "effacement", **said, **moments, is_sure="on")
    assert "scan-result-done" in scan(bench, device.code)
    device.refresh_from_db()
    assert device.is_data_gone
    assert "Already done" in scan(bench, device.code)


def test_the_last_scan_is_undone_and_the_last_ten_are_kept(
    bench: Client, workshop: Workshop
) -> None:
    set_up(bench, "tri", **TRIAGE)
    devices = [workshop.receive() for _device in range(11)]
    for device in devices:
        page = scan(bench, device.code)
    assert f"Undo {devices[-1]}" in page
    assert str(devices[1]) in page
    assert str(devices[0]) not in page
    assert location_of(bench.post("/atelier/annuler/", {"code": devices[-1].code})) == "/atelier/"
    devices[-1].refresh_from_db()
    assert devices[-1].state == State.RECEIVED
    assert "Undone" in text_of(bench.get("/atelier/"))


def test_the_same_form_sent_twice_is_one_scan(bench: Client, workshop: Workshop) -> None:
    device = workshop.receive()
    set_up(bench, "tri", **TRIAGE)
    for _time in range(2):
        bench.post("/atelier/scan/", {"code": device.code, "once": "one press"})
    assert Event.objects.of_kind("device.triaged").count() == 1
    assert "Already done" not in text_of(bench.get("/atelier/"))


def test_the_fragment_is_the_page_reloaded(bench: Client, workshop: Workshop) -> None:
    set_up(bench, "tri", **TRIAGE)
    scan(bench, workshop.receive().code)
    whole = text_of(bench.get("/atelier/"))
    swapped = text_of(bench.get("/atelier/", headers={"HX-Request": "true"}))
    begin, middle, end = 'id="scan"', 'name="once"', 'id="arrivals"'
    for part in (whole, swapped):
        assert middle in part
    first, second = (part[part.index(begin) : part.index(end)] for part in (whole, swapped))
    assert without_keys(first) == without_keys(second)


def without_keys(part: str) -> list[str]:
    """Leave out the lines that differ by design: one key a form."""
    return [line for line in part.splitlines() if "once" not in line and "csrf" not in line]


def test_more_work_costs_the_bench_no_more_queries(
    bench: Client, workshop: Workshop, statements: Count
) -> None:
    an_accepted_pledge(workshop)
    workshop.receive()
    bench.get("/atelier/")
    with statements() as one:
        bench.get("/atelier/")
    for _more in range(3):
        an_accepted_pledge(workshop)
        workshop.receive()
    with statements() as four:
        bench.get("/atelier/")
    assert len(four) == len(one)


def test_a_scan_costs_few_statements(bench: Client, workshop: Workshop, statements: Count) -> None:
    set_up(bench, "tri", **TRIAGE)
    scan(bench, workshop.receive().code)
    device = workshop.receive()
    with statements() as sent:
        bench.post("/atelier/scan/", {"code": device.code, "once": "a key"})
    ours = [sql for sql in sent if "django_session" not in sql and "accounts_user" not in sql]
    assert len(ours) <= 6, "\n".join(ours)

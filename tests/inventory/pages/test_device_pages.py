"""What a label opens, and the acts on a device."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.core import codes
from backend.core.models import Event
from backend.inventory.choices import CHECKLIST, DataOutcome, State, Triage
from backend.inventory.models import Device, Erasure
from backend.inventory.pages.acts import ACTS
from tests.conftest import Statements
from tests.core.test_photos import a_picture
from tests.factories import a_counsellor, a_donor_contact
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop, an_accepted_pledge
from tests.page import Page

Unchanged = Callable[..., AbstractContextManager[None]]
ERASED = {
    "result": "erased",
    "method": "purge",
    "tool": "nwipe",
    "tool_version": "0.38",
    "verification": "full read",
    "errors_met": "0",
    "started_at": "2026-09-15T12:05",
    "ended_at": "2026-09-15T12:50",
    "standard": "NIST SP 800-88",
    "revision": "Rev. 2",
    "attests": "on",
}


def act(browser: Client, device: Device, name: str, **said: Any) -> Any:
    """Do an act on a device."""
    return browser.post(f"/d/{device.code}/actes/{name}/", said)


@pytest.fixture
def bench(seen_by: See, workshop: Workshop) -> Client:
    """The manager's browser."""
    return seen_by(workshop.manager)


@pytest.mark.parametrize("state", State.values)
def test_the_page_of_every_state_can_be_used_by_everybody(
    bench: Client, workshop: Workshop, state: str
) -> None:
    device = workshop.device(state)
    answer = bench.get(f"/d/{device.code}/")
    assert answer.status_code == 200
    assert not Page(answer.content).faults()
    assert str(State(state).label) in text_of(answer)


@pytest.mark.parametrize("name", ACTS)
def test_the_page_of_every_act_can_be_used_by_everybody(
    bench: Client, workshop: Workshop, name: str
) -> None:
    answer = bench.get(f"/d/{workshop.receive().code}/actes/{name}/")
    assert answer.status_code == 200
    assert not Page(answer.content).faults()


def test_a_device_goes_to_the_shelf_by_its_pages_alone(bench: Client, workshop: Workshop) -> None:
    device = workshop.receive()
    act(bench, device, "tri", decision="repair", reason="starts", is_locked="on")
    act(bench, device, "reparation", what="new disk", part="SSD", part_condition="reused")
    act(bench, device, "deverrouillage")
    unit = device.storage_units.get()
    described = {"medium": "ssd", "maker": "Crucial", "serial": "X1", "size_gb": "256"}
    bench.post(f"/d/{device.code}/stockage/{unit.pk}/description/", described)
    report = SimpleUploadedFile("nwipe.txt", b"%PDF-1.4 all blocks erased")
    bench.post(f"/d/{device.code}/stockage/{unit.pk}/effacement/", {**ERASED, "report": report})
    colleague = Client()
    colleague.force_login(workshop.technician.user)
    act(colleague, device, "controle", points=list(CHECKLIST))
    act(bench, device, "rangement", location=workshop.site().pk, lot="")
    device.refresh_from_db()
    assert device.state == State.READY
    assert device.location is not None
    assert [event.kind for event in Event.objects.about(device).order_by("pk")] == [
        "device.received",
        "device.triaged",
        "device.repaired",
        "device.unlocked",
        "storage_unit.described",
        "storage_unit.erased",
        "device.passed_quality_check",
        "device.placed",
    ]


@pytest.mark.parametrize(
    ("state", "name", "said", "sentence"),
    [
        ("ready", "tri", {"decision": "repair", "reason": "x"}, "this step does not follow"),
        ("received", "tri", {"decision": "repair", "reason": " "}, "required"),
        ("received", "tri", {"decision": "elsewhere", "reason": "x"}, "valid choice"),
        ("in_workshop", "controle", {"points": list(CHECKLIST)}, "not dealt with"),
        ("in_workshop", "refus", {"decision": "parts", "reason": ""}, "required"),
        ("received", "reparation", {"what": "x"}, "Only a device in the workshop"),
        ("in_workshop", "reparation", {"what": "x", "part": "SSD"}, "new or reused"),
        ("received", "deverrouillage", {}, "not locked"),
        ("handed_over", "rangement", {"location": "", "lot": ""}, "not in the house"),
        ("received", "demontage", {}, "this step does not follow"),
        ("to_recycle", "recyclage", {"mass_kg": "0", "waste_slip": "B"}, "greater than"),
        ("received", "etiquette", {"new_code": "7K3M9XQ2A"}, "One symbol"),
        ("received", "disparu", {"reason": ""}, "required"),
        ("received", "retrouve", {}, "this step does not follow"),
        ("received", "annulation", {}, "no move that can be taken back"),
    ],
)
def test_a_refused_act_says_why_and_changes_nothing(
    bench: Client,
    workshop: Workshop,
    nothing_changed: Unchanged,
    state: str,
    name: str,
    said: dict[str, Any],
    sentence: str,
) -> None:
    device = workshop.device(state)
    with nothing_changed(device):
        answer = act(bench, device, name, **said)
    assert answer.status_code == 422
    assert sentence in text_of(answer)


@pytest.mark.parametrize(
    ("state", "name", "said", "after"),
    [
        ("in_workshop", "refus", {"decision": "parts", "reason": "screen"}, State.FOR_PARTS),
        ("for_parts", "demontage", {}, State.TO_RECYCLE),
        ("to_recycle", "recyclage", {"mass_kg": "1.5", "waste_slip": "BSD-1"}, State.RECYCLED),
        ("received", "disparu", {"reason": "everywhere"}, State.MISSING),
        ("missing", "retrouve", {}, State.IN_WORKSHOP),
        ("in_workshop", "annulation", {}, State.RECEIVED),
    ],
)
def test_each_act_leads_where_it_says(
    bench: Client, workshop: Workshop, state: str, name: str, said: dict[str, Any], after: str
) -> None:
    device = workshop.device(state)
    assert location_of(act(bench, device, name, **said)) == f"/d/{device.code}/"
    device.refresh_from_db()
    assert device.state == after


def test_what_is_known_is_corrected_and_the_rest_is_kept(
    bench: Client, workshop: Workshop
) -> None:
    device = workshop.receive(facts={"specs": {"cpu": "i5", "wifi": "6"}})
    page = text_of(bench.get(f"/d/{device.code}/actes/correction/"))
    assert 'value="i5"' in page
    act(bench, device, "correction", maker="Dell", cpu="i7", ram_gb="16", screen_in="14.0")
    device.refresh_from_db()
    assert device.maker == "Dell"
    assert device.specs == {"cpu": "i7", "wifi": "6", "ram_gb": 16, "screen_in": 14.0}


def test_a_new_label_finds_the_device_too(bench: Client, workshop: Workshop) -> None:
    device = workshop.receive()
    new = workshop.label()
    act(bench, device, "etiquette", new_code=codes.spell(new))
    assert bench.get(f"/d/{new}/").status_code == 200


@pytest.mark.parametrize(
    ("result", "outcome"),
    [("erased", DataOutcome.ERASED), ("failed", DataOutcome.PENDING)],
)
def test_only_what_was_verified_deals_with_a_drive(
    bench: Client, workshop: Workshop, result: str, outcome: str
) -> None:
    device = workshop.triage(workshop.receive())
    unit = device.storage_units.get()
    bench.post(f"/d/{device.code}/stockage/{unit.pk}/effacement/", {**ERASED, "result": result})
    unit.refresh_from_db()
    assert unit.outcome == outcome
    assert 'value="nwipe"' in text_of(
        bench.get(f"/d/{device.code}/stockage/{unit.pk}/effacement/")
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"errors_met": "3"}, "without any error"),
        ({"verification": ""}, "without any error"),
        ({"ended_at": "2026-09-15T12:00"}, "cannot end before it starts"),
        ({"ended_at": "2030-01-01T12:00"}, "in the future"),
        ({"tool": ""}, "required"),
    ],
)
def test_an_erasure_that_proves_nothing_is_refused(
    bench: Client,
    workshop: Workshop,
    nothing_changed: Unchanged,
    said: dict[str, str],
    sentence: str,
) -> None:
    device = workshop.triage(workshop.receive())
    unit = device.storage_units.get()
    with nothing_changed(device, unit):
        answer = bench.post(f"/d/{device.code}/stockage/{unit.pk}/effacement/", {**ERASED, **said})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Erasure.objects.exists()


def test_destruction_is_for_the_manager(
    seen_by: See, bench: Client, workshop: Workshop, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    device = workshop.triage(workshop.receive())
    path = f"/d/{device.code}/stockage/{device.storage_units.get().pk}/destruction/"
    said = {"reason": "seen by the manager", "destruction": "shredded"}
    assert seen_by(workshop.technician).post(path, said).status_code == 403
    assert "required" in text_of(bench.post(path, said))  # without a photo
    photo = SimpleUploadedFile("left.jpg", a_picture())
    assert location_of(bench.post(path, {**said, "photo": photo})) == f"/d/{device.code}/"
    unit = device.storage_units.get()
    assert unit.outcome == DataOutcome.DESTROYED
    shown = bench.get(f"/stockage/{unit.pk}/photo/")
    assert shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content)
    assert seen_by(Workshop().technician).get(f"/stockage/{unit.pk}/photo/").status_code == 404


def test_a_drive_is_added_and_recorded_absent(bench: Client, workshop: Workshop) -> None:
    device = workshop.triage(workshop.receive())
    bench.post(f"/d/{device.code}/stockage/", {"medium": "hdd"})
    assert device.storage_units.count() == 2
    for unit in device.storage_units.all():
        bench.post(f"/d/{device.code}/stockage/{unit.pk}/absence/", {"reason": "empty bay"})
    device.refresh_from_db()
    assert device.is_data_gone


def test_the_report_is_given_to_who_sees_the_device_only(
    seen_by: See, bench: Client, workshop: Workshop, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    device = workshop.triage(workshop.receive())
    report = SimpleUploadedFile("../../nwipe.html", b"<script>alert(1)</script>")
    path = f"/d/{device.code}/stockage/{device.storage_units.get().pk}/effacement/"
    bench.post(path, {**ERASED, "report": report})
    erasure = Erasure.objects.get()
    answer = bench.get(f"/effacements/{erasure.pk}/rapport/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    other = seen_by(Workshop().manager)
    assert other.get(f"/effacements/{erasure.pk}/rapport/").status_code == 404


def test_a_label_in_capitals_opens_the_page(visitor: Client, workshop: Workshop) -> None:
    device = workshop.receive()
    assert location_of(visitor.get(f"/D/{device.code}")) == f"/d/{device.code}/"
    assert location_of(visitor.get(f"/d/{str(device).lower()}/")) == f"/d/{device.code}/"


def test_a_stranger_learns_nothing_of_the_device(
    visitor: Client, seen_by: See, workshop: Workshop
) -> None:
    device = workshop.ready(facts={"maker": "Lenovo", "serial": "SECRET1"})
    other = Workshop()
    for browser in (visitor, seen_by(other.manager), seen_by(a_counsellor())):
        page = text_of(browser.get(f"/d/{device.code}/"))
        assert "You found it" in page
        assert f"/d/{device.code}/aide/" in page
        for secret in ("Lenovo", "SECRET1", workshop.organisation.name, "Ready"):
            assert secret not in page
    assert act(seen_by(other.manager), device, "refus").status_code == 404


def test_a_label_on_no_device_says_so(visitor: Client, bench: Client, workshop: Workshop) -> None:
    code = workshop.label()
    assert "not on a device yet" in text_of(visitor.get(f"/d/{code}/"))
    assert location_of(bench.get(f"/d/{code}/")) == f"/atelier/recevoir/{code}/"
    assert visitor.get(f"/d/{codes.mint()}/").status_code == 404


def test_donors_and_structures_have_their_own_view(seen_by: See, workshop: Workshop) -> None:
    donor = a_donor_contact()
    pledge = an_accepted_pledge(workshop)
    pledge.donor = donor.organisation
    pledge.save()
    device = workshop.ready(line=pledge.lines.get(), facts={"asset_number": "VF-5"})
    page = text_of(seen_by(donor).get(f"/d/{device.code}/"))
    assert "Ready for someone" in page
    assert "VF-5" in page
    assert workshop.technician.user.name not in page


def test_the_undo_button_is_there_for_who_may(
    seen_by: See, bench: Client, workshop: Workshop
) -> None:
    device = workshop.triage(workshop.receive(), Triage.PARTS)
    assert "Undo the last step" in text_of(bench.get(f"/d/{device.code}/"))
    assert "Undo the last step" not in text_of(bench.get(f"/d/{workshop.receive().code}/"))


def test_a_long_life_and_a_long_list_cost_no_more_queries(
    bench: Client,
    workshop: Workshop,
    statements: Callable[[], AbstractContextManager[Statements]],
) -> None:
    device = workshop.ready()
    for path in (f"/d/{device.code}/", "/atelier/appareils/"):
        bench.get(path)
        with statements() as before:
            bench.get(path)
        place = workshop.site(f"Site of {path}")
        for _more in range(3):
            workshop.ready()
            act(bench, device, "rangement", location=place.pk, lot="")
            act(bench, device, "rangement", location="", lot="")
        with statements() as after:
            bench.get(path)
        assert len(after) == len(before), path


@pytest.mark.parametrize("asked", ["SN1000", "laptop", "?", "x" * 400])
def test_devices_are_found_by_what_is_written_on_them(
    bench: Client, workshop: Workshop, asked: str
) -> None:
    device = workshop.receive()
    page = text_of(bench.get("/atelier/appareils/", {"q": asked}))
    assert (str(device) in page) == (asked == "SN1000")
    by_code = text_of(bench.get("/atelier/appareils/", {"q": str(device)}))
    assert str(device) in by_code
    other = Workshop().receive()
    assert str(other) not in text_of(bench.get("/atelier/appareils/"))

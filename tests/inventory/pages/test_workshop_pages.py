"""Parts, photos, classes, settings of the workshop: as people see them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.models import (
    Checklist,
    Device,
    HourlyRate,
    InspectionPhoto,
    Part,
    PerformanceScale,
    RepairAction,
)
from backend.inventory.performance import STANDARD
from tests.api.doors import door
from tests.factories import a_coordinator, a_donor_contact, a_technician
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import NOW, Workshop, a_picture, an_accepted_pledge
from tests.page import Page

T480 = {"cpu": "Intel Core i5-8250U", "ram_gb": 8, "storage_gb": 256}


@pytest.fixture
def bench(seen_by: See, workshop: Workshop) -> Client:
    """The manager's browser."""
    return seen_by(workshop.manager)


def a_part(workshop: Workshop, quantity: int = 2) -> Part:
    return operations.add_part(
        facts={
            "kind": "ram",
            "description": "DDR4 8 GB",
            "condition": "new",
            "price_cents": 1850,
            "compatible_with": "ThinkPad T480",
        },
        quantity=quantity,
        by=workshop.technician,
        at=NOW,
    )


def a_photo(name: str = "seen.png", color: str = "red") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture(color))


def test_a_device_is_sorted_with_photos_that_its_people_see(
    bench: Client, seen_by: See, workshop: Workshop
) -> None:
    device = workshop.receive()
    said = {"decision": "repair", "reason": "starts", "photos": [a_photo(), a_photo("b.png")]}
    location_of(bench.post(f"/d/{device.code}/actes/tri/", said))
    first = InspectionPhoto.objects.earliest("pk")
    assert f"/photos/{first.pk}/vignette/" in text_of(bench.get(f"/d/{device.code}/"))
    for path in (f"/photos/{first.pk}/", f"/photos/{first.pk}/vignette/"):
        assert bench.get(path)["Content-Type"] == "image/jpeg"
        assert seen_by(a_technician()).get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert "seen" not in str(first.picture.name)


def test_a_seventh_photo_and_what_is_no_photo_are_refused(
    bench: Client, workshop: Workshop
) -> None:
    device = workshop.triage(workshop.receive())
    path = f"/d/{device.code}/actes/photos/"
    for photos in ([a_photo() for _ in range(7)], [SimpleUploadedFile("x.png", b"text")], []):
        assert bench.post(path, {"photos": photos}).status_code == 422
    location_of(bench.post(path, {"photos": [a_photo() for _ in range(6)]}))
    answer = bench.post(path, {"photos": [a_photo()]})
    assert "it has 6 already" in text_of(answer)
    assert InspectionPhoto.objects.count() == 6


def test_photos_belong_to_the_workshop_that_sorted(seen_by: See, workshop: Workshop) -> None:
    device = workshop.receive()
    answer = seen_by(workshop.manager).post(
        f"/d/{device.code}/actes/photos/", {"photos": [a_photo()]}
    )
    assert answer.status_code == 422
    assert "Sort this device first" in text_of(answer)


def test_the_page_says_why_the_class(bench: Client, workshop: Workshop) -> None:
    device = workshop.triage(workshop.receive(facts={"specs": T480}))
    page = text_of(bench.get(f"/d/{device.code}/"))
    assert "Why B?" in page
    assert "Intel Core i5, Core 5, 2017, low power" in page
    unknown = workshop.triage(workshop.receive(facts={"specs": {**T480, "cpu": "Exynos 7904"}}))
    assert "does not know the processor “Exynos 7904”" in text_of(bench.get(f"/d/{unknown.code}/"))
    said = {"performance_class": "C", "reason": "slow fan"}
    location_of(bench.post(f"/d/{device.code}/actes/classe/", said))
    page = text_of(bench.get(f"/d/{device.code}/"))
    assert "Chosen by hand (computed: B):" in page
    assert "slow fan" in page


def test_a_repair_takes_its_part_from_the_shelf_and_gives_it_back(
    bench: Client, workshop: Workshop
) -> None:
    part, device = a_part(workshop), workshop.device(State.IN_WORKSHOP)
    operations.set_hourly_rate(cents=1800, by=workshop.manager, at=NOW)
    path = f"/d/{device.code}/actes/reparation/"
    assert "DDR4 8 GB" in text_of(bench.get(path))
    said = {"what": "More memory", "stock_part": part.pk, "minutes": 20, "part_condition": "none"}
    location_of(bench.post(path, said))
    page = text_of(bench.get(f"/d/{device.code}/"))
    assert "6.00 €" in page
    assert "24.50 €" in page
    repair = RepairAction.objects.get()
    undo = f"/d/{device.code}/reparations/{repair.pk}/annuler/"
    assert not Page(bench.get(undo).content).faults()
    location_of(bench.post(undo, {"reason": "wrong machine"}))
    part.refresh_from_db()
    assert part.quantity == 2


def test_a_device_gives_parts_one_after_the_other(bench: Client, workshop: Workshop) -> None:
    device = workshop.device(State.FOR_PARTS)
    path = f"/d/{device.code}/pieces/"
    page = bench.get(path)
    assert not Page(page.content).faults()
    assert "Which drive?" not in text_of(page)
    workshop.erase(device)
    said = {"kind": "battery", "description": "L16M4PB1", "quantity": 1}
    assert location_of(bench.post(path, said)) == path
    assert "L16M4PB1" in text_of(bench.get(f"/d/{device.code}/"))
    unit = device.storage_units.get()
    drive = {"kind": "ssd", "description": "SSD 256", "quantity": 1, "unit": unit.pk}
    location_of(bench.post(path, drive))
    assert Part.objects.get(kind="ssd").unit == unit


def test_a_label_of_a_device_finds_its_parts_in_any_spelling(
    bench: Client, workshop: Workshop
) -> None:
    device = workshop.device(State.FOR_PARTS)
    facts = {"kind": "fan", "description": "Fan of it"}
    operations.take_out_part(code=device.code, facts=facts, by=workshop.technician, at=NOW)  # type: ignore[arg-type]
    a_part(workshop)
    for q in (device.code, f"http://127.0.0.1/D/{device.code}", "fan of"):
        page = text_of(bench.get("/atelier/pieces/", {"q": q}))
        assert "Fan of it" in page
        assert "DDR4" not in page


def test_a_part_is_added_restocked_and_counted(bench: Client, workshop: Workshop) -> None:
    said = {"kind": "ram", "description": "DDR3", "quantity": 3, "condition": "new", "price": "4"}
    location_of(bench.post("/atelier/pieces/nouvelle/", said))
    part = Part.objects.get()
    path = f"/atelier/pieces/{part.pk}/"
    location_of(bench.post(path, {"quantity": 2}))
    location_of(bench.post(path, {"counted": 4, "reason": "one broken"}))
    part.refresh_from_db()
    assert (part.quantity, part.price_cents) == (4, 400)
    assert bench.post(path, {"counted": 4, "reason": "same"}).status_code == 422


def test_a_list_is_changed_by_its_buttons_alone(bench: Client, workshop: Workshop) -> None:
    path = "/atelier/reglages/listes/monitor/"

    def press(do: str, points: list[tuple[str, str]]) -> Any:
        keys, words = zip(*points, strict=True)
        said = {"do": do, "key": keys, "fr": words, "en": [""] * len(keys), "replaces": "0"}
        return bench.post(path, said)

    points = [("powers_on", "Démarre"), ("final_test", "Essai"), ("", "Pied réglable")]
    moved = text_of(press("up:1", points))
    assert moved.index('value="Essai"') < moved.index('value="Démarre"')
    assert 'value="Démarre"' not in text_of(press("remove:0", points))
    assert 'value="Essai"' in text_of(press("remove:1", points))
    assert not Checklist.objects.exists()
    location_of(press("publish", points))
    kept = [point["key"] for point in Checklist.objects.get().points]
    assert kept == ["powers_on", "final_test", "pied_reglable"]
    assert press("publish", points).status_code == 422
    assert press("publish", [("powers_on", "Démarre")]).status_code == 422


def test_a_technician_reads_the_lists_and_changes_none(seen_by: See, workshop: Workshop) -> None:
    browser = seen_by(workshop.technician)
    assert browser.get("/atelier/reglages/listes/laptop/").status_code == 200
    assert browser.post("/atelier/reglages/listes/laptop/", {"do": "add"}).status_code == 403
    assert browser.post("/atelier/reglages/", {"euros": "18"}).status_code == 403


def test_the_manager_sets_the_rate(bench: Client, workshop: Workshop) -> None:
    location_of(bench.post("/atelier/reglages/", {"euros": "18.50"}))
    assert HourlyRate.objects.get().cents == 1850


def test_the_coordination_publishes_the_scale(seen_by: See, db: None) -> None:
    browser = seen_by(a_coordinator())
    said = {**STANDARD, "from_a": 60, "replaces": 0}
    path = "/atelier/reglages/bareme/modifier/"
    assert not Page(browser.get(path).content).faults()
    location_of(browser.post(path, said))
    assert PerformanceScale.objects.get().points["from_a"] == 60
    assert browser.post(path, said).status_code == 422


def test_who_repaired_reads_whom_to_ask(seen_by: See, workshop: Workshop) -> None:
    device = workshop.device(State.IN_WORKSHOP)
    workshop.erase(device)
    operations.record_repair(code=device.code, what="x", by=workshop.manager, at=NOW)
    page = text_of(seen_by(workshop.manager).get(f"/d/{device.code}/"))
    assert "Somebody who did not does the last check" in page
    assert workshop.technician.user.name in page
    other = text_of(seen_by(workshop.technician).get(f"/d/{device.code}/"))
    assert "Somebody who did not does the last check" not in other


def test_the_cost_of_a_pledge_is_for_workshop_and_coordination(
    seen_by: See, workshop: Workshop, statements: Any
) -> None:
    pledge = an_accepted_pledge(workshop)
    line = pledge.lines.select_related("pledge").get()
    for _ in range(3):
        device = workshop.triage(workshop.receive(line=line))
        operations.record_repair(
            code=device.code, what="x", cost_cents=1000, by=workshop.technician, at=NOW
        )
    path = f"/dons/{pledge.reference}/couts.csv"
    bench = seen_by(workshop.manager)
    assert "30.00 €" in text_of(bench.get(f"/dons/{pledge.reference}/"))
    with statements() as few:
        rows = text_of(bench.get(path)).strip().splitlines()
    assert len(rows) == 4
    workshop.receive(line=line)
    with statements() as more:
        bench.get(path)
    assert len(more) == len(few)
    assert seen_by(a_coordinator()).get(path).status_code == 200
    assert seen_by(a_technician()).get(path).status_code == 404
    donor = a_donor_contact(organisation=pledge.donor)
    assert seen_by(donor).get(path).status_code == 403
    assert Device.objects.filter(pledge=pledge).count() == 4


@pytest.mark.parametrize(("minutes", "page", "api"), [(6000, 302, 200), (6001, 422, 422)])
def test_a_repair_is_as_long_on_its_page_as_through_the_api(
    bench: Client, workshop: Workshop, minutes: int, page: int, api: int
) -> None:
    device = workshop.device(State.IN_WORKSHOP)
    said = {"what": "x", "minutes": minutes}
    assert bench.post(f"/d/{device.code}/actes/reparation/", said).status_code == page
    program = door(workshop.technician)
    assert program.send(f"devices/{device.code}/repairs/", said).status_code == api

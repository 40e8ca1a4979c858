"""Places, lots, transfers and stock-takes, by their pages."""

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.test import Client

from backend.core import codes
from backend.inventory import operations
from backend.inventory.choices import State, StockTakeFinding, TransferOutcome, Triage
from backend.inventory.models import Device, Location, Lot, StockTake, Transfer
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import NOW, Workshop
from tests.page import Page


@pytest.fixture
def bench(seen_by: See, workshop: Workshop) -> Client:
    """The manager's browser."""
    return seen_by(workshop.manager)


def test_a_site_a_zone_and_a_shelf_are_added(bench: Client, workshop: Workshop) -> None:
    bench.post("/lieux/", {"name": "Hangar", "parent": ""})
    site = Location.objects.get(name="Hangar")
    bench.post("/lieux/", {"name": "Nord", "parent": site.pk})
    zone = Location.objects.get(name="Nord")
    bench.post("/lieux/", {"name": "A1", "parent": zone.pk})
    assert [place.kind for place in Location.objects.order_by("pk")] == ["site", "zone", "shelf"]
    page = bench.get("/lieux/")
    shown = text_of(page)
    assert shown.index(">Hangar<") < shown.index(">Nord<") < shown.index(">A1<")
    assert not Page(page.content).faults()


def test_a_place_or_a_lot_named_twice_is_refused(bench: Client, workshop: Workshop) -> None:
    for said in ({"name": "Hangar", "parent": ""}, {"lot-name": "Pallet 1"}):
        assert location_of(bench.post("/lieux/", said)) == "/lieux/"
        assert bench.post("/lieux/", said).status_code == 422
    assert Location.objects.count() == Lot.objects.count() == 1


def test_a_technician_opens_lots_but_adds_no_place(seen_by: See, workshop: Workshop) -> None:
    browser = seen_by(workshop.technician)
    assert browser.post("/lieux/", {"name": "Hangar", "parent": ""}).status_code == 403
    assert location_of(browser.post("/lieux/", {"lot-name": "Pallet 1"})) == "/lieux/"


def test_devices_pass_to_another_workshop_line_by_line(
    seen_by: See, bench: Client, workshop: Workshop
) -> None:
    other = Workshop()
    first, second = workshop.receive(), workshop.receive()
    typed = f"{first}\n\n{second.code.lower()}\n{first.code}"
    answer = bench.post(
        "/transferts/nouveau/", {"receiver": other.organisation.pk, "codes": typed}
    )
    transfer = Transfer.objects.get()
    path = location_of(answer)
    assert path == f"/transferts/{transfer.pk}/"
    assert not Page(bench.get(path).content).faults()
    receiver = seen_by(other.technician)
    assert not Page(receiver.get(path).content).faults()
    stray = other.label()
    assert location_of(receiver.post(path, {"code": stray, "outcome": "received"})) == path
    assert "is not on the list" in text_of(receiver.get(path))
    assert codes.spell(stray) in text_of(bench.get(path))
    receiver.post(path, {"code": first.code, "outcome": "received"})
    receiver.post(path, {"code": second.code, "outcome": "lost"})
    first.refresh_from_db()
    assert first.custodian == other.organisation
    assert transfer.lines.get(device=second).outcome == TransferOutcome.LOST
    settled = receiver.post(path, {"code": first.code, "outcome": "received"})
    assert settled.status_code == 422
    assert "already" in text_of(settled)
    assert seen_by(Workshop().manager).get(path).status_code == 404


@pytest.mark.parametrize("typed", ["7K3", "7K3M9XQ2A"])
def test_a_misread_code_sends_nothing(bench: Client, workshop: Workshop, typed: str) -> None:
    answer = bench.post(
        "/transferts/nouveau/", {"receiver": Workshop().organisation.pk, "codes": typed}
    )
    assert answer.status_code == 422
    assert typed in text_of(answer)
    assert not Transfer.objects.exists()


def test_a_place_is_counted_by_scanning(bench: Client, workshop: Workshop) -> None:
    site = workshop.site()
    seen, missed = (workshop.receive(location=site) for _device in range(2))
    stray = workshop.receive()
    path = location_of(bench.post("/inventaires/", {"location": site.pk}))
    assert bench.post("/inventaires/", {"location": site.pk}).status_code == 422
    assert not Page(bench.get(path).content).faults()
    for code in (seen.code, seen.code, stray.code):
        assert location_of(bench.post(path, {"code": code})) == path
    assert bench.post(path, {"code": "7K3M9XQ2A"}).status_code == 422
    assert "Not seen: 1" in text_of(bench.get(f"{path}clore/"))
    assert location_of(bench.post(f"{path}clore/")) == path
    found = dict(StockTake.objects.get().lines.values_list("device_id", "finding"))
    assert found == {
        seen.pk: StockTakeFinding.FOUND,
        missed.pk: StockTakeFinding.MISSING,
        stray.pk: StockTakeFinding.UNEXPECTED,
    }
    assert bench.post(path, {"code": missed.code}).status_code == 422


@pytest.fixture
def shelf_and_lot(workshop: Workshop) -> tuple[Location, Lot]:
    """A site with a device, and a lot with another one."""
    site = workshop.site()
    lot = operations.open_lot(
        organisation=workshop.organisation, name="Palette 1", by=workshop.manager, at=NOW
    )
    workshop.receive(location=site)
    operations.place_device(code=workshop.receive().code, lot=lot, by=workshop.technician, at=NOW)
    return site, lot


def test_a_label_opens_its_place_or_lot(
    bench: Client, shelf_and_lot: tuple[Location, Lot]
) -> None:
    site, lot = shelf_and_lot
    for address, path in (
        (f"/P/{site.pk}", f"/p/{site.pk}/"),
        (f"/LOT/{lot.pk}", f"/lot/{lot.pk}/"),
    ):
        assert location_of(bench.get(address)) == path
        page = bench.get(path)
        assert not Page(page.content).faults()
        assert "Laptop" in text_of(page)


def test_others_see_nothing_of_a_place_or_lot(
    visitor: Client, seen_by: See, shelf_and_lot: tuple[Location, Lot]
) -> None:
    site, lot = shelf_and_lot
    stranger = seen_by(Workshop().manager)
    for path in (f"/p/{site.pk}/", f"/lot/{lot.pk}/"):
        assert "/compte/login/" in location_of(visitor.get(path))
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"to": site.pk}).status_code == 404
    assert stranger.get(f"/lieux/etiquettes.pdf?place={site.pk}&lot={lot.pk}").status_code == 404


def test_all_of_a_place_and_a_lot_move_at_a_press(
    bench: Client, workshop: Workshop, shelf_and_lot: tuple[Location, Lot]
) -> None:
    site, lot = shelf_and_lot
    there = workshop.site("There")
    assert location_of(bench.post(f"/p/{site.pk}/", {"to": there.pk})) == f"/p/{there.pk}/"
    assert location_of(bench.post(f"/lot/{lot.pk}/", {"to": there.pk})) == f"/lot/{lot.pk}/"
    assert there.devices.count() == 2
    foreign = Workshop().site()
    assert bench.post(f"/lot/{lot.pk}/", {"to": foreign.pk}).status_code == 422


def test_a_place_is_changed_closed_and_opened_again(bench: Client, workshop: Workshop) -> None:
    site = workshop.site()
    bench.post(f"/p/{site.pk}/changer/", {"name": "Cave"})
    for is_closed in (True, False):
        assert not Page(bench.get(f"/p/{site.pk}/fermer/").content).faults()
        bench.post(f"/p/{site.pk}/fermer/")
        site.refresh_from_db()
        assert (site.name, site.closed_at is not None) == ("Cave", is_closed)


def test_labels_of_places_and_lots_lead_to_them(
    bench: Client, shelf_and_lot: tuple[Location, Lot]
) -> None:
    site, lot = shelf_and_lot
    answer = bench.get(f"/lieux/etiquettes.pdf?place={site.pk}&lot={lot.pk}&papier=l7160&deja=3")
    assert set(printed_codes(answer.content)) == {
        f"{settings.SITE_URL}/P/{site.pk}".upper(),
        f"{settings.SITE_URL}/LOT/{lot.pk}".upper(),
    }
    assert location_of(bench.get("/lieux/etiquettes.pdf?papier=l7160")) == "/lieux/"
    assert "Tick the places or lots" in text_of(bench.get("/lieux/"))
    for wrong in ("?place=x", f"?place={site.pk}&papier=x", f"?place={site.pk}&deja=-1"):
        assert bench.get(f"/lieux/etiquettes.pdf{wrong}").status_code == 404


def printed_codes(pdf: bytes) -> list[str]:
    """Read the codes on the first page."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(page)]


def test_a_slip_travels_with_a_transfer(bench: Client, seen_by: See, workshop: Workshop) -> None:
    other = Workshop()
    sent = operations.send_transfer(
        scanned=[workshop.receive().code for _device in range(40)],
        receiver=other.organisation,
        by=workshop.manager,
        at=NOW,
    )
    path = f"/transferts/{sent.pk}/"
    slip = f"{path}bordereau.pdf"
    for browser in (bench, seen_by(other.technician)):
        assert printed_codes(browser.get(slip).content) == [settings.SITE_URL + path]
    assert seen_by(Workshop().manager).get(slip).status_code == 404


def test_what_differs_is_settled_at_a_press(bench: Client, workshop: Workshop) -> None:
    site = workshop.site()
    missed = [workshop.receive(location=site) for _device in range(2)]
    stray = workshop.receive()
    path = location_of(bench.post("/inventaires/", {"location": site.pk, "with_inside": "on"}))
    assert bench.post(f"{path}regler/", {"act": "put_here"}).status_code == 409
    bench.post(path, {"code": stray.code})
    bench.post(path, {"code": Workshop().receive().code})
    bench.post(f"{path}clore/")
    page = bench.get(path)
    assert not Page(page.content).faults()
    assert "Report all 2 missing" in text_of(page)
    settle = {"act": "report_missing", "code": missed[0].code}
    assert location_of(bench.post(f"{path}regler/", settle)) == path
    bench.post(f"{path}regler/", {"act": "report_missing"})
    bench.post(f"{path}regler/", {"act": "put_here"})
    assert set(Device.objects.filter(location=site).values_list("state", flat=True)) == {
        "missing",
        "received",
    }
    assert "What differs" not in text_of(bench.get(path))
    sheet = b"".join(bench.get(path.rstrip("/") + ".csv").streaming_content).decode()  # type: ignore[attr-defined]  # a file
    assert stray.code in sheet
    assert len(sheet.splitlines()) == 5


def test_where_a_device_of_another_workshop_stands_is_not_shown(
    bench: Client, workshop: Workshop
) -> None:
    site, other = workshop.site(), Workshop()
    missed = workshop.receive(location=site)
    path = location_of(bench.post("/inventaires/", {"location": site.pk}))
    bench.post(f"{path}clore/")
    sent = operations.send_transfer(
        scanned=[missed.code], receiver=other.organisation, by=workshop.manager, at=NOW
    )
    given: dict[str, Any] = {"code": missed.code, "by": other.technician, "at": NOW}
    operations.receive_transfer_line(transfer=sent, outcome="received", **given)
    operations.place_device(location=other.site("Their cellar"), **given)
    told = text_of(bench.get(path))
    assert "In another workshop" in told
    assert "Their cellar" not in told
    operations.triage_device(decision=Triage.PARTS, reason="x", **given)
    sheet = b"".join(bench.get(path.rstrip("/") + ".csv").streaming_content).decode()  # type: ignore[attr-defined]  # a file
    assert "In another workshop" in sheet
    assert str(State.FOR_PARTS.label) not in sheet


def test_what_is_not_there_is_recorded_lost_at_a_press(seen_by: See, workshop: Workshop) -> None:
    other, devices = Workshop(), [workshop.receive(), workshop.receive()]
    sent = operations.send_transfer(
        scanned=[device.code for device in devices],
        receiver=other.organisation,
        by=workshop.manager,
        at=NOW,
    )
    path, browser = f"/transferts/{sent.pk}/", seen_by(other.technician)
    page = browser.get(path)
    assert not Page(page.content).faults()
    assert text_of(page).count("Record as lost") == 2
    browser.post(path, {"code": devices[0].code, "outcome": "lost"})
    assert sent.lines.get(device=devices[0]).outcome == TransferOutcome.LOST
    assert text_of(browser.get(path)).count("Record as lost") == 1
    assert "Record as lost" not in text_of(seen_by(workshop.manager).get(path))

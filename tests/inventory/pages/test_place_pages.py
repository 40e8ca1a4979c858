"""Places, lots, transfers and stock-takes, by their pages."""

import pytest
from django.test import Client

from backend.core import codes
from backend.inventory.choices import StockTakeFinding, TransferOutcome
from backend.inventory.models import Location, Lot, StockTake, Transfer
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop
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

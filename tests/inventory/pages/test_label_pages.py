"""Labels: minted, printed once on chosen paper, read by a scanner, replaced when damaged."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from PIL import Image

from backend.accounts.models import Membership
from backend.core import codes
from backend.inventory import operations
from backend.inventory.labels import STOCKS
from backend.inventory.models import Device, LabelBatch, LabelPrint
from backend.inventory.pages.label_forms import MEASURES
from tests.inventory.labels.reading import drawn, pages_of, printed, read_all, read_one
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop
from tests.page import Page

ASKED = {"paper": "l7160", "skip": "2", "parts": ["machine"], "form": "pdf", "once": "a press"}


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bench(seen_by: See, workshop: Workshop) -> Client:
    """The manager's browser."""
    return seen_by(workshop.manager)


def code_of(text: str) -> str:
    return codes.read(text)


def file_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_labels_are_minted_chosen_paper_for_and_printed(
    bench: Client, workshop: Workshop, settings: LazySettings
) -> None:
    settings.SITE_URL = "https://rebond.exemple.fr"
    sheet = location_of(bench.post("/etiquettes/", {"quantity": "21", "once": "x"}))
    assert not Page(bench.get(sheet).content).faults()
    assert location_of(bench.post(sheet, ASKED)) == sheet
    job = LabelPrint.objects.get()
    waiting = bench.get(sheet)
    assert not Page(waiting.content).faults()
    assert "every 400ms" in text_of(waiting)
    operations.render_waiting_prints(at=timezone.now())
    told = bench.get(f"{sheet}impressions/")
    assert "every" not in text_of(told)
    assert f"/etiquettes/impressions/{job.pk}.pdf" in text_of(told)
    answer = bench.get(f"/etiquettes/impressions/{job.pk}.pdf")
    assert answer["X-Content-Type-Options"] == "nosniff"
    pages = pages_of(file_of(answer))
    assert [len(read_all(page)) for page in pages] == [19, 2]
    read = {code_of(code.text) for page in pages for code in read_all(page)}
    assert read == set(job.batch.labels.values_list("code", flat=True))


def test_one_press_is_one_print(bench: Client, workshop: Workshop) -> None:
    batch = workshop.labels(2)
    for _press in range(2):
        bench.post(f"/etiquettes/{batch.pk}/", ASKED)
    assert LabelPrint.objects.count() == 1


def test_the_page_looks_less_often_for_a_worker_that_is_late(
    bench: Client, workshop: Workshop
) -> None:
    address = f"/etiquettes/{workshop.labels(2).pk}/"
    bench.post(address, ASKED)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert "every 5s" in text_of(bench.get(f"{address}impressions/"))


def test_printing_again_asks_why(bench: Client, workshop: Workshop) -> None:
    address = f"/etiquettes/{workshop.labels(2).pk}/"
    bench.post(address, ASKED)
    refused = bench.post(address, ASKED | {"once": "another press"})
    assert refused.status_code == 422
    assert not Page(refused.content).faults()
    assert "Say why" in text_of(refused)
    again = ASKED | {"once": "a third press", "reason": "The sheet was jammed"}
    location_of(bench.post(address, again))
    assert "The sheet was jammed" in text_of(bench.get(address))


def test_paper_of_ones_own_is_checked_and_remembered(bench: Client, workshop: Workshop) -> None:
    address = f"/etiquettes/{workshop.labels(2).pk}/"
    own = ASKED | {"paper": "own"} | {name: str(usual) for name, (_, usual) in MEASURES.items()}
    assert bench.post(address, own | {"columns": "9"}).status_code == 422
    assert bench.post(address, own | {"width": ""}).status_code == 422
    assert LabelPrint.objects.count() == 0
    location_of(bench.post(address, own | {"top": "12.5"}))
    page = Page(bench.get(f"/etiquettes/{workshop.labels(1).pk}/").content)
    (top,) = (field for field in page.all("input") if field.get("name") == "top")
    assert top["value"] == "12.5"


def test_the_first_sheet_is_shown_before_it_is_printed(bench: Client, workshop: Workshop) -> None:
    batch = workshop.labels(3)
    answer = bench.get(f"/etiquettes/{batch.pk}/apercu.svg", {"paper": "l4736", "skip": "2"})
    assert len(read_all(drawn(text_of(answer), 210, 297))) == 3
    for wrong in ({"paper": "napkin"}, {"paper": "l7160", "skip": "899"}):
        assert bench.get(f"/etiquettes/{batch.pk}/apercu.svg", wrong).status_code in {404, 422}


def test_a_batch_that_is_used_up_offers_no_print(bench: Client, workshop: Workshop) -> None:
    batch = workshop.labels(1)
    workshop.receive(code=batch.labels.get().code)
    page = bench.get(f"/etiquettes/{batch.pk}/")
    assert not Page(page.content).faults()
    assert 'id="printing"' not in text_of(page)


def test_calibration_pages_are_there_for_each_paper(bench: Client, workshop: Workshop) -> None:
    for paper in STOCKS:
        assert len(pages_of(bench.get(f"/etiquettes/calibration/{paper}.pdf").content)) == 1
    assert bench.get("/etiquettes/calibration/napkin.pdf").status_code == 404
    bench.post(f"/etiquettes/{workshop.labels(2).pk}/", ASKED | {"offset_x": "1.5"})
    job = LabelPrint.objects.get()
    assert bench.get(f"/etiquettes/impressions/{job.pk}/calibration.pdf").status_code == 200
    assert bench.get(f"/etiquettes/impressions/{job.pk}.pdf").status_code == 404


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "https://" + "x" * 60 + ".example"])
def test_one_label_is_read_in_every_form(
    bench: Client, workshop: Workshop, settings: LazySettings, site: str
) -> None:
    settings.SITE_URL = site
    code = workshop.label()
    text = f"{site}/D/{code}".upper()
    assert not Page(bench.get(f"/etiquettes/une/{code}/").content).faults()
    png = bench.get(f"/etiquettes/{code}.png")
    assert read_one(Image.open(io.BytesIO(png.content))) == text
    svg = text_of(bench.get(f"/etiquettes/{code}.svg"))
    assert codes.spell(code) in svg
    assert read_one(drawn(svg, 63.5, 38.1)) == text
    address = f"/etiquettes/une/{code}/"
    location_of(bench.post(address, ASKED | {"paper": "l4736", "skip": "7"}))
    zebra = {
        "paper": "zebra57",
        "skip": "0",
        "form": "zpl300",
        "reason": "For the roll",
        "once": "again",
    }
    location_of(bench.post(address, ASKED | zebra))
    operations.render_waiting_prints(at=timezone.now())
    pdf, zpl = (file_of(bench.get(f"/etiquettes/{name}")) for name in files_on(bench, address))
    (page,) = pages_of(pdf)
    assert read_one(page) == text
    assert read_one(printed(zpl.decode(), 57 * 12, 32 * 12)) == text


def files_on(bench: Client, address: str) -> list[str]:
    """Give the files that the page of a label offers, the oldest first."""
    page = bench.get(address)
    assert not Page(page.content).faults()
    names = [f"impressions/{job.pk}" for job in LabelPrint.objects.order_by("pk")]
    endings = ["pdf", "zpl"]
    for name, ending in zip(names, endings, strict=True):
        assert f"/etiquettes/{name}.{ending}" in text_of(page)
    return [f"{name}.{ending}" for name, ending in zip(names, endings, strict=True)]


def test_one_label_is_printed_again_only_with_a_reason(bench: Client, workshop: Workshop) -> None:
    address = f"/etiquettes/une/{workshop.label()}/"
    location_of(bench.post(address, ASKED))
    again = bench.post(address, ASKED | {"once": "another press"})
    assert again.status_code == 422
    assert "Say why" in text_of(again)
    assert LabelPrint.objects.count() == 1
    waiting = text_of(bench.get(address))
    assert "every 400ms" in waiting
    assert "?code=" in waiting


def test_a_damaged_label_is_replaced_and_printed(bench: Client, workshop: Workshop) -> None:
    device = workshop.receive()
    address = f"/etiquettes/une/{device.code}/abimee/"
    assert address in text_of(bench.get(f"/etiquettes/une/{device.code}/"))
    new = location_of(bench.post(address, {"once": "a press"}))
    assert location_of(bench.post(address, {"once": "a press"})) == new
    code = new.rstrip("/").rsplit("/", 1)[-1]
    assert Device.objects.with_code(code).get() == device
    assert not Page(bench.get(new).content).faults()
    assert f"/etiquettes/une/{device.code}/" in text_of(bench.get(f"/d/{device.code}/"))
    listed = text_of(bench.get("/etiquettes/"))
    replacement = LabelBatch.objects.get(is_replacement=True)
    assert f"/etiquettes/{replacement.pk}/" not in listed


def test_labels_are_minted_once_per_press(bench: Client, workshop: Workshop) -> None:
    before = LabelBatch.objects.count()
    said = {"quantity": "21", "once": "one press"}
    first = location_of(bench.post("/etiquettes/", said))
    assert location_of(bench.post("/etiquettes/", said)) == first
    assert LabelBatch.objects.count() == before + 1
    assert bench.post("/etiquettes/", {"quantity": "5001"}).status_code == 422


def test_another_workshops_labels_do_not_exist(bench: Client, workshop: Workshop) -> None:
    other = Workshop()
    batch = other.labels(1)
    how = operations.Printing(stock=STOCKS["l7160"])
    job = operations.ask_for_print(batch_id=batch.pk, how=how, by=other.manager, at=timezone.now())
    operations.render_waiting_prints(at=timezone.now())
    code = batch.labels.get().code
    for address in (
        f"{batch.pk}/",
        f"{batch.pk}/apercu.svg?paper=l7160",
        f"{batch.pk}/impressions/",
        f"impressions/{job.pk}.pdf",
        f"impressions/{job.pk}/calibration.pdf",
        f"une/{code}/",
        *(f"{code}.{ending}" for ending in ("svg", "png")),
    ):
        assert bench.get(f"/etiquettes/{address}").status_code == 404, address
    for address in (f"{batch.pk}/", f"une/{code}/"):
        assert bench.post(f"/etiquettes/{address}", ASKED).status_code == 404


def test_a_coordinator_mints_for_a_workshop(
    seen_by: See, workshop: Workshop, coordinator: Membership
) -> None:
    browser = seen_by(coordinator)
    assert browser.post("/etiquettes/", {"quantity": "1"}).status_code == 422
    said = {"quantity": "1", "workshop": workshop.organisation.pk}
    location_of(browser.post("/etiquettes/", said))
    assert LabelBatch.objects.latest("pk").workshop == workshop.organisation

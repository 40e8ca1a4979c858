"""Labels: minted, printed on sheets, and read by a scanner."""

import io
import re

import pytest
import zxingcpp
from django.conf import LazySettings
from django.test import Client
from PIL import Image

from backend.accounts.models import Membership
from backend.core import codes
from backend.inventory.models import LabelBatch
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop
from tests.page import Page

_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def read(image: Image.Image) -> str:
    """Read the one QR code of an image, as a scanner does."""
    (found,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return str(found.text)


def drawn(path: str, side: int, scale: int = 6) -> Image.Image:
    """Draw the runs of an SVG path as pixels."""
    image = Image.new("1", (side * scale, side * scale), 1)
    for x, y, width, back in (map(int, run) for run in _RUN.findall(path)):
        assert width == back
        image.paste(0, (x * scale, y * scale, (x + width) * scale, (y + 1) * scale))
    return image


@pytest.fixture
def bench(seen_by: See, workshop: Workshop) -> Client:
    """The manager's browser."""
    return seen_by(workshop.manager)


def test_every_label_of_a_sheet_is_read_by_a_scanner(
    bench: Client, workshop: Workshop, settings: LazySettings
) -> None:
    settings.SITE_URL = "https://rebond.exemple.fr"
    batch = workshop.labels(21)
    answer = bench.get(f"/etiquettes/{batch.pk}/")
    assert not Page(answer.content).faults()
    paths = [p["d"] for p in Page(answer.content).all("path") if _RUN.match(p.get("d", ""))]
    side = int(re.findall(r'class="sticker"><svg viewBox="0 0 (\d+)', text_of(answer))[0])
    texts = {read(drawn(path, side)) for path in paths}
    assert texts == {f"HTTPS://REBOND.EXEMPLE.FR/D/{label.code}" for label in batch.labels.all()}
    for label in batch.labels.all():
        assert str(label) in text_of(answer)


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "https://" + "x" * 60 + ".example"])
def test_the_image_is_read_whatever_the_address_of_the_site(
    bench: Client, workshop: Workshop, settings: LazySettings, site: str
) -> None:
    settings.SITE_URL = site
    code = workshop.label()
    answer = bench.get(f"/etiquettes/{code}.png")
    text = read(Image.open(io.BytesIO(answer.content)).convert("L"))
    assert text == f"{site}/D/{code}".upper()
    assert codes.read(text) == code


def test_the_drawing_of_one_label_holds_its_code(bench: Client, workshop: Workshop) -> None:
    code = workshop.label()
    answer = bench.get(f"/etiquettes/{code}.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert codes.spell(code) in text_of(answer)


def test_used_positions_are_skipped(bench: Client, workshop: Workshop) -> None:
    batch = workshop.labels(3)
    page = bench.get(f"/etiquettes/{batch.pk}/", {"paper": "l4736", "skip": "2"})
    kinds = [d["class"] for d in Page(page.content).all("div") if "sticker" in d.get("class", "")]
    assert kinds == ["sticker used"] * 2 + ["sticker"] * 3
    assert bench.get(f"/etiquettes/{batch.pk}/", {"paper": "napkin"}).status_code == 200


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
    assert bench.get(f"/etiquettes/{batch.pk}/").status_code == 404
    for ending in ("svg", "png"):
        assert bench.get(f"/etiquettes/{batch.labels.get().code}.{ending}").status_code == 404


def test_a_coordinator_mints_for_a_workshop(
    seen_by: See, workshop: Workshop, coordinator: Membership
) -> None:
    browser = seen_by(coordinator)
    assert browser.post("/etiquettes/", {"quantity": "1"}).status_code == 422
    said = {"quantity": "1", "workshop": workshop.organisation.pk}
    location_of(browser.post("/etiquettes/", said))
    assert LabelBatch.objects.latest("pk").workshop == workshop.organisation

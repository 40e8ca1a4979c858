"""A printed sheet held before a camera: two dozen machines come in without a key being touched."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from backend.inventory.labels import device_sticker
from tests.browser.benches import film, free_labels, open_bench, read, set_act
from tests.browser.conftest import QUIET, Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MACHINES = 24
SLOWEST_MS = 60_000


@pytest.fixture
def film_place(tmp_path: Path) -> Path:
    """Say which film the camera plays."""
    return tmp_path / "film.mjpeg"


@pytest.fixture
def phone(site: Site, chromium: str, film_place: Path) -> Iterator[BrowserContext]:
    """A phone whose camera plays a film."""
    film_place.touch()
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film_place}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *camera])
        yield browser.new_context(
            base_url=site.address, viewport={"width": 360, "height": 780}, locale="fr-FR"
        )
        browser.close()


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    """Sign in and open the bench."""
    page = phone.new_page()
    sign_in(page, "technicien")
    open_bench(page)
    return page


def test_a_sheet_before_the_camera_receives_all_its_machines(page: Page, film_place: Path) -> None:
    codes = free_labels(page, MACHINES)
    film([device_sticker(code) for code in codes], film_place)
    set_act(page, "receive", kind="laptop", unexpected_reason="essai de caméra")
    page.click("#camera")
    expect(page.locator("#count-done")).to_have_text(str(MACHINES), timeout=SLOWEST_MS)
    assert page.inner_text("#count-refused") == "0"
    states = {read(page, f"devices/{code}/")["state"] for code in codes}
    assert states == {"received"}

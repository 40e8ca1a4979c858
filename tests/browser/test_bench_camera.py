"""A printed sheet held before a camera: two dozen machines come in without a key being touched."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from backend.core.codes import spell
from backend.inventory.labels import device_sticker
from tests.browser.benches import film, free_labels, open_bench, read, set_act
from tests.browser.conftest import PATIENCE_MS, QUIET, Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

MACHINES = 24
SLOWEST_MS = 240_000  # the film takes seven seconds and begins again: some thirty times
ALL_DONE = "number => document.getElementById('count-done').textContent === number"


@pytest.fixture
def film_place(tmp_path: Path) -> Path:
    """Say which film the camera plays."""
    return tmp_path / "film.mjpeg"


@pytest.fixture
def phone(
    site: Site, chromium: str, playwright: Playwright, film_place: Path
) -> Iterator[BrowserContext]:
    """A phone whose camera plays a film."""
    film_place.touch()
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film_place}",
    ]
    browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *camera])
    phone = browser.new_context(
        base_url=site.address, viewport={"width": 360, "height": 780}, locale="fr-FR"
    )
    phone.set_default_timeout(PATIENCE_MS)
    yield phone
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
    with suppress(PlaywrightTimeout):
        page.wait_for_function(ALL_DONE, arg=str(MACHINES), timeout=SLOWEST_MS)
    refused = page.locator("#unsettled-list").all_inner_texts()
    assert page.inner_text("#count-refused") == "0", refused
    states = {code: read(page, f"devices/{code}/").get("state") for code in codes}
    missed = [spell(code) for code in codes if states[code] != "received"]
    assert not missed, f"not received within {SLOWEST_MS // 1000} s: {missed}"
    assert page.inner_text("#count-done") == str(MACHINES)


def test_the_camera_reads_where_there_is_no_network(
    page: Page, phone: BrowserContext, film_place: Path
) -> None:
    (code,) = free_labels(page, 1)
    film([device_sticker(code)], film_place)
    set_act(page, "receive", kind="laptop", unexpected_reason="essai de caméra")
    phone.set_offline(True)
    forget_what_the_browser_fetched(page)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.click("#camera")
    expect(page.locator("#answer-words")).to_contain_text(spell(code), timeout=SLOWEST_MS)
    expect(page.locator("#count-waiting")).to_have_text("1")
    phone.set_offline(False)
    expect(page.locator("#count-done")).to_have_text("1")
    assert read(page, f"devices/{code}/")["state"] == "received"


def forget_what_the_browser_fetched(page: Page) -> None:
    """Empty the browser's own cache: only what the bench keeps by itself is left."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")

"""A battery that dies in the cellar: the browser is killed, its profile opened again."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from backend.core import codes
from backend.inventory.labels import address
from tests.browser.benches import (
    REASON,
    assert_once_in_order,
    open_bench,
    received,
    scan,
    set_act,
    triages_of,
)
from tests.browser.conftest import PATIENCE_MS, QUIET, Open, Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

BEFORE, AFTER = 5, 3
Start = Callable[[], BrowserContext]


def pull_the_battery(profile: Path, phone: BrowserContext) -> None:
    """Kill every process of the browser that this test started, with no time to save anything."""
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"--user-data-dir={profile}".encode() in (place / "cmdline").read_bytes():
                os.kill(int(place.name), signal.SIGKILL)
    with suppress(Error):
        phone.close()


def scan_in_the_cellar(page: Page, machines: list[str]) -> None:
    """Scan without network; each is answered before the next."""
    for code in machines:
        scan(page, address(code))
        expect(page.locator("#answer-words")).to_contain_text(codes.spell(code))
    expect(page.locator("#answer-words")).to_contain_text("Gardé ici")


@pytest.fixture
def start(site: Site, chromium: str, playwright: Playwright, tmp_path: Path) -> Start:
    """Switch a phone on: the same one each time."""

    def switch_on() -> BrowserContext:
        phone = playwright.chromium.launch_persistent_context(
            tmp_path,
            executable_path=chromium,
            args=QUIET,
            base_url=site.address,
            viewport={"width": 360, "height": 780},
            locale="fr-FR",
        )
        phone.set_default_timeout(PATIENCE_MS)
        return phone

    return switch_on


def test_a_dead_battery_loses_no_scan_and_repeats_none(
    start: Start, tmp_path: Path, page_of: Open
) -> None:
    machines = with_a_dead_battery(start, tmp_path)
    manager = page_of("atelier")
    assert_once_in_order([triages_of(manager, code) for code in machines])


def with_a_dead_battery(start: Start, profile: Path) -> list[str]:
    """Scan, die, scan on, come back into the network; give what was scanned, in order."""
    phone = start()
    page = phone.pages[0]
    sign_in(page, "technicien")
    open_bench(page)
    machines = received(page, BEFORE + AFTER)
    set_act(page, "triage", decision="repair", reason=REASON)
    phone.set_offline(True)
    scan_in_the_cellar(page, machines[:BEFORE])
    pull_the_battery(profile, phone)
    phone = start()
    phone.set_offline(True)
    page = phone.pages[0]
    page.goto("/atelier/")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#count-waiting")).to_have_text(str(BEFORE))
    expect(page.locator("#setting-act")).to_have_text("Trier")
    scan_in_the_cellar(page, machines[BEFORE:])
    expect(page.locator("#count-waiting")).to_have_text(str(BEFORE + AFTER))
    phone.clear_cookies()  # a browser that was killed may have lost who was signed in
    phone.set_offline(False)
    expect(page.locator("#notices")).to_contain_text(f"vos {BEFORE + AFTER} scans")
    sign_in(page, "technicien")
    open_bench(page)
    expect(page.locator("#network-words")).to_have_text("Connecté")
    phone.close()
    return machines

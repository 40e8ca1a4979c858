"""A real server with the demonstration in it, and a real Chromium to use it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.benches import PHONE, open_bench

PASSWORD = settings.DEMO_PASSWORD
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTS_WITHIN_SECONDS = 120
PATIENCE_MS = 45_000  # a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE_MS)
Open = Callable[..., Page]


@dataclass
class Site:
    """A running demonstration."""

    address: str
    environment: dict[str, str]


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find the browser. Without one the tests are skipped; in CI they fail."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
    return str(found)


@pytest.fixture(scope="session")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start the product as a newcomer does: own data, demonstration, worker beside the pages."""
    port = _free_port()
    folder = tmp_path_factory.mktemp("data")
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.local",
        "DATA_DIR": str(folder),
        "DEMO": "1",
        "PORT": str(port),
        "SITE_URL": address,
        "NOTICE_SETTLE_SECONDS": "0",
    }
    for command in (["migrate", "--verbosity", "0"], ["seed_demo"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    log = Path(folder, "server.log")
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:backend.config.embedded"],
            cwd=settings.ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(address, server, log)
            yield Site(address, environment)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()  # noqa: S310
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the server did not start\n{log.read_text()}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Give the one driver of browsers: a process can have no second."""
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="session")
def browser(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    """Give one Chromium for all tests."""
    one = playwright.chromium.launch(executable_path=chromium, args=QUIET)
    yield one
    one.close()


@pytest.fixture
def page_of(site: Site, browser: Browser) -> Iterator[Open]:
    """Open a window for somebody: `page_of("conseil", width=360)`, or a visitor without a name."""
    windows = []

    def open_window(login: str = "", *, width: int = 1280) -> Page:
        window = browser.new_context(
            base_url=site.address,
            viewport={"width": width, "height": 800},
            locale="fr-FR",
            reduced_motion="reduce",
        )
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(PATIENCE_MS)
        if login:
            sign_in(page, login)
        return page

    yield open_window
    for window in windows:
        window.close()


@pytest.fixture
def bench(page_of: Open) -> Page:
    """The technician's phone, with the bench open."""
    page = page_of("technicien", width=PHONE)
    open_bench(page)
    return page


def sign_in(page: Page, login: str) -> None:
    """Sign in with e-mail and password."""
    page.goto("/compte/login/")
    page.fill("input[name=login]", f"{login}@demo.rebond.example")
    page.fill("input[name=password]", PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/login/" not in address)

"""Every page that a link leads to, for every role: no accessibility fault, nothing cut off."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

OUTSIDE = ["", "donateur", "audit", "coordination"]
AT_WORK = ["conseil", "structure", "technicien", "atelier"]
NOT_PAGES = re.compile(
    r"/(admin|api|static|langue)/|/logout/|/export/|/effacements/\d+/rapport/$|/brut/$|\.(pdf|json|csv|svg|png|zpl)$"
)
DIFFERS_BY_ROLE = {"/", "/d/CODE/"}
LETTERS = "/courrier/"
FEWEST_PAGES = 25
_SHAPES = (
    (re.compile(r"/suivi/[^/]+/"), "/suivi/SECRET/"),
    (re.compile(r"[A-Z]-\d{4}-\d{5}"), "REFERENCE"),
    (re.compile(r"/[dD]/[^/]+/"), "/d/CODE/"),
    (re.compile(r"/(une|recevoir)/[^/]+/"), r"/\1/CODE/"),
    (re.compile(r"/verifier/[^/]+$"), "/verifier/TOKEN"),
    (re.compile(r"\d+"), "N"),
)
_axe = Axe()


def shape_of(path: str) -> str:
    """Give the route of an address: pages that differ by number or code only are one."""
    for pattern, word in _SHAPES:
        path = pattern.sub(word, path)
    return path


def links_of(page: Page) -> list[str]:
    """Give the addresses that the page leads to, on this site."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    here = urlsplit(page.url)
    inside = [address for address in map(urlsplit, found) if address.netloc == here.netloc]
    if here.path.startswith(LETTERS):  # a letter leads where its reader may go, not this one
        inside = [address for address in inside if address.path.startswith(LETTERS)]
    return [address.path for address in inside if not NOT_PAGES.search(address.path)]


def faults_of(page: Page) -> list[str]:
    """Check the open page with axe, and that nothing is wider than the window."""
    found = _axe.run(page, options={"resultTypes": ["violations"]}).response
    faults = [
        f"{page.url}: {violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return [*faults, f"{page.url}: wider than the window"] if page.evaluate(too_wide) else faults


@pytest.mark.parametrize("logins", [OUTSIDE, AT_WORK], ids=["outside", "at work"])
def test_every_page_can_be_used_by_everybody(page_of: Open, logins: list[str]) -> None:
    seen: set[str] = set()
    faults: list[str] = []
    for login in logins:
        page = page_of(login)
        waiting = ["/"]
        while waiting:
            path = waiting.pop(0)
            shape = shape_of(path)
            key = f"{login} {shape}" if shape in DIFFERS_BY_ROLE else shape
            if key in seen:
                continue
            seen.add(key)
            faults += faults_at(page, path)
            waiting += links_of(page)
    assert not faults, "\n".join(faults)
    assert len(seen) > FEWEST_PAGES


def faults_at(page: Page, path: str) -> list[str]:
    """Open a page; check it on a wide and on a small screen."""
    answer = page.goto(path)
    if answer is None or answer.status >= 400:
        return [f"{path}: {answer and answer.status}"]
    faults = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        faults += faults_of(page)
    return faults

"""A newcomer takes one laptop the whole way on a phone, in French, and sees the figures move."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from backend.core import codes
from backend.inventory.labels import address
from tests.browser.benches import open_bench, read, scan, set_act
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PHONE = 360
DONOR = "Newcomer SARL (inventée)"
PATIENCE_SECONDS = 60
AN_HOUR = timedelta(hours=1)
MOST_PRESSES = 25


def press(page: Page, name: str = "") -> None:
    """Send the page's main form: its large or first button, or the one of this name."""
    named = f"main form[method=post] button[name={name}]"
    main = page.locator(named if name else "main form[method=post] button[type=submit]").first
    with page.expect_navigation():
        main.click()


def figures(page: Page) -> list[int]:
    """Read the three public figures."""
    page.goto("/chiffres/")
    shown = page.locator("#facts ~ .grid .figure-number").all_inner_texts()
    return [int(re.sub(r"\D", "", number)) for number in shown][:3]


def settled_figures(page: Page) -> list[int]:
    """Read the figures once the worker has counted the whole demonstration."""
    read_before: list[list[int]] = [[]]

    def has_settled() -> bool:
        read_before.append(figures(page))
        time.sleep(1.5)
        return min(read_before[-1]) > 0 and read_before[-1] == read_before[-2]

    until(has_settled, "the demonstration was not counted")
    return read_before[-1]


def until(look: Callable[[], bool], what: str) -> None:
    """Look again until it is so: the worker needs a moment."""
    until_when = time.monotonic() + PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < until_when, what
        time.sleep(0.5)


def pledge_one_laptop(page: Page) -> str:
    """Give as anybody may; give the address of the tracking page."""
    page.goto("/donner/")
    page.fill("[name=donor_name]", DONOR)
    page.select_option("[name=legal_type]", "company")
    page.fill("[name=contact_name]", "Lou Inventé")
    page.fill("[name=contact_email]", "lou@newcomer.example")
    page.select_option("[name=line-0-kind]", "laptop")
    page.fill("[name=line-0-quantity]", "1")
    page.fill("[name=line-0-maker]", "Lenovo")
    page.fill("[name=line-0-year]", str(timezone.localdate().year - 4))
    page.fill("[name=address]", "2 rue de l'Essai, Lyon")
    page.fill("[name=territory]", "69")
    press(page, "check")
    press(page, "send")
    tracking = page.locator("main a.button").first.get_attribute("href")
    assert tracking
    return tracking


def accept_and_collect(page: Page) -> str:
    """Answer the pledge, plan its collection, count at the door; give the pledge's reference."""
    page.goto("/dons/?state=announced")
    row = page.locator("tr, li", has_text=DONOR).first
    row.locator("a").first.click()
    reference = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.locator("[name=accept-workshop]").select_option(index=1)
    press(page)
    page.goto(f"/collectes/nouvelle/?pledge={reference}")
    page.fill("[name=planned_for]", timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name=fetched_by]", "Camionnette de l'atelier")
    press(page)
    page.locator("[name=signed_by_role]").fill("accueil")
    press(page)
    return reference


def make_ready(page: Page, reference: str) -> str:
    """Mint a label; receive, sort, erase and check the machine under it at the bench."""
    page.goto("/etiquettes/")
    page.fill("[name=quantity]", "1")
    press(page)
    batch = page.url.rstrip("/").rsplit("/", 1)[-1]
    code = str(read(page, f"label-batches/{batch}/labels/")[0]["code"])
    open_bench(page)
    lines = page.locator("form[data-action=receive] [name=line] option", has_text=reference)
    acts: dict[str, dict[str, str]] = {
        "receive": {"line": str(lines.get_attribute("value"))},
        "triage": {"decision": "repair", "reason": "Démarre, bonne batterie"},
        "erase": {
            "method": "purge",
            "tool": "nwipe",
            "tool_version": "0.37",
            "verification": "lecture complète",
            "started_at": f"{datetime.now().astimezone() - AN_HOUR:%Y-%m-%dT%H:%M}",
            "is_sure": "yes",
        },
        "pass_quality_check": {"is_sure": "yes"},
    }
    for action, facts in acts.items():
        set_act(page, action, **facts)
        scan(page, address(code))
        expect(page.locator("#count-done")).to_have_text("1")
    assert read(page, f"devices/{code}/")["state"] == "ready"
    return codes.spell(code)


def ask(page: Page) -> str:
    """Register a person and ask for a laptop over a slow line; give the request's reference."""
    late: list[Route] = []
    page.goto("/bureau/")
    page.locator("main .page-head a.button").click()
    page.route("**/bureau/demande/personne/", lambda route: late.append(route))
    page.fill("[name=case_reference]", "ESSAI-1")
    page.keyboard.press("Tab")
    page.fill("[name=name]", "Personne Inventée")
    page.fill("[name=birth_year]", "1991")
    page.check("[name=criteria][value=attested]")
    page.select_option("[name=kind]", "laptop")
    with page.expect_response("**/bureau/demande/personne/"):
        late[0].continue_()
    press(page)
    expect(page).to_have_url(re.compile("/bureau/demandes/"))
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def hand_over_signed(page: Page, request: str, code: str) -> None:
    """Find the reserved device on the desk, scan its label, let the person sign."""
    page.goto(f"/bureau/demandes/{request}/")
    page.locator("main a.button.large").click()
    page.fill("[name=code]", f"HTTPS://REBOND.EXAMPLE/D/{code.replace('-', '')}")
    page.check("[name=signed_by][value=signature]")
    frame = page.locator(".signature-frame")
    expect(frame).to_be_visible()
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(box["x"] + 30 + 30 * step, box["y"] + 60 - 25 * (step % 2))
    page.mouse.up()
    press(page)
    expect(page.locator("main")).to_contain_text(code)
    expect(page.locator(".signature-drawn path")).to_have_attribute("d", re.compile("^M.*L"))


def test_one_laptop_goes_from_pledge_to_person(page_of: Open) -> None:
    visitor = page_of(width=PHONE)
    before = settled_figures(visitor)
    tracking = pledge_one_laptop(visitor)
    coordination = page_of("coordination", width=PHONE)
    reference = accept_and_collect(coordination)
    code = make_ready(page_of("technicien", width=PHONE), reference)
    desk = page_of("conseil", width=PHONE)
    request = ask(desk)
    coordination.goto(f"/coordination/file/{request}/")
    coordination.locator("main details summary").click()
    coordination.fill("main .code-input[name=code]", code)
    coordination.locator("main details form button").click()
    expect(coordination.locator("main")).to_contain_text(code)
    hand_over_signed(desk, request, code)
    after = [number + 1 for number in before]
    until(lambda: figures(visitor) == after, f"the figures did not move to {after}")
    visitor.goto(tracking)
    expect(visitor.locator("main")).to_contain_text(reference)
    until(lambda: mails_of(visitor) >= 3, "the donor was not told")
    visitor.goto("/courrier/")
    assert visitor.get_by_text("conseil@demo.rebond.example").count()


def mails_of(page: Page) -> int:
    """Count the mails to the donor's contact in the demonstration's outbox."""
    page.goto("/courrier/?to=lou@newcomer.example")
    return page.locator("tbody tr").count()


def test_the_main_actions_are_reached_by_keyboard(page_of: Open) -> None:
    mains = {
        "conseil": ("/bureau/", "a.button.large"),
        "coordination": ("/coordination/", "a.button.large"),
        "technicien": ("/atelier/", "#code"),
    }
    for login, (path, main) in mains.items():
        page = page_of(login)
        page.goto(path)
        is_there = f"document.activeElement.matches('main {main}')"
        presses = 0
        while not page.evaluate(is_there):
            page.keyboard.press("Tab")
            presses += 1
            assert presses < MOST_PRESSES, f"{path}: Tab does not reach {main}"


def test_the_first_press_of_tab_offers_to_skip_the_menu(page_of: Open) -> None:
    page = page_of("conseil")
    page.goto("/bureau/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

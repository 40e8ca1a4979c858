"""The bench where the network is away, slow, or not what it seems: nothing lost, nothing twice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from backend.core import codes
from backend.inventory.labels import address
from tests.browser.benches import (
    PHONE,
    REASON,
    assert_once_in_order,
    read,
    received,
    scan,
    send,
    set_act,
    triages_of,
)
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WITHOUT_HTTPS = """
    delete Crypto.prototype.randomUUID;
    for (const name of ["serviceWorker", "mediaDevices", "locks", "storage", "wakeLock"]) {
        delete Navigator.prototype[name];
    }
"""


def test_without_network_every_scan_is_kept_and_applied_once_in_order(
    bench: Page, page_of: Open
) -> None:
    machines = received(bench, 8)
    set_act(bench, "triage", decision="repair", reason=REASON)
    bench.context.set_offline(True)
    for code in machines[:4]:
        scan(bench, address(code))
        expect(bench.locator("#answer-words")).to_contain_text(codes.spell(code))
    expect(bench.locator("#answer-words")).to_contain_text("Gardé ici")
    bench.reload()
    bench.wait_for_selector("body[data-ready]")
    expect(bench.locator("#setting-act")).to_have_text("Trier")
    expect(bench.locator("#count-waiting")).to_have_text("4")
    for code in machines[4:]:
        scan(bench, address(code))
        expect(bench.locator("#answer-words")).to_contain_text(codes.spell(code))
    bench.click("#undo")
    expect(bench.locator("#count-waiting")).to_have_text("7")
    bench.context.set_offline(False)
    expect(bench.locator("#count-done")).to_have_text("7", timeout=20_000)
    expect(bench.locator("#count-waiting")).to_have_text("0")
    manager = page_of("atelier")
    sorted_ = [triages_of(manager, code) for code in machines[:7]]
    assert_once_in_order(sorted_)
    assert read(bench, f"devices/{machines[7]}/")["state"] == "received"


def test_without_network_a_step_that_does_not_follow_is_told_with_what_to_do_next(
    bench: Page,
) -> None:
    (raw,) = received(bench, 1)
    set_act(bench, "dismantle")
    bench.context.set_offline(True)
    scan(bench, address(raw))
    expect(bench.locator("#answer-words")).to_contain_text(codes.spell(raw))
    title, more = bench.locator(".answer-title"), bench.locator(".answer-more")
    expect(title).to_have_text("Refusé")
    expect(more).to_have_text(re.compile("^Cet appareil est .+ Triez-le d’abord. D’après"))
    expect(bench.locator("#count-waiting")).to_have_text("0")
    bench.context.set_offline(False)


def test_the_menu_says_whether_the_bench_may_go_where_there_is_no_network(bench: Page) -> None:
    received(bench, 1)
    bench.click("details.bench-menu summary")
    expect(bench.locator("#offline")).to_have_text(
        re.compile(r"Marche sans réseau\. Appareils connus.: \d+")
    )


def test_what_was_kept_here_is_told_again_once_the_server_has_heard_it(
    bench: Page, page_of: Open
) -> None:
    fine, changed = received(bench, 2)
    set_act(bench, "triage", decision="repair", reason=REASON)
    bench.context.set_offline(True)
    scan(bench, address(changed))
    scan(bench, address(fine))
    expect(bench.locator("#count-waiting")).to_have_text("2")
    expect(bench.locator("#answer-words")).to_contain_text("Gardé ici")
    send(
        page_of("atelier"), f"devices/{changed}/triage/", {"decision": "recycle", "reason": REASON}
    )
    bench.context.set_offline(False)
    expect(bench.locator("#count-waiting")).to_have_text("0", timeout=20_000)
    expect(bench.locator("#unsettled-list")).to_contain_text(codes.spell(changed))
    expect(bench.locator("#answer-words")).not_to_contain_text("Gardé ici")


def test_a_scan_whose_answer_was_lost_is_taken_back_for_true(bench: Page, page_of: Open) -> None:
    (code,) = received(bench, 1)
    set_act(bench, "triage", decision="repair", reason=REASON)
    bench.route("**/api/v1/scans/", heard_but_not_answered)
    scan(bench, address(code))
    expect(bench.locator("#answer-words")).to_contain_text("Gardé ici")
    expect(bench.locator("#network-words")).to_contain_text("Sans réseau")
    assert read(bench, f"devices/{code}/")["state"] == "in_workshop"
    bench.click("#undo")
    expect(bench.locator("#count-waiting")).to_have_text("2")
    bench.unroute("**/api/v1/scans/")
    expect(bench.locator("#count-waiting")).to_have_text("0")
    expect(bench.locator("#count-done")).to_have_text("0")
    assert read(bench, f"devices/{code}/")["state"] == "received"
    assert len(triages_of(page_of("atelier"), code)) == 1


def test_an_undo_goes_with_the_scan_that_was_not_done(bench: Page) -> None:
    (code,) = received(bench, 1)
    set_act(bench, "triage", decision="repair", reason=REASON)
    scan(bench, address(code))
    expect(bench.locator("#count-done")).to_have_text("1")
    set_act(bench, "triage", decision="repair", reason="une autre raison")
    bench.route("**/api/v1/scans/", heard_but_not_answered)
    scan(bench, address(code))
    expect(bench.locator("#answer-words")).to_contain_text("Gardé ici")
    expect(bench.locator("#network-words")).to_contain_text("Sans réseau")
    bench.click("#undo")
    expect(bench.locator("#count-waiting")).to_have_text("2")
    bench.unroute("**/api/v1/scans/")
    expect(bench.locator("#count-already")).to_have_text("1")
    expect(bench.locator("#count-waiting")).to_have_text("0")
    assert read(bench, f"devices/{code}/")["state"] == "in_workshop"


def test_without_network_a_scan_is_taken_out_of_the_queue_however_often_it_was_tried(
    bench: Page,
) -> None:
    first, second = received(bench, 2)
    set_act(bench, "triage", decision="repair", reason=REASON)
    bench.context.set_offline(True)
    for code in (first, second):
        scan(bench, address(code))
        expect(bench.locator("#answer-words")).to_contain_text("Gardé ici")
    for _try in "12":
        bench.evaluate("dispatchEvent(new Event('online'))")
    bench.click("#undo")
    expect(bench.locator("#answer-words")).to_contain_text("Repris avant l’envoi")
    expect(bench.locator("#count-waiting")).to_have_text("1")
    bench.context.set_offline(False)
    expect(bench.locator("#count-done")).to_have_text("1")
    assert read(bench, f"devices/{second}/")["state"] == "received"


def heard_but_not_answered(route: Route) -> None:
    """Let the server do what it is asked, and cut the line before it can say so."""
    route.fetch()
    route.abort()


def test_what_a_portal_answers_in_the_place_of_the_server_settles_nothing(bench: Page) -> None:
    first, second = received(bench, 2)
    set_act(bench, "triage", decision="repair", reason=REASON)
    for portal, code in ((a_portal(200), first), (a_portal(404), second)):
        bench.route("**/api/v1/scans/", portal)
        scan(bench, address(code))
        expect(bench.locator("#answer-words")).to_contain_text(codes.spell(code))
        expect(bench.locator("#answer-words")).to_contain_text("Gardé ici")
        bench.unroute("**/api/v1/scans/")
        expect(bench.locator("#count-waiting")).to_have_text("0")
    expect(bench.locator("#count-done")).to_have_text("2")


def a_portal(status: int) -> Callable[[Route], None]:
    """Answer with a page of the wifi's own."""
    page = "<h1>Bienvenue sur le wifi</h1>"
    return lambda route: route.fulfill(status=status, content_type="text/html", body=page)


def test_on_a_slow_network_each_scan_is_answered_without_waiting_for_it(bench: Page) -> None:
    machines = received(bench, 6)
    set_act(bench, "triage", decision="repair", reason=REASON)
    held: list[Route] = []
    bench.route("**/api/v1/scans/", lambda route: held.append(route))
    scan(bench, address(machines[0]))
    expect(bench.locator("#answer-words")).to_contain_text("Le réseau est lent")
    bench.evaluate("window.patience = setTimeout; window.setTimeout = () => 0")  # nobody waits now
    for code in machines[1:]:
        scan(bench, address(code))
        expect(bench.locator("#answer-words")).to_contain_text(codes.spell(code))
    bench.evaluate("window.setTimeout = window.patience")
    for route in held:
        route.continue_()
    bench.unroute("**/api/v1/scans/")
    expect(bench.locator("#count-done")).to_have_text("6")
    expect(bench.locator("#count-waiting")).to_have_text("0")


def test_without_https_a_scanner_still_works(page_of: Open) -> None:
    page = page_of("technicien", width=PHONE)
    page.add_init_script(WITHOUT_HTTPS)
    page.goto("/atelier/")
    page.wait_for_selector("body[data-ready]")
    (code,) = received(page, 1)
    set_act(page, "triage", decision="repair", reason=REASON)
    scan(page, address(code))
    expect(page.locator("#count-done")).to_have_text("1")
    page.click("#camera")
    expect(page.locator("#answer-words")).to_contain_text("Il n’y a pas de caméra")


def test_a_scan_that_cannot_be_kept_is_told_and_the_next_has_its_turn(bench: Page) -> None:
    first, second = received(bench, 2)
    set_act(bench, "triage", decision="repair", reason=REASON)
    bench.evaluate(
        """() => {
            const add = IDBObjectStore.prototype.add;
            IDBObjectStore.prototype.add = function () {
                IDBObjectStore.prototype.add = add;
                throw new DOMException("full", "QuotaExceededError");
            };
        }"""
    )
    scan(bench, address(first))
    expect(bench.locator("#answer-words")).to_contain_text("Ce scan n’a pas été gardé")
    scan(bench, address(second))
    expect(bench.locator("#count-done")).to_have_text("1")
    assert read(bench, f"devices/{first}/")["state"] == "received"

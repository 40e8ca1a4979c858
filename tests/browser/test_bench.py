"""The bench in a real browser: a scanner, a keyboard, no network, two people, no faults."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from backend.core import codes
from backend.inventory.labels import address
from backend.inventory.pages.mode_cards import token_of
from tests.browser.benches import (
    REASON,
    assert_once_in_order,
    free_labels,
    open_bench,
    read,
    received,
    scan,
    send,
    set_act,
    triages_of,
)
from tests.browser.conftest import Open, sign_in
from tests.browser.test_every_page import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PHONE = 360
WITHOUT_HTTPS = """
    delete Crypto.prototype.randomUUID;
    for (const name of ["serviceWorker", "mediaDevices", "locks", "storage", "wakeLock"]) {
        delete Navigator.prototype[name];
    }
"""
KEPT = """async () => {
    const wait = (request) => new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
    });
    const database = await wait(indexedDB.open("rebond-bench"));
    const of = (store, ask) => wait(database.transaction(store).objectStore(store)[ask]());
    const [devices, scans] = [await of("devices", "getAll"), await of("scans", "getAll")];
    const kept = { devices, scans, keys: await of("kept", "getAllKeys") };
    database.close();
    return kept;
}"""
ON_AZERTY = {  # where the keys of a US keyboard lie, and what a French system makes of them
    ":": ("Semicolon", "M", True),
    "/": ("Slash", "!", False),
    ".": ("Period", ":", False),
    "-": ("Minus", ")", False),
    "A": ("KeyA", "Q", True),
    "Q": ("KeyQ", "A", True),
    "W": ("KeyW", "Z", True),
    "Z": ("KeyZ", "W", True),
    "M": ("KeyM", "?", True),
}
DIGITS_ON_AZERTY = dict(zip("0123456789", "à&é\"'(-è_ç", strict=True))


@pytest.fixture
def bench(page_of: Open) -> Page:
    """The technician's phone, with the bench open."""
    page = page_of("technicien", width=PHONE)
    open_bench(page)
    return page


def answer(page: Page) -> str:
    """Read what the screen reader reads."""
    return page.inner_text("#answer-words[role=alert][aria-live=assertive]")


def press_garbled(page: Page, text: str) -> None:
    """Let a scanner set to a US keyboard type on a French system: at once, as scanners do."""
    keys = []
    for sign in text:
        if sign in DIGITS_ON_AZERTY:
            keys.append((f"Digit{sign}", DIGITS_ON_AZERTY[sign], False))
        else:
            keys.append(ON_AZERTY.get(sign, (f"Key{sign}", sign, True)))
    page.evaluate(
        """keys => {
            for (const [code, key, shiftKey] of keys) {
                const said = { key, code, shiftKey, bubbles: true };
                document.activeElement.dispatchEvent(new KeyboardEvent("keydown", said));
            }
        }""",
        keys,
    )
    page.keyboard.press("Enter")


def test_a_scanner_types_anywhere_and_each_answer_has_its_words(bench: Page) -> None:
    first, second = received(bench, 2)
    set_act(bench, "triage", decision="repair", reason=REASON)
    bench.locator("#sound").focus()
    scan(bench, address(first))
    expect(bench.locator("#count-done")).to_have_text("1")
    assert "Trié" in answer(bench)
    assert codes.spell(first) in answer(bench)
    press_garbled(bench, address(second))
    expect(bench.locator("#count-done")).to_have_text("2")
    scan(bench, address(first))
    expect(bench.locator("#answer-words")).to_contain_text("Déjà scanné dans cette série")
    scan(bench, codes.mint())
    expect(bench.locator("#answer-words")).to_contain_text("Code inconnu")
    expect(bench.locator("#unsettled")).to_be_visible()
    scan(bench, "7K3M9XQ2A")
    expect(bench.locator("#answer-words")).to_contain_text("Un symbole est faux")
    bench.click("#undo")
    expect(bench.locator("#answer-words")).to_contain_text("Dernière étape annulée")
    expect(bench.locator("#count-done")).to_have_text("1")
    assert read(bench, f"devices/{second}/")["state"] == "received"


def test_the_check_symbol_is_the_servers(bench: Page) -> None:
    minted = [codes.mint() for _each in range(300)]
    wrong = [code[:-1] + codes.ALPHABET[codes.ALPHABET.index(code[-1]) - 1] for code in minted]
    swapped = [code[1] + code[0] + code[2:] for code in minted if code[0] != code[1]]
    look = """async (all) => {
        const at = document.querySelector("script[type=module]").src.replace("main.", "codes.");
        const { read } = await import(at);
        return all.map((code) => read(code).code ?? read(code).fault);
    }"""
    assert bench.evaluate(look, minted) == minted
    assert set(bench.evaluate(look, wrong + swapped)) == {"misread"}


def test_a_mode_card_and_a_place_set_what_scans_do(bench: Page) -> None:
    (code,) = received(bench, 1)
    card = token_of("triage", {"decision": "parts", "reason": REASON})
    scan(bench, f"HTTPS://REBOND.EXAMPLE/M/{card}")
    expect(bench.locator("#setting-act")).to_have_text("Trier")
    scan(bench, code)
    expect(bench.locator("#count-done")).to_have_text("1")
    place = read(bench, "bench/")["choices"]["location"][0]
    scan(bench, f"HTTPS://REBOND.EXAMPLE/P/{place['value']}")
    expect(bench.locator("#setting")).to_contain_text(place["words"])
    scan(bench, code)
    expect(bench.locator("#answer-words")).to_contain_text("Rangé")
    assert read(bench, f"devices/{code}/")["location"] == place["value"]


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


def place_label(page: Page, number: int) -> str:
    """Give what the label of one of the workshop's places says."""
    value = read(page, "bench/")["choices"]["location"][number]["value"]
    return f"HTTPS://REBOND.EXAMPLE/P/{value}"


def test_a_machine_that_is_carried_on_is_another_scan_not_a_repeated_one(bench: Page) -> None:
    (code,) = received(bench, 1)
    first, second = place_label(bench, 0), place_label(bench, 1)
    for done, shelf in enumerate((first, second, first), start=1):
        scan(bench, shelf)
        scan(bench, address(code))
        expect(bench.locator("#count-done")).to_have_text(str(done))
    assert read(bench, f"devices/{code}/")["location"] == int(first.rsplit("/", 1)[-1])
    scan(bench, address(code))
    expect(bench.locator("#answer-words")).to_contain_text("Déjà scanné dans cette série")


def test_undo_takes_back_the_last_scan_and_nothing_before_it(bench: Page) -> None:
    (code,) = free_labels(bench, 1)
    set_act(bench, "receive", kind="laptop", unexpected_reason=REASON)
    scan(bench, address(code))
    expect(bench.locator("#count-done")).to_have_text("1")
    bench.click("#undo")
    expect(bench.locator("#answer-words")).to_contain_text("« Reçu » reste enregistré")
    expect(bench.locator("#count-done")).to_have_text("1")
    set_act(bench, "triage", decision="repair", reason=REASON)
    scan(bench, address(code))
    expect(bench.locator("#answer-words")).to_contain_text("Trié")
    facts = {"decision": "parts", "reason": REASON}
    send(bench, f"devices/{code}/fail-quality-check/", facts)  # on the device's own page
    bench.click("#undo")
    expect(bench.locator("#answer-words")).to_contain_text("Autre chose est arrivé")
    expect(bench.locator("#count-done")).to_have_text("1")
    assert read(bench, f"devices/{code}/")["state"] == "for_parts"


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


def test_the_scans_of_one_person_are_never_sent_by_another(page_of: Open) -> None:
    page = page_of("technicien", width=PHONE)
    open_bench(page)
    (code,) = received(page, 1)
    set_act(page, "triage", decision="repair", reason=REASON)
    page.context.set_offline(True)
    scan(page, address(code))
    expect(page.locator("#count-waiting")).to_have_text("1")
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#notices")).to_contain_text("Reconnectez-vous")
    sign_in(page, "atelier")
    open_bench(page)
    expect(page.locator("#notices")).to_contain_text("d’une autre personne")
    assert read(page, f"devices/{code}/")["state"] == "received"
    page.context.clear_cookies()
    sign_in(page, "technicien")
    open_bench(page)
    expect(page.locator("#count-waiting")).to_have_text("0")
    assert read(page, f"devices/{code}/")["state"] == "in_workshop"


def test_who_signs_out_leaves_only_unsent_scans_behind(page_of: Open) -> None:
    page = page_of("technicien", width=PHONE)
    open_bench(page)
    sent, waits = received(page, 2)
    set_act(page, "triage", decision="repair", reason=REASON)
    scan(page, address(sent))
    expect(page.locator("#count-done")).to_have_text("1")
    page.context.set_offline(True)
    scan(page, address(waits))
    expect(page.locator("#count-waiting")).to_have_text("1")
    assert kept_in(page)["devices"]
    page.context.clear_cookies()  # signed out before anything could be sent
    page.context.set_offline(False)
    page.goto("/compte/login/")
    page.wait_for_function(f"async () => !(await ({KEPT})()).devices.length")
    kept = kept_in(page)
    assert set(kept["keys"]) <= {"muted", "camera"}
    assert [(row["code"], row["was"]) for row in kept["scans"]] == [(waits, None)]
    sign_in(page, "technicien")
    open_bench(page)
    expect(page.locator("#network-words")).to_have_text("Connecté")
    expect(page.locator("#count-waiting")).to_have_text("0")
    assert read(page, f"devices/{waits}/")["state"] == "in_workshop"


def kept_in(page: Page) -> dict[str, Any]:
    """Give what the bench keeps in this browser."""
    return dict(page.evaluate(KEPT))


def test_the_bench_needs_no_mouse_and_has_no_fault(page_of: Open) -> None:
    page = page_of("technicien")
    open_bench(page)
    faults: list[str] = []

    def look() -> None:
        for width in (1280, PHONE):
            page.set_viewport_size({"width": width, "height": 800})
            faults.extend(faults_of(page))

    look()
    page.locator("#change").focus()
    page.keyboard.press("Enter")
    look()
    page.locator("[data-choose=receive]").focus()
    page.keyboard.press("Enter")
    look()
    page.keyboard.press("Escape")
    expect(page.locator("#acts")).not_to_be_visible()
    set_act(page, "triage", decision="repair", reason=REASON)
    scan(page, codes.mint())
    expect(page.locator("#unsettled")).to_be_visible()
    look()
    page.locator("#end").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_be_visible()
    look()
    assert not faults, "\n".join(faults)

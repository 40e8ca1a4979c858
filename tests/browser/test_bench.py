"""The bench in a real browser: a scanner, a keyboard, cards, two people, no faults."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.core import codes
from backend.inventory.labels import address
from backend.inventory.pages.mode_cards import token_of
from tests.browser.benches import (
    PHONE,
    REASON,
    free_labels,
    open_bench,
    read,
    received,
    scan,
    send,
    set_act,
)
from tests.browser.conftest import Open, sign_in
from tests.browser.test_every_page import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

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


def test_a_pause_is_told_also_after_a_reload(bench: Page) -> None:
    (code,) = received(bench, 1)
    set_act(bench, "triage", decision="repair", reason=REASON)
    bench.click("#pause")
    expect(bench.locator("#pause")).to_have_text("Reprendre")
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not bench.evaluate(wide)
    bench.reload()
    bench.wait_for_selector("body[data-ready]")
    expect(bench.locator("#answer-words")).to_contain_text("Appuyez sur « Reprendre »")
    scan(bench, address(code))
    expect(bench.locator("#answer-words")).to_contain_text("ce scan n’est pas pris")
    bench.click("#pause")
    scan(bench, address(code))
    expect(bench.locator("#count-done")).to_have_text("1")


def test_an_erasure_that_took_no_time_is_not_set(bench: Page) -> None:
    bench.click("#change")
    bench.click("[data-choose=erase]")
    form = bench.locator("form[data-action=erase]")
    for name, said in {"tool": "nwipe", "tool_version": "0.37", "verification": "lue"}.items():
        form.locator(f"[name={name}]").fill(said)
    form.locator("[name=is_sure]").check()
    started, ended = form.locator("[name=started_at]"), form.locator("[name=ended_at]")
    assert started.input_value() == ""
    started.fill(ended.input_value())
    form.locator("[type=submit]").click()
    expect(bench.locator("#acts")).to_be_visible()
    started.fill("2026-01-01T08:00")
    form.locator("[type=submit]").click()
    expect(bench.locator("#setting-act")).to_have_text("Effacer")


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

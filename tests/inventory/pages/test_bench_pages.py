"""The bench's page is the same for everybody; what it knows comes from the API."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client
from django.utils.translation import gettext

from backend.inventory.api.verbs import VERBS
from backend.inventory.pages.bench import FILES
from backend.inventory.pages.bench_acts import BENCH_ACTS, OPEN
from backend.inventory.pages.bench_words import WORDS
from backend.inventory.pages.mode_cards import read_token, token_of
from tests.conftest import Statements
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop, an_accepted_pledge
from tests.page import Page

Count = Callable[[], AbstractContextManager[Statements]]


@pytest.fixture
def bench(seen_by: See, workshop: Workshop) -> Client:
    """The technician's browser."""
    return seen_by(workshop.technician)


def test_the_bench_can_be_used_by_everybody(bench: Client) -> None:
    answer = bench.get("/atelier/")
    assert answer.status_code == 200
    assert not Page(answer.content).faults()


def test_the_page_that_a_phone_keeps_says_nothing_of_anybody(
    seen_by: See, workshop: Workshop
) -> None:
    an_accepted_pledge(workshop)
    other = Workshop()
    pages = [seen_by(hat).get("/atelier/").content for hat in (workshop.technician, other.manager)]
    assert pages[0] == pages[1]
    assert workshop.technician.user.email.encode() not in pages[0]
    assert str(workshop.technician.organisation).encode() not in pages[0]


def test_without_scripts_a_device_is_opened_by_its_code(bench: Client, workshop: Workshop) -> None:
    assert 'action="/atelier/ouvrir/"' in text_of(bench.get("/atelier/"))
    device = workshop.receive()
    for typed in (device.code, str(device).lower(), f"HTTPS://REBOND.EXAMPLE/D/{device.code}"):
        assert location_of(bench.get("/atelier/ouvrir/", {"code": typed})) == f"/d/{device.code}/"


def test_a_scanned_erasure_carries_the_words_that_were_ticked() -> None:
    act = BENCH_ACTS["erase"]
    said = json.loads(act.facts_said)["always"]
    assert said == {"attestation": str(act.form_shown.fields["is_sure"].label)}


def test_the_english_address_leads_to_the_bench(bench: Client) -> None:
    assert location_of(bench.get("/bench")) == "/atelier/"


def test_every_act_of_the_bench_is_an_action_of_a_scan() -> None:
    assert not BENCH_ACTS.keys() - VERBS.keys() - {OPEN}


def test_every_word_of_the_scripts_stands_in_the_page(bench: Client) -> None:
    page = text_of(bench.get("/atelier/"))
    found = re.search(r'<script id="words" type="application/json">(.*?)</script>', page)
    assert found
    words = json.loads(found[1])
    assert all(words.values())


def test_the_worker_keeps_what_the_page_needs_and_nothing_else(bench: Client) -> None:
    answer = bench.get("/atelier/sw.js")
    assert answer["Content-Type"] == "text/javascript"
    script = text_of(answer)
    for path in FILES:
        assert f"/static/{path}" in script


def test_what_reads_codes_is_kept_too_and_alone_may_compile(bench: Client) -> None:
    page = bench.get("/atelier/")
    assert 'data-decoder="/atelier/decodeur.js"' in text_of(page)
    assert "/atelier/decodeur.js" in text_of(bench.get("/atelier/sw.js"))
    decoder = Client().get("/atelier/decodeur.js")
    assert decoder["Content-Type"] == "text/javascript"
    assert "'wasm-unsafe-eval'" in decoder["Content-Security-Policy"]
    assert "wasm-unsafe-eval" not in page["Content-Security-Policy"]


def test_a_page_in_another_language_is_another_version(bench: Client) -> None:
    versions = {
        re.findall(r'"version": "(\w+)"', text_of(bench.get("/atelier/sw.js", headers=headers)))[0]
        for headers in ({"Accept-Language": "fr"}, {"Accept-Language": "en"})
    }
    assert len(versions) == 2


def test_the_bench_can_be_installed(bench: Client) -> None:
    said = json.loads(bench.get("/atelier/manifest.webmanifest").content)
    assert said["start_url"] == "/atelier/"
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}


@pytest.mark.parametrize(
    "facts", [{}, {"decision": "repair", "reason": "Démarre « bien »"}, {"location": 12}]
)
def test_a_mode_card_holds_an_act_and_its_facts(bench: Client, facts: dict[str, object]) -> None:
    token = token_of("triage", facts)
    assert re.fullmatch("[A-Z2-7]+", token)
    assert read_token(token.lower()) == ("triage", facts)
    assert location_of(bench.get(f"/M/{token}")) == f"/atelier/#/M/{token}"


@pytest.mark.parametrize("token", ["A", "ZZZZ", "1", token_of("allocate", {}), "A" * 3000])
def test_what_is_no_mode_card_is_not_found(bench: Client, token: str) -> None:
    assert bench.get(f"/M/{token}").status_code == 404


@pytest.mark.parametrize("facts", [{"reason": "2026-13-45T10:00"}, {"decision": ["parts"]}])
def test_a_card_with_nonsense_on_it_is_shown_all_the_same(bench: Client, facts: Any) -> None:
    card = {"m": token_of("triage", facts)}
    assert bench.get("/atelier/carte/", card).status_code == 200


def test_a_card_whose_act_is_no_word_is_not_found(bench: Client) -> None:
    token = token_of(["triage"], {})  # type: ignore[arg-type]
    assert bench.get(f"/M/{token}").status_code == 404


def test_a_card_to_print_says_in_words_what_it_sets(bench: Client, workshop: Workshop) -> None:
    site = workshop.site()
    cards = {
        token_of("place", {"location": site.pk}): [str(site)],
        token_of("place", {"location": Workshop().site().pk}): ["Not yours"],
        token_of("triage", {"decision": "parts", "reason": "écran", "powers_on": False}): [
            "For parts",
            "écran",
            "No",
        ],
    }
    for token, words in cards.items():
        answer = bench.get("/atelier/carte/", {"m": token})
        assert not Page(answer.content).faults()
        for said in words:
            assert f"<dd>{said}</dd>" in text_of(answer)
    assert bench.get("/atelier/carte/", {"m": "A"}).status_code == 404
    too_long = token_of("triage", {"reason": "é" * 240})
    assert bench.get("/atelier/carte/", {"m": too_long}).status_code == 422


def test_the_cards_that_need_no_setting_are_ready_to_print(bench: Client) -> None:
    answer = bench.get("/atelier/carte/")
    assert not Page(answer.content).faults()
    tokens = re.findall(r'\?m=([A-Z2-7]+)"', text_of(answer))
    assert {read_token(token)[0] for token in tokens} == {
        OPEN,
        "unlock",
        "find",
        "dismantle",
        "undo",
    }
    for token in tokens:
        assert bench.get("/atelier/carte/", {"m": token}).status_code == 200


def test_the_menu_leads_to_every_room_of_the_workshop(bench: Client) -> None:
    page = text_of(bench.get("/atelier/"))
    for address in (
        "/atelier/jour/",
        "/etiquettes/",
        "/atelier/carte/",
        "/atelier/rapport/",
        "/atelier/effacements/",
        "/atelier/pieces/",
        "/lieux/",
        "/inventaires/",
        "/transferts/",
    ):
        assert f'<li><a href="{address}">' in page
        assert bench.get(address).status_code == 200


def test_the_day_says_what_arrives_and_what_waits(bench: Client, workshop: Workshop) -> None:
    pledge = an_accepted_pledge(workshop)
    workshop.receive()
    answer = bench.get("/atelier/jour/")
    assert not Page(answer.content).faults()
    page = text_of(answer)
    assert pledge.reference in page
    assert f"/M/{token_of('receive', {'line': pledge.lines.get().pk})}" in page
    assert gettext("Received") in page


def test_more_work_costs_the_day_no_more_queries(
    bench: Client, workshop: Workshop, statements: Count
) -> None:
    an_accepted_pledge(workshop)
    workshop.receive()
    bench.get("/atelier/jour/")
    with statements() as one:
        bench.get("/atelier/jour/")
    for _more in range(3):
        an_accepted_pledge(workshop)
        workshop.receive()
    with statements() as four:
        bench.get("/atelier/jour/")
    assert len(four) == len(one)


def test_the_scripts_say_nothing_but_the_words_that_they_are_given() -> None:
    scripts = [find(f"inventory/bench/{name}") for name in ("scans.js", "rules.js", "view.js")]
    text = "".join(Path(str(script)).read_text() for script in scripts)
    named = re.findall(r"(?:\bsay\(|\btitle: |\bmore: )\"(\w+)\"", text)
    assert len(named) > 30
    assert set(named) <= WORDS.keys()

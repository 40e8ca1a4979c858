"""The public form: five minutes, without an account, without JavaScript."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from backend.core.models import Event
from backend.inventory.models import Pledge, PledgeLine
from tests.factories import a_donor_contact
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.page import Page

WHO = {
    "donor_name": "Mairie d'Exemple",
    "legal_type": "public_body",
    "siren": "",
    "contact_name": "Camille Exemple",
    "contact_email": "camille@example.org",
    "contact_phone": "",
    "address": "1 place de la Mairie, 69400 Exemple",
    "territory": "",
    "access": "",
    "available_from": "",
    "wishes": "",
    "campaign": "",
    "website": "",
}
TABLE = (
    "Type;Marque;Modèle;Année;N° inventaire\n"
    "Portable;HP;EliteBook 840;2021;VF-1\n"
    "portables;HP;EliteBook 840;2021;VF-2\n"
    "Écran;Dell;P2419;;\n"
    "Grille-pain;;;;\n"
)


def lines(*given: dict[str, Any]) -> dict[str, Any]:
    """Write lines as the form sends them."""
    sent: dict[str, Any] = {"line-TOTAL_FORMS": len(given), "line-INITIAL_FORMS": 0}
    for number, line in enumerate(given):
        sent |= {f"line-{number}-{name}": said for name, said in line.items()}
    return sent


LAPTOPS = lines({"kind": "laptop", "quantity": 12, "maker": "Dell", "year": 2022})


def test_the_form_can_be_read_by_everybody(visitor: Client, db: None) -> None:
    answer = visitor.get("/donner/")
    assert answer.status_code == 200
    assert not Page(answer.content).faults()


def test_a_pledge_is_summed_up_then_sent(visitor: Client, db: None) -> None:
    summary = visitor.post("/donner/", {**WHO, **LAPTOPS, "check": ""})
    assert "You give 12 devices" in text_of(summary)
    assert not Pledge.objects.exists()
    hidden = {
        field["name"]: field.get("value", "")
        for field in Page(summary.content).all("input")
        if field.get("type") == "hidden" and field["name"] != "csrfmiddlewaretoken"
    }
    thanks = location_of(visitor.post("/donner/", {**hidden, "send": "1"}))
    pledge = Pledge.objects.get()
    assert thanks == f"/donner/merci/{pledge.tracking_secret}/"
    assert (pledge.territory, pledge.donor_id, pledge.language) == ("69", None, "en")
    assert pledge.lines.get().quantity == 12
    page = visitor.get(thanks)
    assert pledge.reference in text_of(page)
    assert page["X-Robots-Tag"] == "noindex"


def test_sending_twice_makes_one_pledge(visitor: Client, db: None) -> None:
    sent = {**WHO, **LAPTOPS, "send": "1", "once": "a key of this form"}
    assert location_of(visitor.post("/donner/", sent)) == location_of(
        visitor.post("/donner/", sent)
    )
    assert Pledge.objects.count() == 1
    assert Event.objects.of_kind("pledge.announced").count() == 1


@pytest.mark.parametrize(
    ("field", "said", "sentence"),
    [
        ("siren", "732829321", "check its nine digits"),
        ("contact_email", "nobody", "Enter a valid email"),
        ("territory", "99", "Give a département code"),
        ("website", "http://spam.example", "Leave this field empty"),
        ("donor_name", "", "required"),
        ("line-0-quantity", "0", "greater than or equal to 1"),
        ("line-0-kind", "toaster", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(
    visitor: Client, db: None, field: str, said: str, sentence: str
) -> None:
    answer = visitor.post("/donner/", {**WHO, **LAPTOPS, field: said, "send": "1"})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "camille@example.org" in text_of(answer) or field == "contact_email"
    assert not Pledge.objects.exists()
    assert not Event.objects.exists()


def test_a_siren_may_be_written_with_spaces(visitor: Client, db: None) -> None:
    visitor.post("/donner/", {**WHO, **LAPTOPS, "siren": "732 829 320", "send": "1"})
    assert Pledge.objects.get().siren == "732829320"


def test_a_pledge_without_a_device_is_refused(visitor: Client, db: None) -> None:
    answer = visitor.post("/donner/", {**WHO, **lines({"kind": "", "quantity": 1}), "send": "1"})
    assert answer.status_code == 422
    assert not Pledge.objects.exists()


def test_a_line_is_added_and_removed_without_javascript(visitor: Client, db: None) -> None:
    longer = visitor.post("/donner/", {**WHO, **LAPTOPS, "add_line": "1"})
    assert 'name="line-1-kind"' in text_of(longer)
    assert "Camille Exemple" in text_of(longer)
    two = lines({"kind": "laptop", "quantity": 2}, {"kind": "tablet", "quantity": 7})
    shorter = visitor.post("/donner/", {**WHO, **two, "remove_line": "0"})
    assert 'name="line-1-kind"' not in text_of(shorter)
    assert 'value="7"' in text_of(shorter)


def test_the_fragment_is_the_page_reloaded(visitor: Client, db: None) -> None:
    sent = {**WHO, **LAPTOPS, "add_line": "1"}
    whole = text_of(visitor.post("/donner/", sent))
    swapped = text_of(visitor.post("/donner/", sent, headers={"HX-Request": "true"}))
    begin, end = 'id="lines"', "Read the table"
    assert (
        whole[whole.index(begin) : whole.index(end)]
        == (swapped[swapped.index(begin) : swapped.index(end)])
    )


def test_a_pasted_table_is_judged_row_by_row(visitor: Client, db: None) -> None:
    blank = lines({"kind": "", "quantity": 1})
    page = text_of(visitor.post("/donner/", {**WHO, **blank, "table": TABLE, "read": "1"}))
    assert "4 rows read" in page
    assert "Row 5 was left out" in page
    assert "VF-1\nVF-2" in page
    assert page.count("We take it") >= 2
    assert "On demand" in page
    assert 'name="line-1-kind"' in page
    assert 'name="line-2-kind"' not in page


def test_a_pasted_table_becomes_lines_with_their_asset_numbers(visitor: Client, db: None) -> None:
    line = {"kind": "laptop", "quantity": 2, "asset_numbers": "VF-1\nVF-2", "serials": ""}
    visitor.post("/donner/", {**WHO, **lines(line), "send": "1"})
    assert PledgeLine.objects.get().asset_numbers == ["VF-1", "VF-2"]


@pytest.mark.parametrize("table", ["Type", "a;b\n1;2", "x" * 1_000_001])
def test_a_table_that_cannot_be_read_is_given_back(visitor: Client, db: None, table: str) -> None:
    answer = visitor.post("/donner/", {**WHO, **LAPTOPS, "table": table, "send": "1"})
    assert answer.status_code == 422
    assert "The table was not read" in text_of(answer)
    assert not Pledge.objects.exists()


def test_old_and_locked_devices_are_told_so_before_anything_is_sent(
    visitor: Client, db: None
) -> None:
    old = {"kind": "laptop", "quantity": 1, "year": 2015}
    locked = {"kind": "smartphone", "quantity": 1, "year": 2025, "is_locked": "yes"}
    page = text_of(visitor.post("/donner/", {**WHO, **lines(old, locked), "check": ""}))
    assert "Probably too old" in page
    assert "Have the lock removed first" in page
    assert "Below about 15" in page


def test_one_address_cannot_flood_the_form(
    visitor: Client, db: None, settings: LazySettings
) -> None:
    settings.PLEDGES_PER_HOUR_PER_ADDRESS = 2
    answers = [visitor.post("/donner/", {**WHO, **LAPTOPS, "send": "1"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert Pledge.objects.count() == 2


def test_a_signed_in_donor_finds_its_name_written(seen_by: See, db: None) -> None:
    hat = a_donor_contact(organisation__name="Mairie connue")
    browser = seen_by(hat)
    assert "Mairie connue" in text_of(browser.get("/donner/"))
    browser.post("/donner/", {**WHO, **LAPTOPS, "send": "1"})
    assert Pledge.objects.get().donor == hat.organisation

"""A donor follows a gift by its secret link."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from backend.inventory.choices import PledgeState
from backend.inventory.models import Pledge
from backend.inventory.pages.tracking import safe_cell
from tests.conftest import Statements
from tests.factories import a_donor_contact
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop, a_collection, a_pledge, an_accepted_pledge
from tests.page import Page

TABS = ["", "appareils/", "preuves/"]
Count = Callable[[], AbstractContextManager[Statements]]


def link(pledge: Pledge, tab: str = "") -> str:
    """Give the secret address of a pledge."""
    return f"/suivi/{pledge.tracking_secret}/{tab}"


@pytest.mark.parametrize("tab", TABS)
def test_a_tracking_page_is_not_for_robots_caches_or_other_sites(
    visitor: Client, workshop: Workshop, tab: str
) -> None:
    pledge = an_accepted_pledge(workshop)
    workshop.ready(line=pledge.lines.get())
    answer = visitor.get(link(pledge, tab))
    assert answer.status_code == 200
    assert not Page(answer.content).faults()
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("tab", [*TABS, "retirer/"])
def test_a_wrong_secret_opens_nothing(visitor: Client, db: None, tab: str) -> None:
    assert visitor.get(f"/suivi/not-a-secret/{tab}").status_code == 404


def test_the_page_tells_counts_reasons_and_the_date(visitor: Client, workshop: Workshop) -> None:
    pledge = an_accepted_pledge(workshop)
    a_collection(workshop, pledge.lines.get())
    workshop.ready(line=pledge.lines.get())
    workshop.receive(pledge=pledge)
    page = text_of(visitor.get(link(pledge)))
    assert "Our van comes" in page
    assert "Ready for someone" in page
    assert "Arrived at the workshop" in page
    assert "1 device that was not announced" in page


def test_each_device_is_found_by_the_donors_own_number(
    visitor: Client, workshop: Workshop
) -> None:
    pledge = an_accepted_pledge(workshop)
    workshop.ready(line=pledge.lines.get(), facts={"asset_number": "VF-77"})
    page = text_of(visitor.get(link(pledge, "appareils/")))
    assert "VF-77" in page
    assert "Erased, with proof" in page
    proofs = text_of(visitor.get(link(pledge, "preuves/")))
    assert "nwipe 0.38" in proofs
    assert "read back, all blocks" in proofs
    assert workshop.technician.user.name not in proofs


def test_the_spreadsheet_holds_no_formula(visitor: Client, workshop: Workshop) -> None:
    pledge = an_accepted_pledge(workshop)
    workshop.receive(line=pledge.lines.get(), facts={"asset_number": '=HYPERLINK("x")'})
    answer = visitor.get(f"/suivi/{pledge.tracking_secret}/appareils.csv")
    table = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a file
    assert table.startswith("\ufeff")
    assert "'=HYPERLINK" in table
    assert len(table.splitlines()) == 2


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell("VF-1") == "VF-1"
    assert safe_cell(None) == ""


def test_an_undecided_pledge_is_withdrawn_by_its_donor(visitor: Client, db: None) -> None:
    pledge = a_pledge()
    assert "Withdraw my pledge" in text_of(visitor.get(link(pledge)))
    asked = visitor.get(link(pledge, "retirer/"))
    assert not Page(asked.content).faults()
    assert location_of(visitor.post(link(pledge, "retirer/"))) == link(pledge)
    pledge.refresh_from_db()
    assert pledge.state == PledgeState.WITHDRAWN
    assert "You withdrew it" in text_of(visitor.get(link(pledge)))


def test_an_accepted_pledge_is_no_longer_withdrawn(
    visitor: Client,
    workshop: Workshop,
    nothing_changed: Callable[..., AbstractContextManager[None]],
) -> None:
    pledge = an_accepted_pledge(workshop)
    with nothing_changed(pledge):
        answer = visitor.post(link(pledge, "retirer/"))
    assert answer.status_code == 422
    assert "This pledge is “Accepted”" in text_of(answer)


@pytest.mark.parametrize("tab", TABS)
def test_more_devices_cost_no_more_queries(
    visitor: Client, workshop: Workshop, statements: Count, tab: str
) -> None:
    pledge = an_accepted_pledge(workshop)
    workshop.ready(line=pledge.lines.get())
    visitor.get(link(pledge, tab))
    with statements() as one:
        visitor.get(link(pledge, tab))
    for _more in range(3):
        workshop.ready(line=pledge.lines.get())
    with statements() as four:
        visitor.get(link(pledge, tab))
    assert len(four) == len(one)


def test_a_signed_in_donor_sees_its_own_gifts_only(
    seen_by: See, db: None, workshop: Workshop
) -> None:
    mine, other = a_donor_contact(), a_donor_contact()
    pledge = an_accepted_pledge(workshop)
    Pledge.objects.update(donor=mine.organisation)
    assert pledge.reference in text_of(seen_by(mine).get("/mes-dons/"))
    assert pledge.reference not in text_of(seen_by(other).get("/mes-dons/"))
    assert location_of(seen_by(mine).get("/dons/")) == "/mes-dons/"
    assert location_of(seen_by(workshop.technician).get("/mes-dons/")) == "/dons/"

"""The coordination answers pledges."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from backend.accounts.models import Membership
from backend.inventory.choices import PledgeState
from tests.conftest import Statements
from tests.factories import OrganisationFactory
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop, a_pledge, an_accepted_pledge
from tests.page import Page

Unchanged = Callable[..., AbstractContextManager[None]]


def test_a_pledge_is_accepted_for_a_workshop(
    seen_by: See, coordinator: Membership, workshop: Workshop
) -> None:
    pledge = a_pledge()
    browser = seen_by(coordinator)
    assert pledge.reference in text_of(browser.get("/dons/"))
    page = browser.get(f"/dons/{pledge.reference}/")
    assert not Page(page.content).faults()
    answer = browser.post(
        f"/dons/{pledge.reference}/accepter/",
        {"accept-workshop": workshop.organisation.pk, "accept-donor": ""},
    )
    assert location_of(answer) == f"/dons/{pledge.reference}/"
    pledge.refresh_from_db()
    assert (pledge.state, pledge.workshop) == (PledgeState.ACCEPTED, workshop.organisation)
    assert pledge.donor is not None


def test_a_known_donor_is_recognised_by_its_name(
    seen_by: See, coordinator: Membership, workshop: Workshop
) -> None:
    pledge = a_pledge()
    known = OrganisationFactory(kind="donor", name=pledge.donor_name.upper())
    page = Page(seen_by(coordinator).get(f"/dons/{pledge.reference}/").content)
    assert [o["value"] for o in page.all("option") if "selected" in o and o["value"]] == [
        str(known.pk)
    ]


def test_a_pledge_is_declined_with_its_reason(
    seen_by: See, coordinator: Membership, db: None
) -> None:
    pledge = a_pledge()
    browser = seen_by(coordinator)
    refused = browser.post(f"/dons/{pledge.reference}/decliner/", {"decline-reason": " "})
    assert refused.status_code == 422
    browser.post(f"/dons/{pledge.reference}/decliner/", {"decline-reason": "Too far away"})
    pledge.refresh_from_db()
    assert (pledge.state, pledge.decline_reason) == (PledgeState.DECLINED, "Too far away")


@pytest.mark.parametrize("verb", ["accepter", "decliner"])
def test_a_decided_pledge_is_not_decided_again(
    seen_by: See,
    coordinator: Membership,
    workshop: Workshop,
    nothing_changed: Unchanged,
    verb: str,
) -> None:
    pledge = an_accepted_pledge(workshop, by=coordinator)
    said = {"accept-workshop": workshop.organisation.pk, "decline-reason": "changed my mind"}
    with nothing_changed(pledge):
        answer = seen_by(coordinator).post(f"/dons/{pledge.reference}/{verb}/", said)
    assert answer.status_code == 422
    assert "This pledge is “Accepted”" in text_of(answer)


def test_an_accepted_pledge_is_closed_after_a_question(
    seen_by: See, coordinator: Membership, workshop: Workshop
) -> None:
    pledge = an_accepted_pledge(workshop, by=coordinator)
    browser = seen_by(coordinator)
    assert "Close this pledge?" in text_of(browser.get(f"/dons/{pledge.reference}/clore/"))
    browser.post(f"/dons/{pledge.reference}/clore/")
    pledge.refresh_from_db()
    assert pledge.state == PledgeState.CLOSED


def test_another_workshops_pledge_does_not_exist(seen_by: See, workshop: Workshop) -> None:
    pledge = an_accepted_pledge(Workshop())
    assert seen_by(workshop.manager).get(f"/dons/{pledge.reference}/").status_code == 404
    mine = an_accepted_pledge(workshop)
    page = text_of(seen_by(workshop.manager).get(f"/dons/{mine.reference}/"))
    assert "Accept the pledge" not in page


def test_a_longer_list_of_pledges_costs_no_more_queries(
    seen_by: See,
    coordinator: Membership,
    db: None,
    statements: Callable[[], AbstractContextManager[Statements]],
) -> None:
    browser = seen_by(coordinator)
    a_pledge()
    browser.get("/dons/")
    with statements() as one:
        browser.get("/dons/")
    for _more in range(4):
        a_pledge()
    with statements() as five:
        browser.get("/dons/")
    assert len(five) == len(one)

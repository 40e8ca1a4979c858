"""Collections are planned and counted at the door."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from backend.accounts.models import Membership
from backend.inventory.choices import CollectionState
from backend.inventory.models import Collection
from tests.factories import a_donor_contact
from tests.inventory.pages.conftest import See, location_of, text_of
from tests.inventory.stories import Workshop, a_collection, a_pledge, an_accepted_pledge
from tests.page import Page


def test_a_collection_is_planned_from_a_pledge(
    seen_by: See, coordinator: Membership, workshop: Workshop
) -> None:
    pledge = an_accepted_pledge(workshop, by=coordinator)
    line = pledge.lines.get()
    browser = seen_by(coordinator)
    page = Page(browser.get(f"/collectes/nouvelle/?pledge={pledge.reference}").content)
    assert not page.faults()
    ticked = [box["value"] for box in page.all("input") if "checked" in box]
    assert ticked == [str(line.pk)]
    answer = browser.post(
        "/collectes/nouvelle/",
        {"lines": [line.pk], "planned_for": "2026-09-20T09:30", "fetched_by": "Transports X"},
    )
    trip = Collection.objects.get()
    assert location_of(answer) == f"/collectes/{trip.pk}/"
    assert trip.planned_for.isoformat() == "2026-09-20T07:30:00+00:00"


def test_a_line_that_is_not_accepted_cannot_be_chosen(
    seen_by: See, coordinator: Membership, db: None
) -> None:
    line = a_pledge().lines.get()
    answer = seen_by(coordinator).post(
        "/collectes/nouvelle/",
        {"lines": [line.pk], "planned_for": "2026-09-20T09:30", "fetched_by": "X"},
    )
    assert answer.status_code == 422
    assert not Collection.objects.exists()


def test_the_door_count_asks_why_something_was_refused(
    seen_by: See,
    workshop: Workshop,
    nothing_changed: Callable[..., AbstractContextManager[None]],
) -> None:
    line = an_accepted_pledge(workshop).lines.get()
    trip = a_collection(workshop, line)
    browser = seen_by(workshop.technician)
    path, door = f"/collectes/{trip.pk}/", f"line-{line.pk}"
    assert not Page(browser.get(path).content).faults()
    count = {f"{door}-collected": 2, f"{door}-refused": 1, f"{door}-reason": ""}
    with nothing_changed(trip):
        refused = browser.post(path, count)
    assert refused.status_code == 422
    assert "Say why devices were refused" in text_of(refused)
    browser.post(path, {**count, f"{door}-reason": "broken", "signed_by_role": "IT manager"})
    trip.refresh_from_db()
    assert (trip.state, trip.signed_by_role) == (CollectionState.DONE, "IT manager")
    counted = trip.lines.get()
    assert (counted.collected, counted.refused, counted.refusal_reason) == (2, 1, "broken")
    again = browser.post(path, {**count, f"{door}-reason": "broken"})
    assert again.status_code == 422


def test_a_trip_is_called_off_with_a_reason(seen_by: See, workshop: Workshop) -> None:
    trip = a_collection(workshop, an_accepted_pledge(workshop).lines.get())
    browser = seen_by(workshop.manager)
    assert browser.post(f"/collectes/{trip.pk}/annuler/", {"reason": ""}).status_code == 422
    browser.post(f"/collectes/{trip.pk}/annuler/", {"reason": "the van broke down"})
    trip.refresh_from_db()
    assert trip.state == CollectionState.CANCELLED


def test_a_donor_sees_its_lines_of_a_shared_trip_only(seen_by: See, workshop: Workshop) -> None:
    mine, other = an_accepted_pledge(workshop), an_accepted_pledge(workshop)
    hat = a_donor_contact()
    mine.donor = hat.organisation
    mine.save()
    trip = a_collection(workshop, mine.lines.get(), other.lines.get())
    page = text_of(seen_by(hat).get(f"/collectes/{trip.pk}/"))
    assert mine.reference in page
    assert other.reference not in page
    assert seen_by(hat).post(f"/collectes/{trip.pk}/", {}).status_code == 403


def test_another_workshops_collection_does_not_exist(seen_by: See, workshop: Workshop) -> None:
    other = Workshop()
    trip = a_collection(other, an_accepted_pledge(other).lines.get())
    assert seen_by(workshop.manager).get(f"/collectes/{trip.pk}/").status_code == 404
    assert trip.reference not in text_of(seen_by(workshop.manager).get("/collectes/"))

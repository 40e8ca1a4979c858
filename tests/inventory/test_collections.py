"""A trip is planned for accepted pledges of one workshop, and counted at the door."""

from typing import Any

import pytest

from backend.core.errors import InvalidInput, NotFound
from backend.inventory import operations
from backend.inventory.choices import CollectionState
from backend.inventory.models import Collection, PledgeLine
from tests.inventory.stories import NOW, Workshop, a_collection, a_pledge, an_accepted_pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def line(workshop: Workshop) -> PledgeLine:
    return an_accepted_pledge(workshop).lines.select_related("pledge").get()


@pytest.fixture
def collection(workshop: Workshop, line: PledgeLine) -> Collection:
    return a_collection(workshop, line)


def count(collection: Collection, workshop: Workshop, counts: dict[int, Any]) -> Collection:
    return operations.record_collection(
        collection=collection,
        counts={key: operations.DoorCount(*value) for key, value in counts.items()},
        signed_by_role="IT",
        by=workshop.technician,
        at=NOW,
    )


def test_one_trip_serves_several_pledges(workshop: Workshop, line: PledgeLine) -> None:
    other = an_accepted_pledge(workshop).lines.select_related("pledge").get()
    assert a_collection(workshop, line, other).lines.count() == 2


def test_a_trip_is_not_planned_for_nothing(workshop: Workshop) -> None:
    with pytest.raises(operations.NothingToCollect):
        a_collection(workshop)
    with pytest.raises(operations.NothingToCollect):
        a_collection(workshop, a_pledge().lines.select_related("pledge").get())
    assert not Collection.objects.exists()


def test_a_workshop_plans_for_itself(line: PledgeLine, workshop: Workshop) -> None:
    elsewhere = Workshop()
    with pytest.raises(NotFound):
        operations.plan_collection(
            lines=[line],
            workshop=workshop.organisation,
            fetched_by="x",
            planned_for=NOW,
            by=elsewhere.manager,
            at=NOW,
        )


def test_the_door_counts_what_came(
    collection: Collection, workshop: Workshop, line: PledgeLine
) -> None:
    done = count(collection, workshop, {line.pk: (2, 1, "no screen")})
    assert (done.state, done.done_at) == (CollectionState.DONE, NOW)
    counted = done.lines.get()
    assert (counted.collected, counted.refused) == (2, 1)


@pytest.mark.parametrize("wrong", [(-1,), (1, -1), (1, 1, " ")])
def test_a_count_that_cannot_be_is_refused(
    wrong: Any, collection: Collection, workshop: Workshop, line: PledgeLine, nothing_changed: Any
) -> None:
    with nothing_changed(collection), pytest.raises(operations.CountDoesNotFit):
        count(collection, workshop, {line.pk: wrong})


def test_a_line_of_another_trip_is_not_counted(
    collection: Collection, workshop: Workshop, nothing_changed: Any
) -> None:
    with nothing_changed(collection), pytest.raises(operations.CountDoesNotFit):
        count(collection, workshop, {10**6: (1,)})


def test_a_trip_is_done_once(
    collection: Collection, workshop: Workshop, nothing_changed: Any
) -> None:
    count(collection, workshop, {})
    with nothing_changed(collection), pytest.raises(operations.CollectionOver):
        count(collection, workshop, {})
    with nothing_changed(collection), pytest.raises(operations.CollectionOver):
        operations.cancel_collection(
            collection=collection, reason="late", by=workshop.manager, at=NOW
        )


def test_a_cancelled_trip_says_why(
    collection: Collection, workshop: Workshop, nothing_changed: Any
) -> None:
    with nothing_changed(collection), pytest.raises(InvalidInput):
        operations.cancel_collection(collection=collection, reason="", by=workshop.manager, at=NOW)
    cancelled = operations.cancel_collection(
        collection=collection, reason="van broke down", by=workshop.manager, at=NOW
    )
    assert cancelled.state == CollectionState.CANCELLED

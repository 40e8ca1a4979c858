"""The workshop's day: what arrives, what waits, what is expected."""

from typing import Any, NamedTuple

from django.db.models import Count, F, Q, Sum

from backend.accounts.models import Membership
from backend.inventory.choices import CollectionState, PledgeState, State
from backend.inventory.models import Collection, Device, Pledge, PledgeLine
from backend.inventory.models.collections import CollectionQuerySet

MOST_LINES = 30
_WORK = [
    State.RECEIVED,
    State.IN_WORKSHOP,
    State.READY,
    State.ALLOCATED,
    State.RETURNED,
    State.FOR_PARTS,
    State.TO_RECYCLE,
    State.MISSING,
]


class Pile(NamedTuple):
    """Devices in one state: how many, and with how many the data is still there."""

    state: str
    words: Any
    number: int
    with_data: int


def piles(hat: Membership) -> list[Pile]:
    """Count the workshop's devices by state, in the order of the work: one query."""
    counted = {
        row["state"]: row
        for row in Device.objects.seen_by(hat)
        .order_by()
        .values("state")
        .annotate(number=Count("pk"), with_data=Count("pk", filter=Q(pending_units__gt=0)))
    }
    return [
        Pile(state, state.label, counted[state]["number"], counted[state]["with_data"])
        for state in _WORK
        if state in counted
    ]


def expected_lines(hat: Membership) -> list[PledgeLine]:
    """Give the lines that this workshop still waits for, oldest pledge first, the next 30."""
    lines = PledgeLine.objects.filter(
        pledge__state=PledgeState.ACCEPTED, pledge__workshop_id=hat.organisation_id
    )
    lines = lines.select_related("pledge").with_counts()
    waited_for = lines.filter(received__lt=F("quantity"))  # type: ignore[misc]  # counted above
    return list(waited_for.order_by("pledge__decided_at", "pk")[:MOST_LINES])


def trips(hat: Membership) -> CollectionQuerySet:
    """Give the collections this person may see, with what they bring."""
    return (
        Collection.objects.seen_by(hat)
        .select_related("workshop")
        .annotate(
            brings=Sum("lines__pledge_line__quantity"),
            brought=Sum("lines__collected"),
        )
    )


def coming(hat: Membership) -> list[Collection]:
    """Give the next planned collections."""
    return list(trips(hat).filter(state=CollectionState.PLANNED).order_by("planned_for")[:5])


def undecided(hat: Membership) -> int:
    """Count the pledges that wait for an answer."""
    return Pledge.objects.seen_by(hat).undecided().count()

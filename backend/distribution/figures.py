"""What the desk and the board count: places in the queue, stock beside it, what is stuck."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Organisation
from backend.distribution import queries
from backend.distribution.choices import AllocationOutcome
from backend.distribution.models import Allocation, HandOver, Request, RequestLine, SupportCase
from backend.inventory.choices import CollectionState, Kind, State
from backend.inventory.models import Collection, Device, Pledge

# After how many days without news a device of this state is stuck.
STUCK_AFTER_DAYS = {
    State.RECEIVED: 14,
    State.IN_WORKSHOP: 30,
    State.READY: 45,
    State.ALLOCATED: 28,
    State.RETURNED: 14,
    State.FOR_PARTS: 60,
    State.TO_RECYCLE: 60,
    State.MISSING: 30,
}
COLLECT_WITHIN_DAYS = 10
RESERVATION_ENDS_WITHIN_DAYS = 3


class Pace(NamedTuple):
    """Of one kind: devices on the shelf now, handed over in `queries.PACE_IS_MEASURED_OVER`."""

    ready: int
    handed_over: int

    def delay(self, place: int) -> timedelta | None:
        """Give how long this place in the queue takes, as `queries.expected_delay` does."""
        per_device = queries.PACE_IS_MEASURED_OVER
        return per_device / self.handed_over * place if self.handed_over else None


def paces(*, at: datetime) -> dict[str, Pace]:
    """Give each kind's stock on the shelf and its pace. Two statements, whatever the queue."""
    ready = dict(
        Device.objects.on_the_shelf().order_by().values_list("kind").annotate(Count("pk"))
    )
    handed_over = dict(
        HandOver.objects.filter(
            undone_at=None,
            handed_over_at__gt=at - queries.PACE_IS_MEASURED_OVER,
            handed_over_at__lte=at,
        )
        .order_by()
        .values_list("allocation__device__kind")
        .annotate(Count("pk"))
    )
    return {kind: Pace(ready.get(kind, 0), handed_over.get(kind, 0)) for kind in Kind.values}


def with_place(lines: QuerySet[RequestLine]) -> QuerySet[RequestLine]:
    """Add `place` in the queue of the line's kind; 1 is next."""
    mine = OuterRef("request__urgency"), OuterRef("request__submitted_at"), OuterRef("request_id")
    earlier = (
        Q(request__urgency__gt=mine[0])
        | Q(request__urgency=mine[0], request__submitted_at__lt=mine[1])
        | Q(request__urgency=mine[0], request__submitted_at=mine[1], request_id__lt=mine[2])
    )
    ahead = queries.waiting_lines().filter(earlier, kind=OuterRef("kind")).order_by()
    counted = ahead.values("kind").annotate(counted=Count("pk")).values("counted")
    place = Coalesce(Subquery(counted, output_field=IntegerField()), 0) + 1
    placed: QuerySet[RequestLine] = lines.annotate(place=place)
    return placed


class KindRow(NamedTuple):
    """One kind on the board: the queue beside the stock."""

    kind: Kind
    waiting: int
    urgent: int
    ready: int
    reserved: int
    workshops: list[tuple[str, int]]


def queue_beside_stock() -> list[KindRow]:
    """Give each kind that is asked for or in stock, with the shelf of each workshop."""
    queue: dict[str, Any] = {
        row["kind"]: row
        for row in queries.waiting_lines()
        .order_by()
        .values("kind")
        .annotate(waiting=Count("pk"), urgent=Count("pk", filter=Q(request__urgency__gt=0)))
    }
    stock: dict[str, list[tuple[str, int]]] = defaultdict(list)
    reserved: dict[str, int] = defaultdict(int)
    shelves = (
        Device.objects.filter(state__in=[State.READY, State.ALLOCATED])
        .order_by("custodian__name")
        .values_list("kind", "state", "custodian__name")
        .annotate(Count("pk"))
    )
    for kind, state, workshop, count in shelves:
        if state == State.READY:
            stock[kind].append((workshop, count))
        else:
            reserved[kind] += count
    return [
        KindRow(
            kind=kind,
            waiting=queue.get(kind, {}).get("waiting", 0),
            urgent=queue.get(kind, {}).get("urgent", 0),
            ready=sum(count for _workshop, count in stock[kind]),
            reserved=reserved[kind],
            workshops=stock[kind],
        )
        for kind in Kind
        if kind in queue or stock[kind] or reserved[kind]
    ]


class ToDo(NamedTuple):
    """How much of something waits, and since when."""

    number: int
    since: datetime | None


def _to_do(rows: QuerySet[Any], moment: str) -> ToDo:
    found = rows.order_by().aggregate(number=Count("pk"), since=Min(moment))
    return ToDo(found["number"], found["since"])


def waits_for_the_coordination() -> dict[str, ToDo]:
    """Count what the coordination has to do, oldest first."""
    return {
        "pledges": _to_do(Pledge.objects.undecided(), "announced_at"),
        "to_collect": _to_do(accepted_without_collection(), "decided_at"),
        "collections": _to_do(Collection.objects.planned(), "planned_for"),
        "requests": _to_do(Request.objects.waiting(), "submitted_at"),
        "support": _to_do(SupportCase.objects.open(), "opened_at"),
    }


def accepted_without_collection() -> QuerySet[Pledge]:
    """Give the accepted pledges for which nobody planned a trip, oldest first."""
    trips = Collection.objects.filter(lines__pledge_line__pledge=OuterRef("pk")).exclude(
        state=CollectionState.CANCELLED
    )
    return Pledge.objects.open().filter(~Exists(trips)).order_by("decided_at")


class Stuck(NamedTuple):
    """Devices of one state without news for too long."""

    state: State
    days: int
    number: int
    since: datetime


def without_news(*, at: datetime) -> QuerySet[Device]:
    """Give the devices that have not moved for STUCK_AFTER_DAYS of their state, oldest first."""
    too_long = Q()
    for state, days in STUCK_AFTER_DAYS.items():
        too_long |= Q(state=state, changed_at__lt=at - timedelta(days=days))
    return Device.objects.filter(too_long).order_by("changed_at", "pk")


def stuck_devices(*, at: datetime) -> list[Stuck]:
    """Count the devices without news by state, in the order of a device's life."""
    counts: dict[str, Any] = {
        row["state"]: row
        for row in without_news(at=at)
        .order_by()
        .values("state")
        .annotate(number=Count("pk"), since=Min("changed_at"))
    }
    return [
        Stuck(state, days, counts[state]["number"], counts[state]["since"])
        for state, days in STUCK_AFTER_DAYS.items()
        if state in counts
    ]


def reservations_ending(*, at: datetime) -> QuerySet[Allocation]:
    """Give the reservations that end soon or have ended, soonest first."""
    soon = at + timedelta(days=RESERVATION_ENDS_WITHIN_DAYS)
    return (
        Allocation.objects.reserved()
        .filter(expires_at__lt=soon)
        .select_related("device", "line__request__structure")
        .order_by("expires_at", "pk")
    )


def partners() -> QuerySet[Organisation]:
    """Give the workshops and structures with what is in their hands."""
    states = {
        "received": [State.RECEIVED, State.RETURNED],
        "in_workshop": [State.IN_WORKSHOP],
        "ready": [State.READY],
        "reserved": [State.ALLOCATED],
    }
    of_workshop = {
        name: _counted(Device.objects.filter(custodian=OuterRef("pk"), state__in=wanted))
        for name, wanted in states.items()
    }
    promised = Allocation.objects.filter(line__request__structure=OuterRef("pk"))
    return (
        Organisation.objects.filter(
            kind__in=[OrganisationKind.WORKSHOP, OrganisationKind.STRUCTURE], is_active=True
        )
        .annotate(
            **of_workshop,
            waiting=_counted(Request.objects.waiting().filter(structure=OuterRef("pk"))),
            to_hand_over=_counted(promised.reserved()),
            handed_over=_counted(promised.filter(outcome=AllocationOutcome.HANDED_OVER)),
        )
        .order_by("kind", "name")
    )


def _counted(rows: QuerySet[Any]) -> Coalesce:
    one = rows.order_by().annotate(one=F("pk") * 0).values("one")
    return Coalesce(
        Subquery(one.annotate(counted=Count("pk")).values("counted"), output_field=IntegerField()),
        0,
    )


def people_equipped_by(*, structure: Organisation) -> int:
    """Count the people of a structure who hold a device today."""
    return (
        Allocation.objects.filter(
            line__request__structure=structure, outcome=AllocationOutcome.HANDED_OVER
        )
        .values("line__request__beneficiary")
        .distinct()
        .count()
    )

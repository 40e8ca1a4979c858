"""What lies where: the tree of places with its counts, and what one place or lot holds."""

from typing import Any, NamedTuple

from django.db.models import Count, Q

from backend.accounts.models import Membership
from backend.inventory.choices import Kind, State
from backend.inventory.models import Device, DeviceQuerySet, Location, Lot
from backend.inventory.models.places import LotQuerySet


class Branch(NamedTuple):
    """A place in the tree: how deep, what lies right here, and here and in all inside."""

    place: Location
    depth: int
    here: int
    in_all: int


class Heap(NamedTuple):
    """Devices of one kind in one state."""

    kind: str
    state: str
    state_words: Any
    number: int


def tree(hat: Membership, *, root: Location | None = None) -> list[Branch]:
    """Give the places in the order of the tree, with their counts: two queries.

    `root` gives only what lies in that place. Closed places come last among their kind.
    """
    found = Location.objects.seen_by(hat).select_related("organisation")
    if root is not None:
        found = found.within(root)
    inside: dict[int | None, list[Location]] = {}
    order = sorted(
        found, key=lambda p: (p.organisation.name, p.closed_at is not None, _natural(p))
    )
    for place in order:
        inside.setdefault(place.parent_id, []).append(place)
    lying = Device.objects.in_house().filter(location__in=found.order_by().values("pk"))
    counted = lying.order_by().values_list("location").annotate(number=Count("pk"))
    here: dict[int, int] = {pk: number for pk, number in counted if pk is not None}
    start = inside.get(None, []) if root is None else inside.get(root.pk, [])
    return [branch for place in start for branch in _grown(place, 0, inside, here)]


def _order(place: Location) -> tuple[str, bool, list[tuple[bool, int, str]]]:
    return place.organisation.name, place.closed_at is not None, _natural(place)


def _natural(place: Location) -> list[tuple[bool, int, str]]:
    # Shelf 2 stands before shelf 10.
    words = "".join(c if c.isdigit() else f" {c} " for c in place.name.casefold()).split()
    return [(not w.isdigit(), int(w) if w.isdecimal() else 0, w) for w in words]


def _grown(
    place: Location, depth: int, inside: dict[int | None, list[Location]], here: dict[int, int]
) -> list[Branch]:
    below = [
        branch
        for child in inside.get(place.pk, [])
        for branch in _grown(child, depth + 1, inside, here)
    ]
    own = here.get(place.pk, 0)
    return [Branch(place, depth, own, own + sum(branch.here for branch in below)), *below]


def heaps(devices: DeviceQuerySet) -> list[Heap]:
    """Count devices by kind and state, in the order of both lists: one query."""
    counted = devices.order_by().values_list("kind", "state").annotate(number=Count("pk"))
    order = [*Kind.values, *State.values]
    return [
        Heap(str(Kind(kind).label), state, State(state).label, number)
        for kind, state, number in sorted(
            counted, key=lambda row: (order.index(row[0]), order.index(row[1]))
        )
    ]


def lots_in_use(hat: Membership) -> LotQuerySet:
    """Give the lots that are open or still hold something, with how much; newest first."""
    inside = Count("devices", filter=Q(devices__in=Device.objects.in_house()))
    lots = Lot.objects.seen_by(hat).annotate(devices_inside=inside)
    return lots.filter(Q(closed_at=None) | Q(devices_inside__gt=0)).order_by("-pk")

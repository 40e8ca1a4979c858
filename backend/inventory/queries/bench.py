"""What a bench takes along where there is no network: moves, devices, choices."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Max, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from backend.accounts.models import Membership
from backend.core.models import Event
from backend.inventory.choices import IN_HOUSE, Kind, PledgeState, State
from backend.inventory.lifecycle import (
    DATA_GONE_BEFORE,
    DECISION_LEADS_TO,
    MOVES,
    UNDOABLE_ACTS,
    UNLOCKED_BEFORE,
)
from backend.inventory.models import (
    Label,
    Location,
    Lot,
    PledgeLine,
    StockTake,
    Transfer,
)
from backend.inventory.queries.standards import current_lists

# Event numbers are drawn before they are committed: what is read since a number begins a little
# before it, and one transaction that was slow is not missed.
OVERLAP = 200
GONE = frozenset({State.HANDED_OVER, State.RECYCLED})
_COLUMNS = (
    "kind",
    "state",
    "pending_units",
    "is_locked",
    "maker",
    "model",
    "location_id",
    "lot_id",
    "changed_at",
)

Facts = dict[str, Any]


def rule_of(action: str) -> Facts:
    """Say from which states an act starts and what it needs, for a check without network.

    `sources` is empty where any state will do; `decisions` says where each decision leads.
    """
    rule: Facts = {
        "sources": [],
        "leads_to": None,
        "decisions": {},
        "needs_data_gone": False,
        "needs_unlocked": False,
        "clears_data": action == "erase",
        "unlocks": action == "unlock",
        "is_undoable": action in UNDOABLE_ACTS,
    }
    if move := MOVES.get(action):
        rule["sources"] = sorted(move.sources)
        rule["needs_data_gone"] = move.targets <= DATA_GONE_BEFORE
        rule["needs_unlocked"] = move.targets <= UNLOCKED_BEFORE
        if len(move.targets) == 1:
            rule["leads_to"] = str(min(move.targets))
        elif move.targets == frozenset(DECISION_LEADS_TO.values()):
            rule["decisions"] = {str(k): str(v) for k, v in DECISION_LEADS_TO.items()}
    elif action == "receive":
        rule["leads_to"] = str(State.RECEIVED)
    elif action == "place":
        rule["sources"] = sorted(IN_HOUSE)
    return rule


def latest_event() -> int:
    """Give the number to ask from next time: one statement."""
    last = Event.objects.aggregate(last=Coalesce(Max("pk"), Value(0)))["last"]
    return max(int(last) - OVERLAP, 0)


def known_devices(hat: Membership, *, since: int | None = None) -> tuple[list[Facts], list[str]]:
    """Give the workshop's devices in house with all their codes, and the codes of those that left.

    `since` is what `latest_event` gave: only what something happened to after it. One statement.
    """
    labels = Label.objects.filter(device__isnull=False)
    if since is None:
        labels = labels.filter(device__custodian_id=hat.organisation_id).exclude(
            device__state__in=GONE
        )
    else:
        touched = Event.objects.filter(pk__gt=since, subject_type="device")
        labels = labels.filter(
            device__in=touched.filter(organisation_id=hat.organisation_id).values("subject_id")
        )
    rows = labels.order_by("device_id", "pk").values(
        "code",
        "device_id",
        "device__custodian_id",
        *(f"device__{name}" for name in _COLUMNS),
    )
    return _grouped(rows, hat)


def _grouped(rows: Any, hat: Membership) -> tuple[list[Facts], list[str]]:
    devices: dict[int, Facts] = {}
    gone: list[str] = []
    for row in rows:
        is_here = row["device__custodian_id"] == hat.organisation_id
        if not is_here or row["device__state"] in GONE:
            gone.append(row["code"])
            continue
        device = devices.setdefault(row["device_id"], {"codes": [], **_device(row)})
        device["codes"].append(row["code"])
    return list(devices.values()), gone


def _device(row: Facts) -> Facts:
    facts: Facts = {name: row[f"device__{name}"] for name in _COLUMNS}
    maker, model = facts.pop("maker"), facts.pop("model")
    facts["location"], facts["lot"] = facts.pop("location_id"), facts.pop("lot_id")
    facts["words"] = " ".join(str(Kind(facts["kind"]).label).split() + f"{maker} {model}".split())
    return facts


def choices_of(hat: Membership) -> dict[str, list[Facts]]:
    """Give what a bench chooses from: lines, places, lots, counts, transfers: five statements."""
    mine = hat.organisation_id
    return {
        "line": list(_lines(mine)),
        "location": list(_places(mine)),
        "lot": [
            {"value": pk, "words": name}
            for pk, name in Lot.objects.that_take_more()
            .filter(organisation_id=mine)
            .order_by("-pk")
            .values_list("pk", "name")[:200]
        ],
        "stock_take": [
            {
                "value": take.pk,
                "words": f"{take.location} · {timezone.localtime(take.opened_at):%d/%m}",
            }
            for take in StockTake.objects.filter(organisation_id=mine, closed_at=None)
            .select_related("location")
            .order_by("-pk")
        ],
        "transfer": [
            {"value": way.pk, "words": f"{way.reference} · {way.sender}"}
            for way in Transfer.objects.that_may_arrive()
            .filter(receiver_id=mine)
            .select_related("sender")
            .order_by("pk")
        ],
    }


def checklists_of(hat: Membership) -> list[Facts]:
    """Give what a check asks, each list once with the kinds that it holds for: one statement."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for found in current_lists(hat.organisation_id).values():
        kinds.setdefault(tuple(point.words for point in found.points), []).append(found.kind)
    return [
        {
            "kinds": those,
            "words": ", ".join(str(Kind(kind).label) for kind in those),
            "points": list(points),
        }
        for points, those in kinds.items()
    ]


def _lines(mine: int) -> Iterator[Facts]:
    lines = (
        PledgeLine.objects.filter(pledge__state=PledgeState.ACCEPTED, pledge__workshop_id=mine)
        .select_related("pledge")
        .order_by("pledge__decided_at", "pk")
    )
    for line in lines:
        what = " ".join(f"{line.get_kind_display()} {line.maker} {line.model}".split())
        pledge = line.pledge
        known = {"maker": line.maker, "model": line.model, "year": line.year}
        yield {
            "value": line.pk,
            "words": f"{pledge.reference} · {pledge.donor_name} · {line.quantity} × {what}",
            "facts": {name: said for name, said in known.items() if said},
        }


def _places(mine: int) -> list[Facts]:
    places = {place.pk: place for place in Location.objects.filter(organisation_id=mine)}

    def path_of(place: Location) -> list[str]:
        above = places.get(place.parent_id or 0)
        return [*(path_of(above) if above else []), place.name]

    open_ones = {pk: place for pk, place in places.items() if place.closed_at is None}
    named = sorted((path_of(place), pk) for pk, place in open_ones.items())
    return [{"value": pk, "words": " › ".join(path)} for path, pk in named]

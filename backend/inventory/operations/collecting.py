"""A collection: planned, then counted at the door."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership, Organisation
from backend.core import events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.operations import next_reference
from backend.core.transactions import operation
from backend.inventory.choices import CollectionState, PledgeState
from backend.inventory.models import Collection, CollectionLine, PledgeLine


class DoorCount(NamedTuple):
    """What was counted at the door of one pledge line."""

    collected: int
    refused: int = 0
    reason: str = ""


class NothingToCollect(InvalidInput):
    """No line to collect, or a line whose pledge this workshop does not expect."""

    code = "nothing_to_collect"
    title = _("Nothing to collect")


class CollectionOver(Refusal):
    """The collection is done or cancelled."""

    code = "collection_over"
    title = _("This collection is over")


class CountDoesNotFit(InvalidInput):
    """A count is negative, lacks its reason, or belongs to no line of this collection."""

    code = "count_does_not_fit"
    title = _("This count does not fit the collection")


@operation
def plan_collection(
    *,
    lines: Sequence[PledgeLine],
    workshop: Organisation,
    fetched_by: str,
    planned_for: datetime,
    by: Membership,
    at: datetime,
) -> Collection:
    """Plan one trip for lines of one or several accepted pledges of one workshop."""
    pledges = {line.pledge_id: line.pledge for line in lines}
    expected = {(p.state, p.workshop_id) for p in pledges.values()}
    if expected != {(PledgeState.ACCEPTED, workshop.pk)}:
        raise NothingToCollect(_("Choose lines of accepted pledges of the same workshop."))
    if not by.sees_all and workshop.pk != by.organisation_id:
        raise NotFound(_("You can plan collections for your own workshop only."))
    year = timezone.localtime(planned_for).year
    collection = Collection(
        reference=next_reference(series="C", year=year),
        workshop=workshop,
        fetched_by=fetched_by,
        planned_for=planned_for,
    )
    collection.full_clean(exclude=["workshop"])
    collection.save()
    CollectionLine.objects.bulk_create(
        CollectionLine(collection=collection, pledge_line=line) for line in lines
    )
    events.record(
        "collection.planned",
        subject=collection,
        by=by,
        at=at,
        reference=collection.reference,
        workshop=workshop.pk,
        pledges=sorted(pledges),
        planned_for=planned_for.isoformat(),
    )
    return collection


@operation
def record_collection(
    *,
    collection: Collection,
    counts: Mapping[int, DoorCount],
    signed_by_role: str,
    by: Membership,
    at: datetime,
) -> Collection:
    """Write down what was counted at the door, per pledge line id, and who signed.

    Lines without a count brought nothing. Raises CollectionOver and CountDoesNotFit.
    """
    collection = _locked(collection)
    lines = list(collection.lines.select_related("pledge_line"))
    if not counts.keys() <= {line.pledge_line_id for line in lines}:
        raise CountDoesNotFit(_("Count only the lines that this collection was planned for."))
    for line in lines:
        count = counts.get(line.pledge_line_id, DoorCount(0))
        if count.collected < 0 or count.refused < 0:
            raise CountDoesNotFit(_("A count cannot be negative."))
        if count.refused and not count.reason.strip():
            raise CountDoesNotFit(_("Say why devices were refused at the door."))
        line.collected, line.refused, line.refusal_reason = count
    CollectionLine.objects.bulk_update(lines, ["collected", "refused", "refusal_reason"])
    collection.state = CollectionState.DONE
    collection.done_at = at
    collection.signed_by_role = signed_by_role
    collection.full_clean(exclude=["workshop"])
    collection.save(update_fields=["state", "done_at", "signed_by_role"])
    events.record(
        "collection.done",
        subject=collection,
        by=by,
        at=at,
        reference=collection.reference,
        workshop=collection.workshop_id,
        pledges=sorted({line.pledge_line.pledge_id for line in lines}),
        collected=sum(line.collected for line in lines),
        refused=sum(line.refused for line in lines),
    )
    return collection


@operation
def cancel_collection(
    *, collection: Collection, reason: str, by: Membership, at: datetime
) -> Collection:
    """Call a planned trip off; its lines may be planned again."""
    if not reason.strip():
        raise InvalidInput(
            _("Say why the collection is cancelled."), fields={"reason": [_("required")]}
        )
    collection = _locked(collection)
    collection.state = CollectionState.CANCELLED
    collection.note = reason
    collection.full_clean(exclude=["workshop"])
    collection.save(update_fields=["state", "note"])
    events.record(
        "collection.cancelled",
        subject=collection,
        by=by,
        at=at,
        reference=collection.reference,
        workshop=collection.workshop_id,
        pledges=sorted(set(collection.lines.values_list("pledge_line__pledge_id", flat=True))),
    )
    return collection


def _locked(collection: Collection) -> Collection:
    collection = Collection.objects.select_for_update().get(pk=collection.pk)
    if collection.state != CollectionState.PLANNED:
        raise CollectionOver(
            _("This collection is “%(state)s”. Plan another one for what is left.")
            % {"state": CollectionState(collection.state).label},
            state=collection.state,
        )
    return collection

"""The story of a pledge and of a device, told from what was recorded."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from backend.accounts.choices import Role
from backend.accounts.models import Membership, User
from backend.core.models import Event
from backend.inventory.choices import CollectionState, PledgeState, State
from backend.inventory.models import Collection, Device, Pledge
from backend.inventory.queries.fates import Progress


class Step(NamedTuple):
    """One step of a pledge: words, when, and how it stands (done, now, ahead, stopped)."""

    words: Any
    at: datetime | None
    stands: str
    more: Any = ""


def steps_of(pledge: Pledge, progress: Progress, trips: Iterable[Collection]) -> list[Step]:
    """Tell a donor what happened and what comes next."""
    steps = [Step(_("You announced your gift"), pledge.announced_at, "done")]
    if pledge.state == PledgeState.WITHDRAWN:
        return [*steps, Step(_("You withdrew it"), pledge.decided_at, "stopped")]
    if pledge.state == PledgeState.DECLINED:
        reason = pledge.decline_reason
        return [*steps, Step(_("We could not take it"), pledge.decided_at, "stopped", reason)]
    if pledge.state == PledgeState.ANNOUNCED:
        steps.append(Step(_("We read your pledge and answer you"), None, "now"))
    else:
        steps.append(Step(_("We said yes"), pledge.decided_at, "done"))
    return [*steps, *_trips(pledge, trips), *_arrivals(pledge, progress)]


def _trips(pledge: Pledge, trips: Iterable[Collection]) -> list[Step]:
    told = [
        Step(_("Collected"), trip.done_at, "done")
        if trip.state == CollectionState.DONE
        else Step(_("Collection planned"), trip.planned_for, "now", trip.fetched_by)
        for trip in sorted(trips, key=lambda trip: trip.planned_for)
        if trip.state != CollectionState.CANCELLED
    ]
    if told:
        return told
    is_waited_for = pledge.state == PledgeState.ACCEPTED
    return [Step(_("We agree on a date with you"), None, "now" if is_waited_for else "ahead")]


def _arrivals(pledge: Pledge, progress: Progress) -> list[Step]:
    arrived = progress.received + progress.unexpected
    is_over = pledge.state == PledgeState.CLOSED
    stands = "done" if is_over or arrived >= progress.announced else "now" if arrived else "ahead"
    how_many = (
        ngettext("%(n)s device so far", "%(n)s devices so far", arrived) % {"n": arrived}
        if arrived
        else ""
    )
    return [
        Step(_("Labelled and counted at the workshop"), None, stands, how_many),
        Step(_("Erased, repaired, handed over"), None, "now" if arrived else "ahead"),
    ]


_SAID: dict[str, Any] = {
    "device.received": _("Received"),
    "device.triaged": _("Sorted"),
    "device.corrected": _("Details corrected"),
    "device.hardware_reported": _("Report of its hardware read"),
    "device.relabelled": _("New label stuck on"),
    "device.repaired": _("Repaired"),
    "device.repair_undone": _("Repair taken back"),
    "device.graded": _("Performance class chosen"),
    "device.photographed": _("Photos added"),
    "part.taken_out": _("Part taken out"),
    "device.unlocked": _("Unlocked"),
    "device.placed": _("Put in its place"),
    "device.passed_quality_check": _("Passed the quality check"),
    "device.failed_quality_check": _("Failed the quality check"),
    "device.dismantled": _("Taken apart"),
    "device.recycled": _("Recycled"),
    "device.reported_missing": _("Reported missing"),
    "device.found": _("Found again"),
    "device.undone": _("Last step undone"),
    "device.allocated": _("Promised to a person"),
    "device.released": _("Promise released"),
    "device.reservation_expired": _("Promise expired"),
    "device.handed_over": _("Handed over"),
    "device.hand_over_undone": _("Hand-over undone"),
    "device.returned": _("Came back"),
    "device.moved": _("Moved with all that lay there"),
    "device.transfer_sent": _("Sent to another workshop"),
    "device.transfer_received": _("Arrived from another workshop"),
    "device.transfer_lost": _("Lost on the way"),
    "device.transfer_found": _("Found after a transfer"),
    "storage_unit.added": _("Storage unit added"),
    "storage_unit.described": _("Storage unit described"),
    "storage_unit.erased": _("Data erased and verified"),
    "storage_unit.erasure_failed": _("Erasure failed"),
    "storage_unit.erasure_withdrawn": _("Erasure withdrawn: the data counts as there"),
    "storage_unit.destroyed": _("Storage destroyed"),
    "storage_unit.absent": _("Storage recorded absent"),
}


def words_of(kind: str) -> Any:
    """Say in words what an event of this kind is."""
    return _SAID.get(kind, kind)


class Told(NamedTuple):
    """One event of a device's life: what, when, by whom, where it led."""

    words: Any
    at: datetime
    who: str
    to: Any
    is_stop: bool


def life_of(device: Device, *, reader: Membership, most: int = 30) -> list[Told]:
    """Tell the life of a device, newest first. Colleagues are named, others by their role."""
    events = list(Event.objects.about(device).order_by("-pk")[:most])
    names = _names(events, reader)
    return [
        Told(
            words_of(event.kind),
            event.happened_at,
            who_did(event, names),
            _led_to(event),
            event.kind
            in {"device.reported_missing", "storage_unit.erasure_failed", "device.transfer_lost"},
        )
        for event in events
    ]


def _led_to(event: Event) -> Any:
    """Give the state it led to, unless the words of the event say just that."""
    to = event.facts.get("to")
    label = State(to).label if to in State.values else ""
    return "" if label == words_of(event.kind) else label


def _names(events: list[Event], reader: Membership) -> dict[int, str]:
    people = {event.actor_id for event in events if event.actor_id}
    mine = User.objects.filter(pk__in=people, memberships__organisation=reader.organisation_id)
    return dict(mine.values_list("pk", "name"))


def who_did(event: Event, names: dict[int, str]) -> str:
    """Name a colleague; of the others say the role and the organisation."""
    return names.get(event.actor_id or 0) or label_in_words(event.actor_label)


def label_in_words(label: str) -> str:
    """Say the role that an actor's label begins with in the reader's language."""
    role, space, rest = label.partition(" ")
    return f"{Role(role).label}{space}{rest}" if role in Role.values else label

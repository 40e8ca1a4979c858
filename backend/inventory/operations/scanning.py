"""What a scanned code stands for, and whether what the bench asks was done before."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import codes
from backend.core.errors import NotFound, Refusal
from backend.core.models import Event
from backend.inventory.choices import IN_HOUSE, State, TransferOutcome
from backend.inventory.lifecycle import DECISION_LEADS_TO, MOVES
from backend.inventory.models import Device
from backend.inventory.operations.gathering import find_device_of, find_label, happened_to
from backend.inventory.operations.lines import (
    device_on_a_line,
    line_of_count,
    line_of_transfer,
)
from backend.inventory.operations.moving import UnknownCode
from backend.inventory.operations.placing import LotElsewhere, destination

Given = Mapping[str, Any]
_ARRIVED = {TransferOutcome.RECEIVED, TransferOutcome.FOUND}


class Elsewhere(NotFound):
    """The code is another organisation's: this is all that is said of it."""

    code = "elsewhere"
    title = _("Another organisation's label")


class NotReceivedYet(Refusal):
    """The label is on no device yet."""

    code = "not_received_yet"
    title = _("Not received yet")


class Led(Protocol):
    """What led a device somewhere: an event, or a line of a list."""

    @property
    def happened_at(self) -> datetime:
        """When it was done."""

    @property
    def actor_label(self) -> str:
        """By whom."""


class Goal(NamedTuple):
    """Where an action leads: how to see that a device is there, and which events led there.

    `by_state` asks for the event that last changed the state, of one of `kinds` where these
    are given; otherwise for the last of `kinds`. A device that no such event led to the goal
    is not there by this action: the operation decides.
    """

    is_reached: Callable[[Device, Given], bool]
    kinds: frozenset[str] = frozenset()
    by_state: bool = False

    def event(self, device: Device, given: Given) -> Event | None:
        """Give the event that led this device where the action leads, if it is there."""
        if not self.is_reached(device, given):
            return None
        happened = [event for event in happened_to(device) if self._led_there(event)]
        last = max(happened, key=lambda event: event.pk, default=None)
        return last if last and (not self.kinds or _what(last) in self.kinds) else None

    def _led_there(self, event: Event) -> bool:
        return "to" in event.facts if self.by_state else _what(event) in self.kinds


def _what(event: Event) -> str:
    # To take a step back is to be where the step before led.
    return str(event.facts.get("undone", event.kind))


def _move(name: str) -> Goal:
    """Reached when the device is in the state where the move leads, and cannot start again."""
    move = MOVES[name]

    def is_reached(device: Device, given: Given) -> bool:
        decision = given.get("decision")
        targets = {DECISION_LEADS_TO[decision]} if decision else move.targets
        return device.state in targets and device.state not in move.sources

    return Goal(is_reached, by_state=True)


def _stands_there(device: Device, given: Given) -> bool:
    where: Any = {name: given[name] for name in ("location", "lot") if name in given}
    if device.state not in IN_HOUSE or not where:
        return False
    try:
        asked = destination(device, where)
    except LotElsewhere:
        return False
    return all(getattr(device, column) == value for column, value in asked.items())


class Settled(NamedTuple):
    """A line of a list that was settled before."""

    happened_at: datetime
    actor_label: str


class LineGoal(NamedTuple):
    """Where an action leads that settles the line of a list: how to see that it is settled."""

    settled: Callable[[Device, Given], Settled | None]

    def event(self, device: Device, given: Given) -> Settled | None:
        """Give what settled the line of this device, if it is settled so."""
        return self.settled(device, given)


def _counted(device: Device, given: Given) -> Settled | None:
    line = line_of_count(given["stock_take"], device)
    if line is None or line.counted_at is None:
        return None
    return Settled(line.counted_at, line.counted_by_label)


def _arrived(device: Device, given: Given) -> Settled | None:
    line = line_of_transfer(given["transfer"], codes.read(given["code"]))
    if line is None or line.settled_at is None:
        return None
    if line.outcome != given["outcome"] and {line.outcome, given["outcome"]} != _ARRIVED:
        return None
    return Settled(line.settled_at, line.settled_by_label)


def device_on_its_way(given: Given) -> Device | None:
    """Give the device of a transfer under a scanned code, whoever answers for it yet."""
    line = line_of_transfer(given["transfer"], codes.read(given["code"]))
    return (device_on_a_line(line) or line.device) if line else None


NEVER = Goal(lambda _device, _given: False)
GOALS: dict[str, Goal | LineGoal] = {
    "count": LineGoal(_counted),
    "receive_transfer": LineGoal(_arrived),
    "receive": Goal(lambda _device, _given: True, frozenset({"device.received"})),
    "place": Goal(_stands_there, frozenset({"device.placed", "device.moved", "device.received"})),
    "erase": Goal(
        lambda device, _given: device.is_data_gone,
        frozenset({"storage_unit.erased", "storage_unit.destroyed", "storage_unit.absent"}),
    ),
    "unlock": Goal(lambda device, _given: not device.is_locked, frozenset({"device.unlocked"})),
    "find": Goal(
        lambda device, _given: device.state != State.MISSING,
        frozenset({"device.found"}),
        by_state=True,
    ),
    **{
        name: _move(name)
        for name in (
            "triage",
            "pass_quality_check",
            "fail_quality_check",
            "dismantle",
            "recycle",
            "report_missing",
        )
    },
}


def scanned_device(*, code: str, by: Membership) -> Device | None:
    """Give the device under a scanned code; None for a label of ours that is still free.

    Raises MisreadCode, UnknownCode when no label has this code, and Elsewhere when the label
    or its device is another organisation's.
    """
    label = find_label(codes.read(code))
    if label is None:
        raise UnknownCode(_("There is no label with this code. Scan it again, or type it."))
    device = find_device_of(label, by=by)
    is_ours = by.sees_all or label.batch.workshop_id == by.organisation_id
    if device is None and (label.device_id is not None or not is_ours):
        raise Elsewhere(
            _("This label belongs to another organisation. Put the machine aside and ask.")
        )
    return device


def not_received_yet() -> NotReceivedYet:
    """Say that a label of ours is on no device yet."""
    return NotReceivedYet(_("This label is on no device yet: receive the machine first."))

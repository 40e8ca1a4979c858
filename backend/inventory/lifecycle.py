"""What may follow what in the life of a device: the table of moves."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Refusal
from backend.inventory.choices import DATA_MUST_BE_GONE, IN_HOUSE, State, Triage


class ForbiddenMove(Refusal):
    """The move does not start from the state the device is in."""

    code = "forbidden_move"
    title = _("This device cannot do that now")


class Move(NamedTuple):
    """From which states a move starts, and where it may lead."""

    sources: frozenset[State]
    targets: frozenset[State]


def _move(sources: set[State] | frozenset[State], *targets: State) -> Move:
    return Move(frozenset(sources), frozenset(targets))


MOVES: dict[str, Move] = {
    "triage": _move(
        {State.RECEIVED, State.RETURNED}, State.IN_WORKSHOP, State.FOR_PARTS, State.TO_RECYCLE
    ),
    "pass_quality_check": _move({State.IN_WORKSHOP}, State.READY),
    "fail_quality_check": _move(
        {State.IN_WORKSHOP, State.READY}, State.IN_WORKSHOP, State.FOR_PARTS, State.TO_RECYCLE
    ),
    "allocate": _move({State.READY}, State.ALLOCATED),
    "release": _move({State.ALLOCATED}, State.READY),
    "hand_over": _move({State.ALLOCATED}, State.HANDED_OVER),
    "take_back": _move({State.HANDED_OVER}, State.RETURNED),
    "dismantle": _move({State.FOR_PARTS}, State.TO_RECYCLE),
    "recycle": _move({State.TO_RECYCLE}, State.RECYCLED),
    "report_missing": _move(IN_HOUSE, State.MISSING),
    "find": _move({State.MISSING}, *IN_HOUSE),
}

DATA_GONE_BEFORE = frozenset(DATA_MUST_BE_GONE)
UNLOCKED_BEFORE = frozenset({State.READY, State.ALLOCATED, State.HANDED_OVER})
DRIVES_KNOWN_BEFORE = frozenset({"allocate", "hand_over"})

NEXT_STEP = {
    State.RECEIVED: _("Sort it first."),
    State.IN_WORKSHOP: _("Repair it, then check its quality."),
    State.READY: _("It waits for a person: it can be reserved."),
    State.ALLOCATED: _("It is reserved: hand it over, or release it."),
    State.HANDED_OVER: _("It is with a person: take it back first."),
    State.RETURNED: _("It came back: sort it again."),
    State.FOR_PARTS: _("Take it apart."),
    State.TO_RECYCLE: _("Record its recycling."),
    State.RECYCLED: _("Its life has ended: look at its page."),
    State.MISSING: _("Say first that it is found."),
}

DECISION_LEADS_TO = {
    Triage.REPAIR: State.IN_WORKSHOP,
    Triage.PARTS: State.FOR_PARTS,
    Triage.RECYCLE: State.TO_RECYCLE,
}


def after(name: str, state: str, *, target: State | None = None) -> State:
    """Give the state that a move leads to, or raise ForbiddenMove.

    `target` chooses where a move with several targets leads.
    """
    move = MOVES[name]
    if target is None:
        (target,) = move.targets
    if state not in move.sources or target not in move.targets:
        raise ForbiddenMove(
            _("This device is “%(state)s”: this step does not follow. %(next)s")
            % {"state": State(state).label, "next": NEXT_STEP[State(state)]},
            state=str(state),
            move=name,
        )
    return target


def possible_moves(state: str) -> list[str]:
    """Give the moves that start from a state, in the table's order."""
    return [name for name, move in MOVES.items() if state in move.sources]


# The acts that can be taken back, and the event that each leaves.
UNDOABLE_ACTS = {
    "triage": "device.triaged",
    "pass_quality_check": "device.passed_quality_check",
    "fail_quality_check": "device.failed_quality_check",
    "place": "device.placed",
    "unlock": "device.unlocked",
    "correct": "device.corrected",
    "dismantle": "device.dismantled",
    "recycle": "device.recycled",
    "report_missing": "device.reported_missing",
    "find": "device.found",
}

"""The last move of a device, taken back: a new event, nothing is deleted."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import Role
from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import Refusal
from backend.core.models import Event
from backend.core.transactions import operation
from backend.inventory.lifecycle import UNDOABLE_ACTS
from backend.inventory.models import Device
from backend.inventory.operations.gathering import last_event
from backend.inventory.operations.moving import change, locked_device
from backend.inventory.operations.placing import back_in_place

UNDOABLE = frozenset(UNDOABLE_ACTS.values())
_MANAGERS = frozenset({Role.WORKSHOP_MANAGER, Role.STRUCTURE_MANAGER, Role.COORDINATOR})


class CannotUndo(Refusal):
    """The last thing that happened is not yours to take back, or no longer."""

    code = "cannot_undo"
    title = _("This cannot be undone")


def undoable_event(
    device: Device, *, kinds: frozenset[str], by: Membership, at: datetime
) -> Event:
    """Give the device's last event when this person may take it back now.

    Raises CannotUndo unless it is of one of `kinds`, within `settings.UNDO_WINDOW`, and was
    done by this person or the person is a manager. The window is measured by our clock too:
    whoever gives a moment of long ago gets no longer window.
    """
    last = last_event(device)
    if last is None or last.kind not in kinds:
        raise CannotUndo(
            _("The last thing that happened to this device is no move that can be taken back."),
            last=last.kind if last else None,
        )
    age = max(at - last.happened_at, timezone.now() - last.recorded_at)
    if age > settings.UNDO_WINDOW:
        raise CannotUndo(
            _("This was done too long ago. Make the opposite move instead."), last=last.kind
        )
    if last.actor_id != by.user_id and by.role not in _MANAGERS:
        raise CannotUndo(
            _("A colleague did this. Ask this person or a manager to undo it."), last=last.kind
        )
    return last


@operation
def undo_last_move(*, code: str, by: Membership, at: datetime, undoes: str = "") -> Device:
    """Put a device back as it was before its last move, where it can still stand.

    `undoes` names the act that this person means to take back: where the last move is another,
    or a colleague's, nothing is undone. Reservations, hand-overs and returns are taken back where
    they were made, in distribution.
    """
    device = locked_device(code=code, by=by, at=at)
    last = undoable_event(device, kinds=UNDOABLE, by=by, at=at)
    if undoes and (last.kind != UNDOABLE_ACTS[undoes] or last.actor_id != by.user_id):
        raise CannotUndo(
            _("Something else has happened to this device since. Look at it first."),
            last=last.kind,
        )
    before = device.state
    said = change(device, at=at, **back_in_place(device, last.facts["was"]))
    events.record(
        "device.undone",
        subject=device,
        by=by,
        at=at,
        **said | {"from": before, "to": device.state},
        undone=last.kind,
        undone_event=last.pk,
    )
    return device

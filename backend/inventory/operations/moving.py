"""What every verb on a device does first and last: lock it, then move it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import codes
from backend.core.errors import NotFound, Refusal
from backend.core.models import update
from backend.inventory import lifecycle
from backend.inventory.choices import State
from backend.inventory.models import Device
from backend.inventory.operations.gathering import lock_devices, lock_labels
from backend.inventory.operations.looking_up import Among, Reads, every_device, find_locked


class UnknownCode(NotFound):
    """No device that this person may see carries this code."""

    code = "unknown_code"
    title = _("Unknown code")


class BeforeLastEvent(Refusal):
    """The moment given is before the last thing that happened to the device."""

    code = "before_last_event"
    title = _("Something happened to this device since")


class DataNotGone(Refusal):
    """Data may still be on the device."""

    code = "data_not_gone"
    title = _("Data may still be on this device")


class UnknownDrive(Refusal):
    """A report found a drive in a device that had passed the erasure gate."""

    code = "unknown_drive"
    title = _("A drive that nobody erased is in this device")


class StillLocked(Refusal):
    """The device is still locked by an account, a BIOS password or a fleet manager."""

    code = "still_locked"
    title = _("This device is still locked")


def locked_device(
    *,
    by: Membership | None,
    at: datetime,
    code: str = "",
    device_id: int | None = None,
    among: Among = every_device,
    reads: Reads | None = None,
) -> Device:
    """Lock one device, by the code of any of its labels or by id, in one statement.

    `by` None means Rebond itself, which sees all. `among` adds annotations to the row,
    `reads` names the tables that they look into. Raises MisreadCode, UnknownCode (also for
    another organisation's device) and BeforeLastEvent.
    """
    device = find_locked(by=by, key=device_id or codes.read(code), among=among, reads=reads)
    if device is None:
        raise unknown_code()
    not_before_last_event(device, at=at)
    return device


def unknown_code() -> UnknownCode:
    """Say that no device that this person may see carries the code."""
    return UnknownCode(
        _("You have no device with this code. Check the label, or receive it first.")
    )


def lock_in_order(*, scanned: Iterable[str], by: Membership) -> None:
    """Lock the labels and devices of many scans before the first, always in the same order.

    Two batches that meet on the same devices then wait for each other instead of dying in a
    deadlock. Unknown codes are left for the moves themselves to refuse.
    """
    lock_devices(lock_labels(scanned), by=by)


def not_before_last_event(device: Device, *, at: datetime) -> None:
    """Raise BeforeLastEvent when the device changed after this moment."""
    if at < device.changed_at:
        raise BeforeLastEvent(
            _("This device changed after the moment you give. Look at its page, then decide."),
            device_changed_at=device.changed_at.isoformat(),
        )


def facts_of(device: Device) -> dict[str, Any]:
    """Give what every event about a device says of it."""
    return {"code": device.code, "kind": device.kind, "workshop": device.custodian_id}


def change(device: Device, *, at: datetime, **columns: Any) -> dict[str, Any]:
    """Write columns of a locked device in one UPDATE; give the facts for its event.

    `was` in the facts holds the columns before, so that the change can be undone.
    """
    stored = {field.name: field.attname for field in Device._meta.concrete_fields}
    was = {stored.get(name, name): getattr(device, stored.get(name, name)) for name in columns}
    for name, value in columns.items():
        setattr(device, name, value)
    device.changed_at = at
    update(device, *columns, "changed_at")
    return facts_of(device) | {"was": was}


def check_move(device: Device, name: str, *, target: State | None = None) -> State:
    """Give the state that a move of this device leads to.

    Raises ForbiddenMove, and DataNotGone, UnknownDrive or StillLocked where the move's end
    demands better.
    """
    state = lifecycle.after(name, device.state, target=target)
    if name in lifecycle.DRIVES_KNOWN_BEFORE and device.unknown_drives:
        raise UnknownDrive(
            _("Keep it here. Release it if it is promised, then send it back from the check."),
            unknown_drives=device.unknown_drives,
        )
    if state in lifecycle.DATA_GONE_BEFORE and not device.is_data_gone:
        raise DataNotGone(
            _("%(count)s storage unit(s) are not dealt with: erase, destroy or record each first.")
            % {"count": device.pending_units},
            pending_units=device.pending_units,
        )
    if state in lifecycle.UNLOCKED_BEFORE and device.is_locked:
        raise StillLocked(_("Have the lock removed, record it, then check the device again."))
    return state


def apply_move(
    device: Device, name: str, *, at: datetime, target: State | None = None, **columns: Any
) -> dict[str, Any]:
    """Move a locked device as the table of moves says; give the facts for its event.

    `columns` change together with the state. Refuses what `check_move` refuses.
    """
    before = device.state
    state = check_move(device, name, target=target)
    said = change(device, at=at, state=str(state), **columns)
    return said | {"from": str(before), "to": str(state)}

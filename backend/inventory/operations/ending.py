"""Where a device's stay ends, or is interrupted: parts, recycling, missing, found."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput
from backend.core.transactions import operation
from backend.inventory.choices import State
from backend.inventory.models import Device
from backend.inventory.operations.moving import apply_move, locked_device
from backend.inventory.operations.placing import back_in_place


@operation
def dismantle_device(*, code: str, by: Membership, at: datetime) -> Device:
    """Take a device apart: what is left goes to recycling."""
    device = locked_device(code=code, by=by, at=at)
    said = apply_move(device, "dismantle", at=at)
    events.record("device.dismantled", subject=device, by=by, at=at, **said)
    return device


@operation
def recycle_device(
    *, code: str, mass_g: int, waste_slip: str, by: Membership, at: datetime
) -> Device:
    """Give a device to recycling: weight in grams, number of the waste slip (Trackdéchets).

    Data has to be gone as for READY.
    """
    device = locked_device(code=code, by=by, at=at)
    if mass_g < 1 or not waste_slip.strip():
        raise InvalidInput(
            _("Give the weight and the number of the waste slip."),
            fields={"mass_g": [_("required")], "waste_slip": [_("required")]},
        )
    said = apply_move(device, "recycle", at=at, mass_g=mass_g)
    events.record(
        "device.recycled",
        subject=device,
        by=by,
        at=at,
        **said,
        mass_g=mass_g,
        waste_slip=waste_slip[:40],
    )
    return device


@operation
def report_device_missing(*, code: str, reason: str, by: Membership, at: datetime) -> Device:
    """Say that a device is not where it should be. It keeps the state to come back to."""
    device = locked_device(code=code, by=by, at=at)
    if not reason.strip():
        raise InvalidInput(
            _("Say where you looked, in a few words."), fields={"reason": [_("required")]}
        )
    said = apply_move(device, "report_missing", at=at, state_before_missing=device.state)
    events.record("device.reported_missing", subject=device, by=by, at=at, **said)
    return device


@operation
def find_device(*, code: str, by: Membership, at: datetime) -> Device:
    """Bring a missing device back to the state it was in, and where it can still stand."""
    device = locked_device(code=code, by=by, at=at)
    target = State(device.state_before_missing) if device.state_before_missing else State.RECEIVED
    back = back_in_place(device, {"state_before_missing": ""})
    said = apply_move(device, "find", at=at, target=target, **back)
    events.record("device.found", subject=device, by=by, at=at, **said)
    return device

"""A machine comes through the door, under the label stuck on it."""

from datetime import datetime
from typing import Any, TypedDict

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.models import insert
from backend.core.transactions import operation
from backend.inventory.choices import IN_HOUSE, STORES_DATA, PledgeState, SerialQuality, State
from backend.inventory.models import Device, Location, Pledge, PledgeLine, StorageUnit
from backend.inventory.operations.gathering import with_serial
from backend.inventory.operations.grading import graded, with_scale
from backend.inventory.operations.labelling import free_label, stick
from backend.inventory.operations.moving import change, facts_of, locked_device
from backend.inventory.operations.placing import check_takes_more
from backend.inventory.serials import read_serial

_ANNOUNCED = ("kind", "maker", "model", "year")


class DeviceFacts(TypedDict, total=False):
    """What is known of a machine; the columns of Device. Mass in grams."""

    kind: str
    maker: str
    model: str
    year: int | None
    serial: str
    asset_number: str
    specs: dict[str, Any]
    mass_g: int | None


class NotExpectedHere(Refusal):
    """The pledge line is not one that this workshop expects now."""

    code = "not_expected_here"
    title = _("This pledge is not expected here")


class UnexpectedWithoutReason(InvalidInput):
    """A device that nobody announced is received only with a reason."""

    code = "unexpected_without_reason"
    title = _("Nobody announced this device")


def serial_of(text: str) -> tuple[str | None, SerialQuality]:
    """Read a serial number as tools print it; placeholders of the maker are none."""
    serial, quality = read_serial(text)
    if serial is None:
        return None, quality
    return serial, SerialQuality.CLASH if with_serial(serial) else SerialQuality.GOOD


@operation
def receive_device(
    *,
    code: str,
    facts: DeviceFacts,
    by: Membership,
    at: datetime,
    line: PledgeLine | None = None,
    pledge: Pledge | None = None,
    unexpected_reason: str = "",
    location: Location | None = None,
) -> Device:
    """Book a machine in under the label stuck on it, against a line or as unexpected.

    What is left empty is as its line announces it. A kind that stores data, and whatever its
    donor says has a disk inside, is born with one storage unit whose data is still there. A
    device that came before (same good serial) and has left begins a new cycle, `previous` set;
    the same serial on a device still here is a clash: shown, not refused.

    Raises LabelTaken when the label is on another machine (two people claiming it are served
    one after the other), NotExpectedHere, UnexpectedWithoutReason.
    """
    check_takes_more(location, organisation=by.organisation_id)
    label = free_label(code, by=by)
    pledge = _expected(line.pledge if line else pledge, by=by)
    if line is None and not unexpected_reason.strip():
        raise UnexpectedWithoutReason(
            _("Choose the pledge line it belongs to, or say why it is here."),
            fields={"unexpected_reason": [_("required")]},
        )
    columns = _as_announced(line) | {name: said for name, said in facts.items() if said}
    serial, quality = serial_of(columns.pop("serial", ""))
    previous = cycle_before(serial) if quality == SerialQuality.CLASH else None
    stores_data = columns.get("kind") in STORES_DATA or _was_announced_with_data(line)
    device = Device(
        **columns,
        code=label.code,
        serial=serial,
        serial_quality=SerialQuality.GOOD if previous else quality,
        previous=previous,
        pledge=pledge,
        pledge_line=line,
        unexpected_reason="" if line else unexpected_reason,
        custodian=by.organisation,
        location=location,
        pending_units=int(stores_data),
        received_at=at,
        changed_at=at,
    )
    _check_columns(device)
    insert(device)
    stick(label, device, at=at)
    if stores_data:
        insert(StorageUnit(device=device))
    events.record(
        "device.received",
        subject=device,
        by=by,
        at=at,
        **facts_of(device),
        pledge=pledge.pk if pledge else None,
        line=line.pk if line else None,
        is_expected=line is not None,
        previous=previous.code if previous else None,
    )
    return device


def _as_announced(line: PledgeLine | None) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _ANNOUNCED} if line else {}


def _was_announced_with_data(line: PledgeLine | None) -> bool:
    # What arrives under a laptop's line and is called a monitor is looked into all the same.
    return line is not None and (line.kind in STORES_DATA or bool(line.has_storage))


def _check_columns(device: Device) -> None:
    # Only what people type: keys and constraints are the database's to check.
    device.full_clean(
        exclude=[f.name for f in Device._meta.fields if f.is_relation] + ["code"],
        validate_unique=False,
        validate_constraints=False,
    )


def _expected(pledge: Pledge | None, *, by: Membership) -> Pledge | None:
    if pledge is None:
        return None
    if pledge.state != PledgeState.ACCEPTED or pledge.workshop_id != by.organisation_id:
        raise NotExpectedHere(
            _("Pledge %(reference)s is not expected in your workshop. Ask the coordination.")
            % {"reference": pledge.reference}
        )
    return pledge


def cycle_before(serial: str | None) -> Device | None:
    """Give the same machine's earlier cycle, when it has left and is not here besides."""
    before = with_serial(serial) if serial else []
    if any(device.state in IN_HOUSE for device in before):
        return None
    gone = [device for device in before if device.state in {State.HANDED_OVER, State.RECYCLED}]
    return max(gone, key=lambda device: device.pk, default=None)


@operation
def correct_device(*, code: str, facts: DeviceFacts, by: Membership, at: datetime) -> Device:
    """Correct what is known of a machine. Its kind is not a detail and stays.

    Another configuration has the performance class computed again.
    """
    device = locked_device(code=code, by=by, at=at, among=with_scale, reads=(StorageUnit,))
    columns: dict[str, Any] = {key: value for key, value in facts.items() if key != "kind"}
    if "serial" in columns and columns["serial"] != (device.serial or ""):
        columns["serial"], columns["serial_quality"] = serial_of(columns["serial"])
    else:
        columns.pop("serial", None)
    if columns.keys() & {"specs", "year"}:
        columns |= graded(device, **columns)
    said = change(device, at=at, **columns)
    _check_columns(device)
    events.record("device.corrected", subject=device, by=by, at=at, **said)
    return device

"""Storage units and the proof that their data is gone."""

import hashlib
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import NamedTuple, TypedDict

from django.core.files.base import File
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.accounts.roles import can
from backend.core import events
from backend.core.errors import InvalidInput, NotAllowed, NotFound, Refusal
from backend.core.models import Event, insert, update
from backend.core.photos import cleaned_photo
from backend.core.rules import in_words_of
from backend.core.transactions import after_rollback, operation
from backend.inventory.choices import (
    DATA_MUST_BE_GONE,
    DRIVES,
    STORES_DATA,
    DataOutcome,
    Destruction,
    ErasureResult,
)
from backend.inventory.models import Device, Erasure, StorageUnit
from backend.inventory.operations.fitting import is_in_last_report
from backend.inventory.operations.gathering import find_unit
from backend.inventory.operations.grading import graded
from backend.inventory.operations.moving import UnknownCode, change, facts_of, locked_device

_ENDINGS = {".txt", ".log", ".json", ".xml", ".pdf", ".jpg", ".jpeg", ".png"}
_BOOKED_IN_WITHIN = timedelta(days=1)
BEFORE_RECEPTION = _("This erasure is older than the device's reception here: erase it again.")
_SETTLED = ["outcome", "outcome_at", "outcome_by_label", "outcome_reason"]
_SETTLED += ["destruction", "photo", "photo_sha256"]


class UnitFacts(TypedDict, total=False):
    """What is known of a drive; the columns of StorageUnit. Size in GB (10⁹ bytes)."""

    medium: str
    maker: str
    model: str
    serial: str
    size_gb: int | None


class ErasureFacts(TypedDict, total=False):
    """What a certificate tells of one attempt; the columns of Erasure."""

    result: str
    method: str
    standard: str
    revision: str
    technique: str
    tool: str
    tool_version: str
    verification: str
    errors: int
    remark: str
    attestation: str
    verifier_label: str
    started_at: datetime
    ended_at: datetime


class KeptReport(NamedTuple):
    """A report that lies in the store already: several attempts may be told in one."""

    name: str
    sha256: str


class UnknownUnit(NotFound):
    """No storage unit that this person may see has this number."""

    code = "unknown_unit"
    title = _("Unknown storage unit")


class AlreadyDealtWith(Refusal):
    """The data of this unit is gone already; its proof stays as it is."""

    code = "already_dealt_with"
    title = _("This storage unit is already dealt with")


class NotAbsent(Refusal):
    """A drive that somebody or a report has seen is not absent: it is somewhere, with its data."""

    code = "not_absent"
    title = _("This drive was seen")


class TooLateToAdd(Refusal):
    """The device is past the erasure gate: nothing that holds data is added now."""

    code = "too_late_to_add"
    title = _("This device is ready or gone")


@operation
def add_storage_unit(*, code: str, facts: UnitFacts, by: Membership, at: datetime) -> StorageUnit:
    """Add one more drive found in a device; its data is still there."""
    device = locked_device(code=code, by=by, at=at)
    if device.state in DATA_MUST_BE_GONE:
        raise TooLateToAdd(
            _("Send the device back from the check first, then add the storage unit."),
            state=device.state,
        )
    unit = StorageUnit(device=device, **facts)
    unit.full_clean(exclude=["device"])
    unit.save()
    change(device, at=at, pending_units=device.pending_units + 1)
    events.record(
        "storage_unit.added", subject=device, by=by, at=at, **facts_of(device), unit=unit.pk
    )
    return unit


@operation
def describe_storage_unit(
    *, unit_id: int, facts: UnitFacts, by: Membership, at: datetime
) -> StorageUnit:
    """Say which drive a unit is: the one a device is born with has no name yet."""
    unit, device = locked_unit(unit_id, by=by, at=at)
    _still_pending(unit)
    for name, value in facts.items():
        setattr(unit, name, value)
    unit.clean_fields(exclude=["device"])
    unit.save(update_fields=list(facts))
    change(device, at=at, **graded(device))
    events.record(
        "storage_unit.described", subject=device, by=by, at=at, **facts_of(device), unit=unit.pk
    )
    return unit


@operation
def record_erasure(
    *,
    unit_id: int,
    facts: ErasureFacts,
    by: Membership,
    at: datetime,
    report: "File[bytes] | KeptReport | None" = None,
) -> Erasure:
    """Write down one finished attempt, for ever. Only `erased` deals with the unit.

    A report is kept with its SHA-256. Raises AlreadyDealtWith, and ValidationError when
    `erased` is said without tool, version or verification, or despite errors, and InvalidInput
    for `erased` without report and attestation, and for an attempt from before the device came
    in, or came back from somebody.
    """
    unit, device = locked_unit(unit_id, by=by, at=at)
    _still_pending(unit)
    erasure = Erasure(unit=unit, operator_label=by.actor_label, **facts)
    if erasure.ended_at and erasure.ended_at > at:
        raise InvalidInput(
            _("The erasure ends after the moment you record it. Check its dates."),
            fields={"ended_at": [_("in the future")]},
        )
    erasure.clean_fields(exclude=["unit"])
    _check_data_was_there(erasure, device)
    if erasure.result == ErasureResult.ERASED and not report and not erasure.attestation.strip():
        raise InvalidInput(
            _("Hand in the report of the tool, or attest in your words what you did and saw."),
            fields={"attestation": [_("required without a report")]},
        )
    if report is not None:
        kept = report if isinstance(report, KeptReport) else keep_report(report)
        erasure.report.name, erasure.report_sha256 = kept
    with in_words_of(Erasure):
        insert(erasure)
    if erasure.result == ErasureResult.ERASED:
        _settle(unit, device, DataOutcome.ERASED, by=by, at=at)
    else:
        change(device, at=at)
    is_erased = erasure.result == ErasureResult.ERASED
    events.record(
        "storage_unit.erased" if is_erased else "storage_unit.erasure_failed",
        subject=device,
        by=by,
        at=at,
        **facts_of(device),
        unit=unit.pk,
        erasure=erasure.pk,
        method=erasure.method,
        result=erasure.result,
    )
    return erasure


def keep_report(report: "File[bytes]") -> KeptReport:
    """Put a report into the store; it goes again when the command under way is undone."""
    attempt = Erasure()
    return KeptReport(*_keep(attempt.report, report))


@operation
def record_storage_destroyed(
    *,
    unit_id: int,
    reason: str,
    by: Membership,
    at: datetime,
    photo: "File[bytes] | None",
    destruction: str = Destruction.OTHER,
) -> StorageUnit:
    """Record that a drive was destroyed, and how. Only who has that capability may.

    The photo of what is left is painted anew (no place, no owner) and kept with its SHA-256.
    """
    if not can(by, "storage.destroy"):
        raise NotAllowed(_("Ask the workshop's manager to record the destruction."))
    if not photo:
        raise InvalidInput(
            _("Show what is left of the drive on a photo."), fields={"photo": [_("required")]}
        )
    shown = cleaned_photo(photo)
    unit, device = _pending_unit(unit_id, reason, by=by, at=at)
    unit.destruction = destruction
    unit.photo.name, unit.photo_sha256 = _keep(unit.photo, shown)
    return _record_outcome(unit, device, DataOutcome.DESTROYED, by=by, at=at)


@operation
def record_storage_absent(
    *, unit_id: int, reason: str, by: Membership, at: datetime
) -> StorageUnit:
    """Record that there is no drive where one would be expected, and who looked.

    Raises NotAbsent for a drive that was seen: it has a serial number, or the last report of
    the whole machine shows it.
    """
    unit, device = _pending_unit(unit_id, reason, by=by, at=at)
    if unit.serial or is_in_last_report(unit, device):
        raise NotAbsent(
            _(
                "It was seen in this device: erase it, or have it destroyed. If the description "
                "is wrong, correct that first."
            )
        )
    return _record_outcome(unit, device, DataOutcome.ABSENT, by=by, at=at)


def _check_data_was_there(erasure: Erasure, device: Device) -> None:
    back_since = erasure.unit.outcome_at
    if back_since and erasure.started_at < back_since:
        raise InvalidInput(
            _("The data was there again after this erasure: erase it once more."),
            fields={"started_at": [_("too early")]},
        )
    if is_before_reception(erasure.ended_at, device):
        raise InvalidInput(BEFORE_RECEPTION, fields={"ended_at": [_("before the reception")]})


def is_before_reception(ended_at: datetime, device: Device) -> bool:
    """Whether an erasure was over before the device came into the workshop's hands.

    What others did before proves nothing of what was written since (ADR 13). A day is left for
    machines that are booked in the morning after, and for clocks.
    """
    return ended_at < device.received_at - _BOOKED_IN_WITHIN


def reopen_storage(device: Device, *, at: datetime) -> int:
    """Count erased units as holding data again: the device was in somebody's hands.

    Destroyed and absent units stay so; a drive put in new is a unit from now on. A device that
    stores data and has no other is given a pending one, for somebody fitted what it was used
    with. Gives the number of pending units, for the device.
    """
    back = device.storage_units.filter(outcome=DataOutcome.ERASED)
    reopened = back.update(
        outcome=DataOutcome.PENDING, outcome_at=at, outcome_by_label="", outcome_reason=""
    )
    pending = device.pending_units + reopened + _count_bought_drives(device, at=at)
    if pending or device.kind not in STORES_DATA:
        return pending
    StorageUnit.objects.create(device=device, outcome_at=at)
    return 1


def _count_bought_drives(device: Device, *, at: datetime) -> int:
    """Make units of the drives put in, new from the stock, since they were all known last.

    That was when the device came back last, or when a report listed every drive of this device.
    """
    fitted = device.repairactions.standing().filter(
        stock_part__kind__in=DRIVES, stock_part__unit=None
    )
    if not fitted.exists():
        return 0
    back = Event.objects.about(device).filter(kind="device.returned").order_by("-pk").first()
    if back:
        fitted = fitted.filter(at__gt=back.happened_at)
    whole = device.hardware_reports.filter(
        facts__sees_all_drives=True, facts__machine_serial=device.serial or "?"
    ).order_by("-pk")
    if seen := whole.values_list("received_at", flat=True).first():
        fitted = fitted.filter(at__gt=seen)
    models = fitted.order_by("pk").values_list("stock_part__description", flat=True)
    units = [StorageUnit(device=device, model=model[:80], outcome_at=at) for model in models]
    return len(StorageUnit.objects.bulk_create(units))


def _pending_unit(
    unit_id: int, reason: str, *, by: Membership, at: datetime
) -> tuple[StorageUnit, Device]:
    if not reason.strip():
        raise InvalidInput(
            _("Say how it was destroyed, or why it is absent."),
            fields={"reason": [_("required")]},
        )
    unit, device = locked_unit(unit_id, by=by, at=at)
    _still_pending(unit)
    unit.outcome_reason = reason
    return unit, device


def _record_outcome(
    unit: StorageUnit, device: Device, outcome: DataOutcome, *, by: Membership, at: datetime
) -> StorageUnit:
    unit.clean_fields(exclude=["device"])
    _settle(unit, device, outcome, by=by, at=at)
    events.record(
        f"storage_unit.{outcome}", subject=device, by=by, at=at, **facts_of(device), unit=unit.pk
    )
    return unit


def locked_unit(unit_id: int, *, by: Membership, at: datetime) -> tuple[StorageUnit, Device]:
    # The device is the lock: whoever changes a unit changes its device's count of them.
    unit = find_unit(unit_id)
    try:
        device = locked_device(device_id=unit.device_id, by=by, at=at) if unit else None
    except UnknownCode:
        device = None
    unit = find_unit(unit_id)  # as it is under the lock
    if unit is None or device is None:
        raise UnknownUnit(_("You have no storage unit with this number. Reload the device."))
    unit.device = device
    return unit, device


def _still_pending(unit: StorageUnit) -> None:
    if unit.outcome != DataOutcome.PENDING:
        raise AlreadyDealtWith(
            _("This storage unit is “%(outcome)s” already: nothing to do.")
            % {"outcome": DataOutcome(unit.outcome).label},
            outcome=unit.outcome,
        )


def _settle(
    unit: StorageUnit, device: Device, outcome: DataOutcome, *, by: Membership, at: datetime
) -> None:
    unit.outcome = outcome
    unit.outcome_at = at
    unit.outcome_by_label = by.actor_label
    if outcome == DataOutcome.ERASED:
        unit.outcome_reason = ""  # why an earlier erasure was withdrawn
    update(unit, *_SETTLED)
    change(device, at=at, pending_units=device.pending_units - 1)


def _keep(field: FieldFile, content: "File[bytes]") -> tuple[str, str]:
    """Store a file under a name of ours: what a person called it may name somebody."""
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    ending = PurePath(content.name or "").suffix.lower()
    ours = digest.hexdigest()[:24] + (ending if ending in _ENDINGS else ".bin")
    name = field.storage.save(field.field.generate_filename(field.instance, ours), content)
    after_rollback(partial(field.storage.delete, name))
    return name, digest.hexdigest()

"""Reports of erasures, handed in: each drive they tell of finds its unit, or is shown beside."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db.models import Value
from django.db.models.functions import Replace, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from backend.accounts.models import Membership
from backend.core import codes
from backend.core.errors import InvalidInput
from backend.core.transactions import operation
from backend.inventory.choices import DataOutcome, ErasureResult, EvidenceOutcome, Medium
from backend.inventory.evidence.attempts import Attempt, Drive
from backend.inventory.evidence.reading import LONGEST_EVIDENCE, read_evidence
from backend.inventory.models import Device, Erasure, StorageUnit
from backend.inventory.operations.erasing import (
    BEFORE_RECEPTION,
    ErasureFacts,
    KeptReport,
    UnknownUnit,
    is_before_reception,
    keep_report,
    record_erasure,
)
from backend.inventory.operations.fitting import is_same_size
from backend.inventory.operations.moving import unknown_code

_GIGABYTE = 10**9
_FIRST_YEAR = 2000
NAMELESS = _(
    "The report does not tell the drive's serial number and could be of any other: "
    "record this erasure by hand, and vouch for it."
)
_BARE = Replace(Upper("serial"), Value(" "), Value(""))


@dataclass
class EvidenceLine:
    """One drive of a report, and what became of what is told of it."""

    attempt: Attempt
    outcome: EvidenceOutcome
    why: Any = ""
    unit: StorageUnit | None = None
    erasure: Erasure | None = None


@dataclass
class Import:
    """A report that was read, line by line."""

    sha256: str
    lines: list[EvidenceLine]

    @property
    def recorded(self) -> int:
        """How many attempts were written down by it, whether they succeeded or failed."""
        return sum(line.erasure is not None for line in self.lines)


def import_erasure_evidence(
    *,
    report: "File[bytes]",
    by: Membership,
    at: datetime,
    code: str = "",
    unit_id: int | None = None,
    tool_version: str = "",
) -> Import:
    """Write down what a report tells of each drive whose data is still there; answer each line.

    A drive finds its unit by serial: among those of the device under `code`, else of all devices
    of this workshop. `unit_id` says which unit it is that has no serial yet, and then takes the
    report's. A report that names no drive proves nothing here: a person records it and vouches
    for it. `tool_version` is for reports that do not tell it. `record_erasure` decides what may
    be written; a line it would refuse is answered with the reason. The file is kept once. Raises
    UnreadableEvidence, UnknownCode, UnknownUnit, and InvalidInput for a unit chosen for several
    drives.
    """
    # Read before any row is locked, and no more of it than any report has.
    content = report.read(LONGEST_EVIDENCE + 1)
    attempts = read_evidence(content)
    if unit_id is not None and len({_whose(one) for one in attempts}) > 1:
        raise InvalidInput(
            _("This report tells of several drives: hand it in without choosing a unit."),
            fields={"unit_id": [_("not for several drives")]},
        )
    return _enter(
        attempts,
        ContentFile(content, name=report.name or "report.txt"),
        code=code,
        unit_id=unit_id,
        tool_version=tool_version.strip(),
        by=by,
        at=at,
    )


@operation
def _enter(
    attempts: list[Attempt],
    report: "ContentFile[bytes]",
    *,
    code: str,
    unit_id: int | None,
    tool_version: str,
    by: Membership,
    at: datetime,
) -> Import:
    names = {_spelled(attempt.drive.serial) for attempt in attempts} - {""}
    sha256 = hashlib.sha256(report.read()).hexdigest()
    report.seek(0)
    desk = _Desk(
        units=_units(names, code=code, unit_id=unit_id, by=by),
        told_before=_told_before(names, sha256=sha256),
        is_chosen=unit_id is not None,
        report=report,
        sha256=sha256,
        tool_version=tool_version,
        by=by,
        at=at,
    )
    return Import(sha256, [desk.enter(attempt) for attempt in attempts])


def _units(
    names: set[str], *, code: str, unit_id: int | None, by: Membership
) -> list[StorageUnit]:
    """Give the units that may be meant, their devices locked, always in the same order."""
    units = StorageUnit.objects.filter(device__in=Device.objects.seen_by(by))
    if unit_id is not None:
        units = units.filter(pk=unit_id)
    elif code:
        units = units.filter(device__in=Device.objects.with_code(codes.read(code)))
    else:
        units = units.filter(device__custodian=by.organisation_id).exclude(serial="")
        units = units.alias(bare=_BARE).filter(bare__in=names)
    found = list(units.select_related("device").order_by("device_id", "pk"))
    if unit_id is not None and not found:
        raise UnknownUnit(_("You have no storage unit with this number. Reload the device."))
    if code and not found:
        raise unknown_code()
    devices = Device.objects.filter(pk__in={unit.device_id for unit in found})
    list(devices.order_by("pk").locked().values_list("pk"))
    return found


def _told_before(names: set[str], *, sha256: str) -> set[tuple[int, str, datetime | str]]:
    """Give which erasures of drives with these serials are written down, of whichever device.

    Each as its unit, the serial, and by what it is known again: its start, or its file.
    """
    units = StorageUnit.objects.exclude(serial="").alias(bare=_BARE).filter(bare__in=names)
    rows = Erasure.objects.filter(unit__in=units.values("pk")).values_list(
        "unit_id", "unit__serial", "started_at", "report_sha256"
    )
    told: set[tuple[int, str, datetime | str]] = set()
    for unit, serial, began, digest in rows:
        told.add((unit, _spelled(serial), began))
        if digest == sha256:
            told.add((unit, _spelled(serial), digest))
    return told


def _whose(attempt: Attempt) -> str:
    return _spelled(attempt.drive.serial) or attempt.drive.node


def _spelled(serial: str | None) -> str:
    """Give a serial as it is compared: tools differ in spaces and capitals."""
    return "".join((serial or "").upper().split())


@dataclass
class _Desk:
    """Where the lines of one report are entered, one after the other."""

    units: list[StorageUnit]
    told_before: set[tuple[int, str, datetime | str]]
    is_chosen: bool
    report: "ContentFile[bytes]"
    sha256: str
    tool_version: str
    by: Membership
    at: datetime
    kept: KeptReport | None = None

    def enter(self, attempt: Attempt) -> EvidenceLine:
        if not _spelled(attempt.drive.serial):
            return EvidenceLine(attempt, EvidenceOutcome.NOT_RECORDED, NAMELESS)
        fits = self._fitting(attempt)
        if not fits:
            return EvidenceLine(attempt, EvidenceOutcome.NO_MATCH)
        unit = next((u for u in fits if u.outcome == DataOutcome.PENDING), fits[0])
        if unit.erasures.filter(report_sha256=self.sha256, result=attempt.result).exists():
            return EvidenceLine(attempt, EvidenceOutcome.ALREADY, unit=unit)
        why = self._objection(attempt, unit, fits)
        if why:
            return EvidenceLine(attempt, EvidenceOutcome.NOT_RECORDED, why, unit)
        return self._record(attempt, unit)

    def _fitting(self, attempt: Attempt) -> list[StorageUnit]:
        named = _spelled(attempt.drive.serial)
        may_be = {named, ""} if self.is_chosen else {named}
        return [unit for unit in self.units if _spelled(unit.serial) in may_be]

    def _objection(self, attempt: Attempt, unit: StorageUnit, fits: list[StorageUnit]) -> Any:
        """Say why `record_erasure` would refuse, before anything is written."""
        began, ended = self._moments(attempt)
        objections = (
            (
                unit.outcome != DataOutcome.PENDING,
                _("This storage unit is “%(outcome)s” already: nothing to do.")
                % {"outcome": DataOutcome(unit.outcome).label},
            ),
            (
                sum(u.outcome == DataOutcome.PENDING for u in fits) > 1,
                _("Several storage units have this serial number: use the device's page."),
            ),
            (
                not unit.serial and _is_of_another(attempt, unit),
                _("Another storage unit has this serial number: describe this one by hand first."),
            ),
            (
                _contradicts(attempt.drive, unit),
                _(
                    "The report is of a drive of another size or kind: choose that one, "
                    "or correct the description of this one."
                ),
            ),
            (
                self._is_told_of_another(attempt, unit),
                _("This erasure is recorded for another device already: erase this drive."),
            ),
            (
                bool(unit.outcome_at) and attempt.ended_at is None,
                _(
                    "The report has no date and may be older than the device's return: "
                    "erase it again and record it by hand."
                ),
            ),
            (
                bool(unit.outcome_at and began < unit.outcome_at),
                _("The data was there again after this erasure: erase it once more."),
            ),
            (
                is_before_reception(ended, unit.device),
                BEFORE_RECEPTION,
            ),
            (
                ended > self.at or began > ended or began.year < _FIRST_YEAR,
                _("The report's dates cannot be: check the clock of the computer that erased."),
            ),
            (
                attempt.result == ErasureResult.ERASED and not self._version(attempt),
                _("The report does not tell the version of its tool: say it, then send it again."),
            ),
        )
        return next((why for holds, why in objections if holds), "")

    def _is_told_of_another(self, attempt: Attempt, unit: StorageUnit) -> bool:
        serial, known_by = _spelled(attempt.drive.serial), self._moments(attempt)[0]
        return any(
            other != unit.pk and (name, known) in {(serial, known_by), (serial, self.sha256)}
            for other, name, known in self.told_before
        )

    def _record(self, attempt: Attempt, unit: StorageUnit) -> EvidenceLine:
        self.kept = self.kept or keep_report(self.report)
        self._describe(attempt, unit)
        erasure = record_erasure(
            unit_id=unit.pk, facts=self._facts(attempt), report=self.kept, by=self.by, at=self.at
        )
        is_erased = erasure.result == ErasureResult.ERASED
        if is_erased:
            unit.outcome = DataOutcome.ERASED
        outcome = EvidenceOutcome.RECORDED if is_erased else EvidenceOutcome.FAILED
        return EvidenceLine(attempt, outcome, attempt.why, unit, erasure)

    def _describe(self, attempt: Attempt, unit: StorageUnit) -> None:
        """Give a unit that was not described yet the name that the report has for it."""
        size = attempt.drive.size
        told = {
            "serial": attempt.drive.serial[:80],
            "model": attempt.drive.model[:80],
            "size_gb": round(size / _GIGABYTE) or None if size else None,
        }
        news = {name: value for name, value in told.items() if value and not getattr(unit, name)}
        if news:
            StorageUnit.objects.filter(pk=unit.pk).update(**news)
            for name, value in news.items():
                setattr(unit, name, value)

    def _facts(self, attempt: Attempt) -> ErasureFacts:
        began, ended = self._moments(attempt)
        with override(settings.LANGUAGE_CODE):  # evidence stays as it was written
            return {
                "result": attempt.result,
                "method": attempt.method,
                "technique": attempt.technique[:120],
                "tool": attempt.tool,
                "tool_version": self._version(attempt) or "?",
                "verification": str(attempt.verification)[:120],
                "errors": attempt.errors,
                "remark": str(attempt.why)[:240],
                "started_at": began,
                "ended_at": ended,
            }

    def _version(self, attempt: Attempt) -> str:
        return (attempt.tool_version or self.tool_version)[:40]

    def _moments(self, attempt: Attempt) -> tuple[datetime, datetime]:
        """Give start and end; a clock without a zone is the workshop's, none is now."""
        ended = _aware(attempt.ended_at or self.at)
        return _aware(attempt.started_at or ended), ended


def _is_of_another(attempt: Attempt, unit: StorageUnit) -> bool:
    """Whether the drive is known, here or anywhere, as another unit than this nameless one."""
    others = StorageUnit.objects.exclude(pk=unit.pk).exclude(serial="").alias(bare=_BARE)
    return others.filter(bare=_spelled(attempt.drive.serial)).exists()


def _contradicts(drive: Drive, unit: StorageUnit) -> bool:
    """Whether the drive that was erased cannot be this unit, whatever its number says."""
    is_other_medium = (
        bool(drive.media) and unit.medium != Medium.UNKNOWN and unit.medium not in drive.media
    )
    size = round(drive.size / _GIGABYTE) if drive.size else 0
    return is_other_medium or not is_same_size(size, unit.size_gb)


def _aware(moment: datetime) -> datetime:
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

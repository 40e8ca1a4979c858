"""Erasures in a snapshot of the eReuse workbench, of version 11 and of those before.

`EraseSectors` is read back, sector by sector; `EraseBasic` is not, and so does not count here.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import ErasureMethod, Medium
from backend.inventory.evidence.attempts import (
    NOT_FINISHED,
    NOT_VERIFIED,
    WITH_ERRORS,
    Attempt,
    Drive,
    judged,
)

_KINDS = {"EraseBasic": "EraseBasic (shred)", "EraseSectors": "EraseSectors (badblocks)"}
_MEDIA = {
    "HardDrive": frozenset({Medium.HDD}),
    "SolidStateDrive": frozenset({Medium.SSD, Medium.NVME, Medium.EMMC}),
}
_GOOD = {"Info", "Notice", 0, 1}
_MEGABYTE = 1_000_000


def is_snapshot(document: dict[str, Any]) -> bool:
    """Whether this is a snapshot of the workbench."""
    return _kind(document) == "Snapshot" and isinstance(document.get("components"), list)


def read(snapshot: dict[str, Any]) -> Iterator[Attempt]:
    """Give the erasures of each component."""
    version = str(snapshot.get("version") or "")[:40]
    for component in snapshot["components"]:
        if isinstance(component, dict):
            for erasure in _erasures(component):
                yield _attempt(component, erasure, version)


def _erasures(component: dict[str, Any]) -> Iterator[dict[str, Any]]:
    told: list[Any] = []
    told += _list(component.get("actions")) + _list(component.get("events"))
    told.append(component.get("erasure"))
    for one in told:
        if isinstance(one, dict) and _kind(one) in _KINDS:
            yield one


def _attempt(component: dict[str, Any], erasure: dict[str, Any], version: str) -> Attempt:
    kind = _kind(erasure)
    steps = [step for step in _list(erasure.get("steps")) if isinstance(step, dict)]
    wrong = sum(not _is_good(one) for one in [erasure, *steps])
    began, ended = _moment(erasure, "start"), _moment(erasure, "end")
    result, why = judged(
        (bool(wrong), WITH_ERRORS),
        (not steps or ended is None, NOT_FINISHED),
        (kind != "EraseSectors", NOT_VERIFIED),
    )
    return Attempt(
        drive=_drive(component),
        result=result,
        why=why,
        tool="eReuse Workbench",
        tool_version=version,
        method=ErasureMethod.CLEAR,
        technique=f"{_KINDS[kind]}, {len(steps)} ×",
        verification="" if why else _("each sector read back (badblocks)"),
        errors=wrong,
        started_at=began or ended,
        ended_at=ended or began,
    )


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


def _kind(told: dict[str, Any]) -> str:
    kind = told.get("type") or told.get("@type")
    return kind.rpartition(":")[2] if isinstance(kind, str) else ""


def _is_good(told: dict[str, Any]) -> bool:
    if "success" in told:
        return told["success"] is True
    severity = told.get("severity")
    return isinstance(severity, (str, int)) and severity in _GOOD and not told.get("error")


def _moment(told: dict[str, Any], which: str) -> datetime | None:
    for name in (f"{which}Time", f"{which}ingTime"):
        if isinstance(told.get(name), str):
            try:
                return parse_datetime(told[name])
            except ValueError:
                return None
    return None


def _drive(component: dict[str, Any]) -> Drive:
    size = component.get("size")
    known = size if isinstance(size, int | float) and 0 < size < 10**9 else None
    return Drive(
        serial=str(component.get("serialNumber") or "").strip()[:80],
        model=str(component.get("model") or "").strip()[:80],
        size=None if known is None else int(known * _MEGABYTE),
        media=_MEDIA.get(_kind(component), frozenset()),
    )

"""What a report says of one drive: an attempt to erase it, or only who it is."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput
from backend.inventory.choices import ErasureMethod, ErasureResult, Medium


class UnreadableEvidence(InvalidInput):
    """The file is no report of an erasure that Rebond can read; nothing of it was kept."""

    code = "unreadable_evidence"
    title = _("This report cannot be read")


@dataclass(frozen=True)
class Drive:
    """Which drive a report speaks of. Size in bytes; `node` is its name there (/dev/sda).

    `media` are those that it can be; empty where the report does not say.
    """

    serial: str = ""
    model: str = ""
    size: int | None = None
    node: str = ""
    media: frozenset[Medium] = frozenset()


@dataclass(frozen=True)
class Attempt:
    """One attempt to erase one drive, judged: `erased` only if nothing speaks against it.

    `why` says what speaks against it. Moments without a zone are the tool's local clock; None
    where the report gives none.
    """

    drive: Drive
    result: str
    tool: str
    method: str = ErasureMethod.CLEAR
    technique: str = ""
    tool_version: str = ""
    verification: Any = ""
    errors: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    why: Any = ""

    def of(self, drive: Drive) -> "Attempt":
        """Say of which drive it is, when the report itself does not."""
        return replace(self, drive=drive)


def judged(*doubts: tuple[bool, Any]) -> tuple[str, Any]:
    """Give the result and why: the first doubt that holds, else erased."""
    for holds, why in doubts:
        if holds:
            return ErasureResult.FAILED, why
    return ErasureResult.ERASED, ""


NOT_VERIFIED = _("It was not verified: erase again with verification.")
WITH_ERRORS = _("The tool met errors.")
NOT_FINISHED = _("It did not run to its end.")

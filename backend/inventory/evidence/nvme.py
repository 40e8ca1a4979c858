"""`nvme sanitize-log` (text, with or without -H, and JSON) and `nvme id-ctrl`.

The log has no serial, no date and no version of the tool, and it stays when the drive is used
again: only "completed" with the bit "global data erased" says that nothing was written since.
Whose it is, only what lies beside it says: one log and one drive, or nothing is believed.
NVMe base specification 2.0, 5.16.1.25 (log 81h).
"""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import ErasureMethod, ErasureResult, Medium
from backend.inventory.evidence.attempts import Attempt, Drive, UnreadableEvidence

_ACTIONS = {2: "block erase", 3: "overwrite", 4: "crypto erase"}
_LOG = re.compile(r"\(SSTAT\)[ \t]{0,40}:")
_STATUS = re.compile(r"\(SSTAT\)[ \t]{0,40}:[ \t]{0,40}(0x[0-9a-fA-F]{1,4}|\d{1,5})")
_DWORD = re.compile(r"\(SCDW10\)[ \t]{0,40}:[ \t]{0,40}(0x[0-9a-fA-F]{1,8}|\d{1,10})")
_ERASED_BIT = re.compile(r"Global Data Erased set")
_VERSION = re.compile(r"(?m)^nvme version (\d[\w.+~-]{0,30})")
_FIELD = re.compile(r"(?m)^(sn|mn|tnvmcap)[ \t]{0,40}:(.{1,160})$")


def is_sanitize_log(text: str) -> bool:
    """Whether this is the text of a sanitize log."""
    return bool(_STATUS.search(text))


def read_text(text: str) -> list[Attempt]:
    """Give what the text of one sanitize log says, with who the drive is when id-ctrl follows.

    Raises UnreadableEvidence for several logs or drives in one text: nothing says which log is
    whose.
    """
    status = _STATUS.search(text)
    dword = _DWORD.search(text)
    if status is None:
        return []
    told = [(name, said.strip()) for name, said in _FIELD.findall(text)]
    serials = {said for name, said in told if name == "sn"}
    if len(_LOG.findall(text)) > 1 or len(serials) > 1:
        raise UnreadableEvidence(
            _("Several sanitize logs stand in this text: hand in one drive at a time."),
            fields={"report": [_("not accepted")]},
        )
    named = dict(told)
    version = _VERSION.search(text)
    return [
        _attempt(
            status=_integer(status[1]),
            is_global=bool(_ERASED_BIT.search(text)),
            dword=_integer(dword[1]) if dword else 0,
            drive=_drive(
                serial=named.get("sn", ""),
                model=named.get("mn", ""),
                size=_number(named.get("tnvmcap")),
            ),
            version=version[1] if version else "",
        )
    ]


def read_json(log: dict[str, Any], *, node: str, version: str) -> Attempt:
    """Give what one sanitize log in JSON says; SSTAT is a number or, since nvme-cli 2, a table.

    Some versions of nvme-cli lose the status under a sentence. Raises UnreadableEvidence where
    no number says how it ended: that is no failure of the drive.
    """
    told = log.get("sstat")
    is_global = isinstance(told, dict) and told.get("global_erased") == 1
    status = _leading_number(told.get("status")) if isinstance(told, dict) else told
    if not isinstance(status, int) or isinstance(status, bool):
        raise UnreadableEvidence(
            _(
                "This log does not say in a number how the erasure ended: hand in the text of "
                "“nvme sanitize-log -H” with “nvme id-ctrl” instead."
            ),
            fields={"report": [_("not accepted")]},
        )
    dword = log.get("cdw10_info", log.get("scdw10"))
    return _attempt(
        status=status,
        is_global=is_global,
        dword=dword if isinstance(dword, int) else 0,
        drive=_drive(node=node),
        version=version,
    )


def _drive(**told: Any) -> Drive:
    return Drive(**told, media=frozenset({Medium.NVME}))


def _attempt(*, status: int, is_global: bool, dword: int, drive: Drive, version: str) -> Attempt:
    result, why = _judge(status & 0x7, is_global=is_global or bool(status & 0x100))
    erased = result == ErasureResult.ERASED
    action = _ACTIONS.get(dword & 0x7, "")
    return Attempt(
        drive=drive,
        result=result,
        why=why,
        tool="nvme-cli",
        tool_version=version,
        method=ErasureMethod.PURGE,
        technique=f"NVMe sanitize, {action}" if action else "NVMe sanitize",
        verification=_("sanitize log: completed, nothing written since") if erased else "",
        errors=0 if erased else 1,
    )


def _judge(status: int, *, is_global: bool) -> tuple[str, Any]:
    if status in {1, 4} and is_global:
        return ErasureResult.ERASED, ""
    if status in {1, 4}:
        return ErasureResult.FAILED, _(
            "The drive was written to since it was erased, or the log does not say: "
            "hand in the output of “nvme sanitize-log -H”."
        )
    whys = {
        0: (ErasureResult.NOT_RUN, _("The drive was never sanitized.")),
        2: (ErasureResult.NOT_RUN, _("The erasure is still under way: wait for its end.")),
    }
    return whys.get(status, (ErasureResult.FAILED, _("The drive says that it failed.")))


def _leading_number(told: Any) -> int | None:
    found = re.match(r"\((\d{1,3})\)", told) if isinstance(told, str) else None
    return int(found[1]) if found else None


def _integer(told: str) -> int:
    return int(told, 16) if told.startswith("0x") else int(told)


def _number(told: str | None) -> int | None:
    return int(told) if told and told.isascii() and told.isdigit() else None

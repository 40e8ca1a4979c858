"""`nvme sanitize-log` (text, with or without -H, and JSON) and `nvme id-ctrl`.

The log has no serial, no date and no version of the tool, and it stays when the drive is used
again: only "completed" with the bit "global data erased" says that nothing was written since.
NVMe base specification 2.0, 5.16.1.25 (log 81h).
"""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import ErasureMethod, ErasureResult
from backend.inventory.evidence.attempts import Attempt, Drive

_ACTIONS = {2: "block erase", 3: "overwrite", 4: "crypto erase"}
_STATUS = re.compile(r"\(SSTAT\)[ \t]{0,40}:[ \t]{0,40}(0x[0-9a-fA-F]{1,4}|\d{1,5})")
_DWORD = re.compile(r"\(SCDW10\)[ \t]{0,40}:[ \t]{0,40}(0x[0-9a-fA-F]{1,8}|\d{1,10})")
_ERASED_BIT = re.compile(r"Global Data Erased set")
_VERSION = re.compile(r"(?m)^nvme version (\d[\w.+~-]{0,30})")
_FIELD = re.compile(r"(?m)^(sn|mn|tnvmcap)[ \t]{0,40}:(.{1,160})$")


def is_sanitize_log(text: str) -> bool:
    """Whether this is the text of a sanitize log."""
    return bool(_STATUS.search(text))


def read_text(text: str) -> list[Attempt]:
    """Give what the text of one sanitize log says, with who the drive is when id-ctrl follows."""
    status = _STATUS.search(text)
    dword = _DWORD.search(text)
    if status is None:
        return []
    named = {name: told.strip() for name, told in _FIELD.findall(text)}
    version = _VERSION.search(text)
    return [
        _attempt(
            status=int(status[1], 0),
            is_global=bool(_ERASED_BIT.search(text)),
            dword=int(dword[1], 0) if dword else 0,
            drive=Drive(named.get("sn", ""), named.get("mn", ""), _number(named.get("tnvmcap"))),
            version=version[1] if version else "",
        )
    ]


def read_json(log: dict[str, Any], *, node: str, version: str) -> Attempt:
    """Give what one sanitize log in JSON says; SSTAT is a number or, since nvme-cli 2, a table."""
    told = log.get("sstat")
    status, is_global = 0, False
    if isinstance(told, dict):
        status = _leading_number(told.get("status"))
        is_global = told.get("global_erased") == 1
    elif isinstance(told, int):
        status = told
    dword = log.get("cdw10_info", log.get("scdw10"))
    return _attempt(
        status=status,
        is_global=is_global,
        dword=dword if isinstance(dword, int) else 0,
        drive=Drive(node=node),
        version=version,
    )


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


def _leading_number(told: Any) -> int:
    found = re.match(r"\((\d{1,3})\)", told) if isinstance(told, str) else None
    return int(found[1]) if found else 3


def _number(told: str | None) -> int | None:
    return int(told) if told and told.isascii() and told.isdigit() else None

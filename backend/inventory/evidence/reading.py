"""Any report, from its bytes to the attempts it tells of."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.inventory.evidence import ereuse, nvme, nwipe
from backend.inventory.evidence.attempts import Attempt, Drive, UnreadableEvidence

LONGEST_EVIDENCE = 5_000_000  # bytes
MOST_DRIVES = 500
_DEEPEST = 12
_LONGEST_STRING = 400_000  # a workbench puts whole reports into strings


def read_evidence(content: bytes) -> list[Attempt]:
    """Give what a report says of each drive. Raises UnreadableEvidence, and keeps nothing.

    Understood: logs of nwipe; `nvme sanitize-log` as text or JSON, alone or with `nvme id-ctrl`
    or `smartctl --json`, which say whose it is; snapshots of the eReuse workbench.
    """
    text = _text(content)
    attempts = _attempts(text)
    if not attempts:
        raise UnreadableEvidence(
            _(
                "No erasure is told in this file. Rebond reads logs of nwipe, “nvme sanitize-log” "
                "and snapshots of the eReuse workbench; record any other by hand."
            ),
            fields={"report": [_("not accepted")]},
        )
    if len(attempts) > MOST_DRIVES:
        raise UnreadableEvidence(_("Hand in at most 500 drives at once."))
    return [_printable(attempt) for attempt in attempts]


def _printable(attempt: Attempt) -> Attempt:
    """Leave out what no database takes and no paper shows: NUL, half characters, escapes."""
    drive = attempt.drive
    shown = Drive(_shown(drive.serial), _shown(drive.model), drive.size, _shown(drive.node))
    version, technique = _shown(attempt.tool_version), _shown(attempt.technique)
    return replace(attempt, drive=shown, tool_version=version, technique=technique)


def _shown(said: str) -> str:
    return "".join(c for c in said if c.isprintable()).strip()


def _text(content: bytes) -> str:
    if not content.strip() or len(content) > LONGEST_EVIDENCE:
        raise UnreadableEvidence(
            _("Send the report itself, a text of at most 5 MB."),
            fields={"report": [_("not accepted")]},
        )
    for encoding in (
        ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    ):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableEvidence(
        _("This file is no text: hand in the log itself, neither a PDF nor a photo of it."),
        fields={"report": [_("not accepted")]},
    )


def _attempts(text: str) -> list[Attempt]:
    if nwipe.is_nwipe(text):
        return nwipe.read(text)
    if nvme.is_sanitize_log(text):
        return nvme.read_text(text)
    return _from_json(text) if text.lstrip()[:1] in {"{", "["} else []


def _from_json(text: str) -> list[Attempt]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableEvidence(
            _("This file begins like JSON but is not: hand in the whole file."),
            fields={"report": [_("not accepted")]},
        ) from error
    found = list(_walk(document, node="", depth=0))
    drives = [one for one in found if isinstance(one, Drive)]
    attempts = [one for one in found if isinstance(one, Attempt)]
    return [_whose(attempt, drives) for attempt in attempts]


def _walk(told: Any, *, node: str, depth: int) -> Iterator[Attempt | Drive]:
    """Look into whatever was put together, and into JSON that was put into a string."""
    if depth > _DEEPEST:
        return
    if isinstance(told, str) and told[:1] in {"{", "["} and len(told) < _LONGEST_STRING:
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            return
    if isinstance(told, list):
        for one in told:
            yield from _walk(one, node=node, depth=depth + 1)
    elif isinstance(told, dict):
        yield from _known(told, node=node)
        for key, one in told.items():
            yield from _walk(one, node=key, depth=depth + 1)


def _known(told: dict[str, Any], *, node: str) -> Iterator[Attempt | Drive]:
    if "sstat" in told:
        version = told.get("nvme_cli_version")
        yield nvme.read_json(told, node=node, version=version if isinstance(version, str) else "")
    elif "smartctl" in told and isinstance(told.get("device"), dict):
        yield _drive(told, "serial_number", "model_name", node=told["device"].get("name"))
    elif isinstance(told.get("sn"), str) and isinstance(told.get("mn"), str):
        yield _drive(told, "sn", "mn", node=node)
    elif ereuse.is_snapshot(told):
        yield from ereuse.read(told)


def _drive(told: dict[str, Any], serial: str, model: str, *, node: Any) -> Drive:
    capacity = told.get("user_capacity")
    size = capacity.get("bytes") if isinstance(capacity, dict) else told.get("tnvmcap")
    return Drive(
        serial=str(told.get(serial) or "").strip()[:80],
        model=str(told.get(model) or "").strip()[:80],
        size=size if isinstance(size, int) and 0 < size < 2**62 else None,
        node=node if isinstance(node, str) else "",
    )


def _whose(attempt: Attempt, drives: list[Drive]) -> Attempt:
    """Pair a log that names no drive with the one that was handed in beside it."""
    if attempt.drive.serial or not drives:
        return attempt
    node = attempt.drive.node.rpartition("/")[2]
    same = [d for d in drives if node and d.node.rpartition("/")[2].startswith(node)]
    fits = same or drives
    return attempt.of(fits[0]) if len({d.serial for d in fits}) == 1 else attempt

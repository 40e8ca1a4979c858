"""Any report, from its bytes to the attempts it tells of."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import Medium
from backend.inventory.evidence import ereuse, nvme, nwipe
from backend.inventory.evidence.attempts import Attempt, Drive, UnreadableEvidence
from backend.inventory.printouts import documents, json_in
from backend.inventory.serials import good_serial

LONGEST_EVIDENCE = 5_000_000  # bytes
MOST_DRIVES = 500
_DEEPEST = 12
_LONGEST_STRING = 400_000  # a workbench puts whole reports into strings
_LARGEST_DRIVE = 10**15  # bytes
_NAMESPACE = re.compile(r"(?<=\d)n\d+$")


def read_evidence(content: bytes) -> list[Attempt]:
    """Give what a report says of each drive. Raises UnreadableEvidence, and keeps nothing.

    Understood: logs of nwipe; `nvme sanitize-log` as text or JSON, alone or with `nvme id-ctrl`
    or `smartctl --json`, which say whose it is; snapshots of the eReuse workbench. A maker's
    filler is no serial number.
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
    serial = _shown(drive.serial)
    shown = Drive(
        serial=serial if good_serial(serial) else "",
        model=_shown(drive.model),
        size=drive.size if drive.size and 0 < drive.size <= _LARGEST_DRIVE else None,
        node=_shown(drive.node),
        media=drive.media,
    )
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
    told = json_in(text)
    return _from_json(told) if told else []


def _from_json(text: str) -> list[Attempt]:
    try:
        told = documents(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableEvidence(
            _("This file begins like JSON but is not: hand in the whole file."),
            fields={"report": [_("not accepted")]},
        ) from error
    found = list(_walk(told, node="", depth=0))
    drives = [one for one in found if isinstance(one, Drive)]
    attempts = [one for one in found if isinstance(one, Attempt)]
    nameless = Counter(_node(one.drive) for one in attempts if not one.drive.serial)
    return [
        _whose(attempt, drives) if nameless[_node(attempt.drive)] == 1 else attempt
        for attempt in attempts
    ]


def _walk(told: Any, *, node: str, depth: int) -> Iterator[Attempt | Drive]:
    """Look into whatever was put together, and into JSON that was put into a string."""
    if depth > _DEEPEST:
        return
    if isinstance(told, str) and told[:1] in {"{", "["} and len(told) < _LONGEST_STRING:
        try:
            told = documents(told)
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
        device = told["device"]
        is_nvme = "nvme" in {str(device.get("type")), str(device.get("protocol")).lower()}
        yield _drive(told, "serial_number", "model_name", node=device.get("name"), is_nvme=is_nvme)
    elif isinstance(told.get("sn"), str) and isinstance(told.get("mn"), str):
        yield _drive(told, "sn", "mn", node=node, is_nvme=True)
    elif ereuse.is_snapshot(told):
        yield from ereuse.read(told)


def _drive(told: dict[str, Any], serial: str, model: str, *, node: Any, is_nvme: bool) -> Drive:
    capacity = told.get("user_capacity")
    size = capacity.get("bytes") if isinstance(capacity, dict) else told.get("tnvmcap")
    return Drive(
        serial=str(told.get(serial) or "").strip()[:80],
        model=str(told.get(model) or "").strip()[:80],
        size=size if isinstance(size, int) else None,
        node=node if isinstance(node, str) else "",
        media=frozenset({Medium.NVME}) if is_nvme else frozenset(),
    )


def _whose(attempt: Attempt, drives: list[Drive]) -> Attempt:
    """Pair a log that names no drive with the one that was handed in beside it.

    By its node, exactly: nvme1 is not nvme10n1; nvme1 and nvme1n1 are one drive. Where no node
    is told of either, one log and one NVMe drive belong together.
    """
    if attempt.drive.serial:
        return attempt
    node, is_nvme = _node(attempt.drive), {Medium.NVME}
    fits = [one for one in drives if one.media == is_nvme and _node(one) == node]
    return attempt.of(fits[0]) if len({drive.serial for drive in fits}) == 1 else attempt


def _node(drive: Drive) -> str:
    """Name the drive, whether its controller or its namespace was told."""
    return _NAMESPACE.sub("", drive.node.rpartition("/")[2])

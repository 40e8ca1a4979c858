"""A report as it comes in: bytes of any kind become `Hardware`, or are refused by name."""

import codecs
import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput
from backend.inventory.printouts import documents, json_in
from backend.inventory.reports import dmidecode, inxi, lshw, smartctl, sysfs, workbench
from backend.inventory.reports.hardware import Hardware, merged
from backend.inventory.reports.values import items, mapping, text
from backend.inventory.serials import bare

LARGEST = 5_000_000  # bytes
_MOST_DRIVES = 24
_MOST_PARTS = 64
_DEEPEST = 3
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# In the order of trust: what the first says of a machine, the next cannot change.
_READERS: list[tuple[Callable[[Any], bool], Callable[[Any], Hardware]]] = [
    (dmidecode.knows, dmidecode.read),
    (smartctl.knows, smartctl.read),
    (inxi.knows, inxi.read),
    (workbench.knows, workbench.read),
    (lshw.knows, lshw.read),
    (sysfs.knows_battery, sysfs.read_battery),
    (sysfs.knows_screen, sysfs.read_screen),
]


class ReportTooLarge(InvalidInput):
    """The file is longer than any tool writes of one machine."""

    code = "report_too_large"
    title = _("This report is too large")


class UnreadableReport(InvalidInput):
    """The file is damaged: cut short, of another kind, or not of one machine."""

    code = "unreadable_report"
    title = _("This report cannot be read")


class UnknownReport(InvalidInput):
    """The file can be read, and is no report that we know."""

    code = "unknown_report"
    title = _("This is not a report that we know")


def read_report(content: bytes) -> Hardware:
    """Read what lshw, smartctl, inxi, dmidecode, a workbench or our collector wrote.

    Raises ReportTooLarge, UnreadableReport, UnknownReport. Whatever else the bytes are, they
    do no harm: nesting, sizes and counts are bounded.
    """
    if len(content) > LARGEST:
        raise _refused(
            ReportTooLarge, _("A report has at most 5 MB. Send the report of one machine.")
        )
    said = _decoded(content)
    try:
        value = _value_of(said)
    except (ValueError, RecursionError) as error:
        raise _refused(
            UnreadableReport,
            _("This file is damaged or cut short. Run the tool again and send the whole file."),
        ) from error
    unread: list[str] = []
    readings = _readings(value, unread)
    readings.sort(key=lambda reading: _TRUST.index(reading.tool))
    whole = merged(readings)
    if not readings or whole.is_empty:
        raise _refused(
            UnknownReport,
            _(
                "Nothing in this file names a machine or a drive. Send the output of lshw -json, "
                "smartctl --json, inxi --output json, dmidecode, or the bench stick."
            ),
        )
    whole.unread = unread[:_MOST_PARTS]
    _name_its_tool(whole, value, readings)
    _set_boot_medium_aside(whole, value)
    return _of_one_machine(whole)


_TRUST = ["dmidecode", "workbench", "smartctl", "inxi", "lshw", "sysfs"]


def together(contents: list[bytes]) -> bytes:
    """Put several files of one machine into one report. Raises UnreadableReport."""
    if len(contents) == 1:
        return contents[0]
    parts = {f"file {n}": _decoded(content) for n, content in enumerate(contents, start=1)}
    return json.dumps({"parts": parts}, ensure_ascii=False).encode("utf-8", "replace")


def _refused(refusal: type[InvalidInput], words: Any) -> InvalidInput:
    return refusal(words, fields={"report": [words]})


def _decoded(content: bytes) -> str:
    """Decode what Linux, a Windows shell or an old editor wrote."""
    encodings = ["utf-16"] if content.startswith(_UTF16) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            said = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in said:
            return said
    raise _refused(
        UnreadableReport,
        _("This file is no text: it may be a picture, a PDF or an archive. Send the report."),
    )


def _value_of(said: str) -> Any:
    """Give the JSON in a text, or the text itself. Raises ValueError, RecursionError."""
    told = None if dmidecode.knows(said) else json_in(said)
    if told is None:
        return said
    found = documents(told)
    return found[0] if len(found) == 1 else found


def _readings(value: Any, unread: list[str], name: str = "", depth: int = 0) -> list[Hardware]:
    if depth and isinstance(value, str):
        try:
            value = _value_of(value)
        except (ValueError, RecursionError):
            unread.append(text(name, 40))
            return []
    for knows, read in _READERS:
        if knows(value):
            return [read(value)]
    found: list[Hardware] = []
    for key, one in _inside(value, name) if depth < _DEEPEST else ():
        found += _readings(one, unread, str(key)[:40], depth + 1)
    return found


def _inside(value: Any, name: str) -> list[tuple[Any, Any]]:
    if isinstance(value, list):
        return [(name, one) for one in value[:_MOST_PARTS]]
    said = mapping(value)
    return list(mapping(said.get("parts") or said.get("data")).items())[:_MOST_PARTS]


def _name_its_tool(whole: Hardware, value: Any, readings: list[Hardware]) -> None:
    said = mapping(value)
    if "rebond_collect" in said:
        whole.tool, whole.tool_version = "collect", text(said["rebond_collect"], 40)
        whole.made_at = text(said.get("made_at"), 40)
    elif "data" in said:
        whole.tool, whole.tool_version = "workbench", text(said.get("version"), 40)
        whole.made_at = text(said.get("timestamp"), 40)
    else:
        whole.tool = " + ".join(dict.fromkeys(reading.tool for reading in readings))[:40]
        whole.tool_version = next((r.tool_version for r in readings if r.tool_version), "")
        whole.made_at = next((r.made_at for r in readings if r.made_at), "")


def _set_boot_medium_aside(whole: Hardware, value: Any) -> None:
    started_from = {text(one) for one in items(mapping(value).get("boot_media"))[:8]} - {""}
    for drive in whole.drives:
        if drive.path in started_from:
            drive.ignored, drive.serial = "boot", ""


def _of_one_machine(whole: Hardware) -> Hardware:
    serials = [bare(drive.serial) for drive in whole.storage if drive.serial]
    if len(whole.drives) > _MOST_DRIVES or len(serials) != len(set(serials)):
        raise _refused(
            UnreadableReport,
            _("This report names too many drives for one machine. Send the report of one."),
        )
    del whole.modules[_MOST_PARTS:]
    return whole

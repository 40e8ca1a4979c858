"""The text log of nwipe (seen: 0.24 to 0.42), with any number of drives and of runs.

A drive counts as erased when the status table says `Erased` without a mark, once and of the
serial number that the lines above found, every column of the error table is zero, no line above
says otherwise, something was written, to its last byte, and it was verified. nwipe's table has
said ERASED despite errors (its pull request 317), and says so after runs that only verify.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import ErasureResult, Medium
from backend.inventory.evidence.attempts import (
    NOT_FINISHED,
    NOT_VERIFIED,
    WITH_ERRORS,
    Attempt,
    Drive,
    UnreadableEvidence,
    judged,
)
from backend.inventory.serials import bare

_STAMP = re.compile(r"^\[(\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)\] *(.*)$")
_LEVEL = re.compile(r"^(?:nwipe: *)?(?:debug|info|notice|warning|error|fatal|sanity): *")
_VERSION = re.compile(r"^nwipe (\d[\w.+~-]{0,30})")
_FOUND = re.compile(
    r"^Found (/dev/[\w./-]{1,40}),([^,]{0,60}),(.{0,200}),[^,]{0,60},[ ]{0,9}S/N=(.*)$"
)
_SIZE = re.compile(r"^(/dev/[\w./-]{1,40}), sect/blk/dev \d+/\d+/(\d{1,18})$")
_METHOD = re.compile(r"^Invoking method '([^']{1,60})' on (?:device )?'?(/dev/[\w./-]{1,40})'?")
_WRITTEN = re.compile(r"^(\d{1,18}) bytes written to (?:device )?'?(/dev/[\w./-]{1,40})'?")
_VERIFIED = ("Verified pass ", "[SUCCESS] Verified ")
_NODE = re.compile(r"/dev/[\w./-]{1,40}?(?=[\s',.:;]|$)")
_BAD = re.compile(
    r"^\[FAILURE\]|HIDDEN SECTORS DETECTED|>>> FAILURE|[1-9]0{0,18} (?:verification|wipe) errors|"
    r"[Ff]atal"
)
_TOTAL = re.compile(r"^Total Throughput [^,]*, *([^,]{1,60}), *(\d{1,4})R\+(N?B)\+(NV|VL|VA)")
_LONGEST_LINE = 1000
# What nwipe prints for a serial number under --quiet, and for one that it cannot read.
_BLIND = {"", "XXXXXXXXXXXXXXX", "???????????????"}
_VERIFIES = {"VL": _("last pass read back (nwipe)"), "VA": _("all passes read back (nwipe)")}


@dataclass
class _Told:
    """What the lines of one run tell of one drive."""

    bus: str = ""
    model: str = ""
    serial: str = ""
    size: int | None = None
    method: str = ""
    written: list[int] = field(default_factory=list)
    is_verified: bool = False
    is_bad: bool = False
    began: datetime | None = None
    ended: datetime | None = None


@dataclass
class _Run:
    """One start of nwipe: its drives, its two tables, its last line."""

    version: str = ""
    told: dict[str, _Told] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    status: dict[str, tuple[bool, str, str]] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    method: str = ""
    rounds: str = ""
    blank: str = ""
    verify: str = ""
    ended: datetime | None = None

    def about(self, node: str) -> _Told:
        return self.told.setdefault(node, _Told())


def is_nwipe(text: str) -> bool:
    """Whether this is a log of nwipe."""
    return "* Drive Status *" in text or bool(
        re.search(r"(?m)^\[[\d/: ]+\] +(\w+: +)?nwipe ", text)
    )


def read(text: str) -> list[Attempt]:
    """Give an attempt for each line of each status table. Raises UnreadableEvidence."""
    attempts = [attempt for run in _runs(text) for attempt in _attempts(run)]
    if not attempts:
        raise UnreadableEvidence(
            _("This log of nwipe has no table of results: let nwipe end before you copy it.")
        )
    return attempts


def _runs(text: str) -> Iterator[_Run]:
    """Cut the log where nwipe starts again: one name may then be another drive."""
    run, table = _Run(), ""
    for line in (whole[:_LONGEST_LINE] for whole in text.splitlines()):
        stamped = _STAMP.match(line)
        said = _LEVEL.sub("", stamped[7]).strip() if stamped else line.strip()
        if version := _VERSION.match(said):
            yield run
            run, table = _Run(version=version[1]), ""
        elif stamped:
            _hear(run, said, _moment(stamped))
        else:
            table = _name_of_table(said) or table
            _tabulate(run, table, line)
    yield run


def _moment(stamped: re.Match[str]) -> datetime | None:
    try:
        year, month, day, hour, minute, second = (int(stamped[n]) for n in range(1, 7))
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # the log names none
    except ValueError:
        return None


def _hear(run: _Run, said: str, at: datetime | None) -> None:
    if total := _TOTAL.match(said):
        run.method, run.rounds, run.blank, run.verify = total.groups()
        run.ended = at
        return
    node = _NODE.search(said)
    if not node:
        return
    told = run.about(node[0].rstrip("."))
    told.ended = at or told.ended
    told.is_bad = told.is_bad or _is_bad(said)
    told.is_verified = told.is_verified or said.startswith(_VERIFIED)
    if found := _FOUND.match(said):
        told.bus, told.model, told.serial = (found[n].strip() for n in (2, 3, 4))
    elif size := _SIZE.match(said):
        told.size = int(size[2])
    elif method := _METHOD.match(said):
        told.method, told.began = method[1], told.began or at
    elif written := _WRITTEN.match(said):
        told.written.append(int(written[1]))


def _is_bad(said: str) -> bool:
    return bool(_BAD.search(said)) or "abort" in said.partition("wipe")[2]


def _name_of_table(said: str) -> str:
    if not said.startswith("****"):
        return ""
    return {"Error Summary": "errors", "Drive Status": "status"}.get(said.strip("* "), "none")


def _tabulate(run: _Run, table: str, line: str) -> None:
    # Up to 0.31 a row ends with a bar.
    cells = [cell.strip() for cell in line.strip().removesuffix("|").split("|")]
    name = cells[0].lstrip("! ").strip()
    needed = {"errors": 3, "status": 5}.get(table, 0)
    if not needed or len(cells) < needed or not name or name == "Device":
        return
    told: Collection[str] = run.errors if table == "errors" else run.status
    if name in told:
        run.repeated.add(name)
    if table == "errors":
        run.errors[name] = cells[1:]
    else:
        run.status[name] = (cells[0].startswith("!"), cells[1], "|".join(cells[4:]))


def _attempts(run: _Run) -> Iterator[Attempt]:
    for name, (is_marked, status, who) in run.status.items():
        node, told = _drive_named(run, name)
        model, _slash, serial = who.rpartition("/")
        columns = run.errors.get(name, [])
        is_doubtful = name in run.repeated or _differ(told.serial, serial)
        result, why = _judge(
            run,
            told,
            is_doubtful=is_doubtful,
            is_marked=is_marked,
            status=status,
            columns=columns,
        )
        method = told.method or run.method
        serial = told.serial or serial.strip()
        yield Attempt(
            drive=Drive(
                serial="" if serial in _BLIND else serial,
                model=told.model or model,
                size=told.size,
                node=node,
                media=_media(node, told.bus),
            ),
            result=result,
            why=why,
            tool="nwipe",
            tool_version=run.version,
            technique=_technique(run, method),
            verification=_VERIFIES.get(run.verify, "") if result == ErasureResult.ERASED else "",
            errors=_count(columns),
            started_at=told.began or run.ended,
            ended_at=run.ended or told.ended,
        )


def _differ(found: str, shown: str) -> bool:
    """Whether the table shows another serial number than was found; it may have cut it."""
    one, other = bare(found), bare(shown)
    return bool(one and other) and one not in other and other not in one


def _media(node: str, bus: str) -> frozenset[Medium]:
    if "nvme" in node:
        return frozenset({Medium.NVME})
    if "mmcblk" in node:
        return frozenset({Medium.EMMC, Medium.CARD})
    return frozenset({Medium.HDD, Medium.SSD}) if bus == "ATA" else frozenset()


def _drive_named(run: _Run, name: str) -> tuple[str, _Told]:
    """Find the drive of a line of a table, where its name may have lost its beginning."""
    fits = [node for node in run.told if node.endswith(name)]
    exact = [node for node in fits if node == f"/dev/{name}"]
    node = (exact or fits or [f"/dev/{name}"])[0]
    is_one = len(exact or fits) == 1
    return node, run.told[node] if is_one else _Told()


def _judge(
    run: _Run,
    told: _Told,
    *,
    is_doubtful: bool,
    is_marked: bool,
    status: str,
    columns: list[str],
) -> tuple[str, Any]:
    method = told.method or run.method
    if method.lower().startswith("verify"):
        return ErasureResult.NOT_RUN, _("nwipe only looked, it wrote nothing.")
    short = bool(told.size) and any(written < (told.size or 0) for written in told.written)
    return judged(
        (status != "Erased", _status_in_words(status)),
        (not columns, _("The log has no table of errors for this drive: hand in the whole log.")),
        (any(column != "0" for column in columns), WITH_ERRORS),
        (is_doubtful, _("The log tells two things of this drive: hand in the log of one run.")),
        (is_marked or told.is_bad, _("The log tells of errors or of hidden sectors.")),
        (short, _("Not every byte of the drive was written.")),
        (not run.ended, NOT_FINISHED),
        (run.verify not in _VERIFIES, NOT_VERIFIED),
        (bool(told.written) and not told.is_verified, NOT_VERIFIED),
    )


def _status_in_words(status: str) -> Any:
    return NOT_FINISHED if "ABORT" in status.upper() else _("nwipe says that it failed.")


def _technique(run: _Run, method: str) -> str:
    """Say it as nwipe does: rounds (R), blanked at the end (B or NB), verified (VL, VA, NV)."""
    return f"{method} ({run.rounds}R+{run.blank}+{run.verify})" if run.rounds else method


def _count(columns: list[str]) -> int:
    numbers = (int(column) for column in columns if column.isascii() and column.isdigit())
    return min(sum(numbers), 2**31 - 1)

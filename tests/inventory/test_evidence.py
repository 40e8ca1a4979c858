"""What a report is believed of, and what not."""

import contextlib
import json
from datetime import datetime
from time import perf_counter
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.inventory.evidence.attempts import Attempt, UnreadableEvidence
from backend.inventory.evidence.reading import LONGEST_EVIDENCE, read_evidence
from tests.inventory.reports import (
    nwipe_log,
    sanitize_json,
    sanitize_text,
    smartctl,
    snapshot,
)


def read(told: Any) -> list[Attempt]:
    text = told if isinstance(told, str) else json.dumps(told)
    return read_evidence(text.encode())


def one(told: Any) -> Attempt:
    (attempt,) = read(told)
    return attempt


def test_a_log_of_nwipe_tells_everything_a_certificate_needs() -> None:
    attempt = one(nwipe_log({"serial": "WD-1", "model": "WDC WD5000, LPLX/22"}))
    assert attempt.drive.serial == "WD-1"
    assert attempt.drive.model == "WDC WD5000, LPLX/22"
    assert (attempt.drive.size, attempt.drive.node) == (500_107_862_016, "/dev/sda")
    assert (attempt.result, attempt.method, attempt.errors) == ("erased", "clear", 0)
    assert (attempt.tool, attempt.tool_version) == ("nwipe", "0.38")
    assert attempt.technique == "DoD Short (1R+B+VL)"
    with override("en"):
        assert attempt.verification == "last pass read back (nwipe)"
    assert attempt.started_at == datetime(2026, 9, 15, 8, 1, 2)  # noqa: DTZ001  # the tool's clock
    assert attempt.ended_at == datetime(2026, 9, 15, 9, 30)  # noqa: DTZ001  # the same


@pytest.mark.parametrize(
    "but",
    [
        {"errors": (1, 0, 0)},
        {"errors": (0, 1, 0)},
        {"errors": (0, 0, 1)},
        {"mark": "!"},
        {"status": "-FAILED-"},
        {"status": "UABORTED"},
        {"status": "INSANITY"},
        {"status": "ERASED??"},
        {"written": 1024},
        {"more": [" notice: [FAILURE] /dev/sda may not be blanked"]},
        {"more": ["warning:  *** HIDDEN SECTORS DETECTED ! *** on /dev/sda"]},
        {"more": ["  error: 12 verification errors on '/dev/sda'."]},
        {"more": ["  error: 3 wipe errors on '/dev/sda'."]},
        {"more": ["  error: 100 wipe errors on '/dev/sda'."]},
    ],
    ids=str,
)
def test_nwipe_is_not_believed_when_anything_speaks_against_it(but: dict[str, Any]) -> None:
    attempt = one(nwipe_log({"serial": "WD-1", **but}))
    assert attempt.result == "failed"
    assert attempt.why
    assert not attempt.verification


def test_nwipe_without_verification_does_not_count() -> None:
    assert one(nwipe_log({"serial": "WD-1"}, verify="NV")).result == "failed"


def test_nwipe_that_only_verifies_has_erased_nothing() -> None:
    assert one(nwipe_log({"serial": "WD-1", "method": "Verify Zeros"})).result == "not_run"


def test_a_table_without_the_errors_of_a_drive_is_not_believed() -> None:
    log = nwipe_log({"serial": "WD-1"})
    cut = log.replace("Error Summary", "Something else")
    assert one(cut).result == "failed"


def test_several_drives_in_one_log_are_told_apart() -> None:
    log = nwipe_log(
        {"serial": "A1"},
        {"serial": "B2", "errors": (0, 7, 0), "status": "-FAILED-"},
        {"serial": "C3"},
    )
    assert [(a.drive.serial, a.result, a.errors) for a in read(log)] == [
        ("A1", "erased", 0),
        ("B2", "failed", 7),
        ("C3", "erased", 0),
    ]


def test_a_log_that_goes_on_keeps_its_runs_apart() -> None:
    log = nwipe_log({"serial": "A1"}) + nwipe_log(
        {"serial": "B2", "status": "UABORTED"}, version="0.40"
    )
    assert [(a.drive.serial, a.result, a.tool_version) for a in read(log)] == [
        ("A1", "erased", "0.38"),
        ("B2", "failed", "0.40"),
    ]


def test_a_name_cut_in_the_table_finds_its_drive() -> None:
    log = nwipe_log(
        {"serial": "A1", "node": "/dev/nvme10n1"}, {"serial": "B2", "node": "/dev/nvme1n1"}
    )
    assert [a.drive.serial for a in read(log)] == ["A1", "B2"]


def test_a_log_made_anonymous_names_no_drive() -> None:
    assert not one(nwipe_log({"serial": "XXXXXXXXXXXXXXX"})).drive.serial


def test_a_log_without_its_end_is_refused() -> None:
    with pytest.raises(UnreadableEvidence):
        read(nwipe_log({"serial": "A1"}).split("** Error")[0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_log_is_read_whatever_saved_it(encoding: str) -> None:
    text = nwipe_log({"serial": "A1", "model": "modèle"}).replace("\n", "\r\n")
    (attempt,) = read_evidence(text.encode(encoding))
    assert (attempt.drive.model, attempt.result) == ("modèle", "erased")


@pytest.mark.parametrize("filler", ["(null)", "Not Present", "0123456789", "O.E.M.", "SerNum0"])
def test_a_makers_filler_names_no_drive(filler: str) -> None:
    assert not one(nwipe_log({"serial": filler})).drive.serial


def test_tables_of_another_drive_behind_a_failed_log_do_not_erase_the_first() -> None:
    failed = nwipe_log({"serial": "A1", "status": "-FAILED-", "errors": (3, 0, 0)})
    other = nwipe_log({"serial": "B2"})
    tables = other[other.index("**") :]
    (attempt,) = read(failed + tables)
    assert (attempt.drive.serial, attempt.result) == ("A1", "failed")
    cut = nwipe_log({"serial": "A1"})
    (attempt,) = read(cut[: cut.index("**")] + tables)
    assert (attempt.drive.serial, attempt.result) == ("A1", "failed")


def test_rows_of_older_versions_end_with_a_bar() -> None:
    log = nwipe_log({"serial": "A1"}, version="0.24")
    rows = [f"{row} |" if row.endswith("  0") else row for row in log.split("\n")]
    assert one("\n".join(rows)).result == "erased"


def test_who_a_drive_is_proves_no_erasure() -> None:
    with pytest.raises(UnreadableEvidence):
        read(smartctl())


def test_a_workbench_snapshot_tells_its_erasures() -> None:
    attempt = one(snapshot())
    assert (attempt.drive.serial, attempt.drive.size) == ("WB-0001", 240_057_000_000)
    assert (attempt.result, attempt.tool, attempt.tool_version) == (
        "erased",
        "eReuse Workbench",
        "11.0b9",
    )
    assert attempt.ended_at is not None
    assert attempt.ended_at.isoformat() == "2026-09-15T09:00:00+02:00"


@pytest.mark.parametrize(
    "told",
    [
        snapshot("EraseBasic"),
        snapshot(severity="Error"),
        snapshot(severity=3),
        snapshot(severity=None),
        snapshot(steps=[]),
        snapshot(severity="Info", success=False),
        snapshot(error=True),
        snapshot(endTime=None),
        snapshot(endTime="2026-13-45"),
    ],
)
def test_a_workbench_erasure_counts_only_when_verified_and_faultless(told: Any) -> None:
    assert one(told).result == "failed"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"%PDF-1.7 \0\0",
        b"hello",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"sstat"',
        b"1" * 9000,
        b"[" + b"1" * 9000 + b"]",
        b"\xff\xfe\x00",
        b"x" * (LONGEST_EVIDENCE + 1),
        b"nwipe 0.38",
        json.dumps(
            {"type": "Snapshot", "components": ["x", {"actions": 3, "events": {}}]}
        ).encode(),
    ],
    ids=lambda content: repr(content[:20]),
)
def test_what_is_no_evidence_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableEvidence):
        read_evidence(content)


def test_a_long_hostile_line_takes_no_time() -> None:
    head = nwipe_log({"serial": "A1"}).encode()
    pieces = (b"/dev/", b"Found /dev/a, b, ", b"| ", b"'", b"[SUCCESS] Verified ", b"wipe /dev/a ")
    for piece in pieces:
        with contextlib.suppress(UnreadableEvidence):
            read_evidence(
                head + b"\n[2026/09/14 08:00:00] notice: " + piece * (400_000 // len(piece))
            )


def test_long_numbers_on_many_lines_take_no_time() -> None:
    line = f"[2026/09/15 08:00:00] notice: [FAILUR{'1' * 900} /dev/sda\n"
    began = perf_counter()
    read(nwipe_log({"serial": "A1"}) + line * 1000)
    assert perf_counter() - began < 2


@pytest.mark.parametrize("start", ["sn:", "sn", "(SSTAT)", "[2026/09/14 08:00:00] Found /dev/a,"])
def test_a_long_hostile_gap_takes_no_time(start: str) -> None:
    began = perf_counter()
    gap = f"\n{start}{' ' * 200_000}{'x' * 200}"
    read(sanitize_text(more=gap))
    read(nwipe_log({"serial": "A1"}) + gap)
    assert perf_counter() - began < 2


@pytest.mark.parametrize("bad", ["\0", "\ud800", "\x1b[2J"])
def test_what_no_database_takes_is_left_out(bad: str) -> None:
    named = {"sn": f"A{bad}B", "mn": "x"}
    drive = one([sanitize_json()["nvme0"] | {"nvme_cli_version": bad}, named]).drive
    assert drive.serial.isprintable()
    assert drive.serial[:1] == "A"


PIECES = st.sampled_from(
    [
        *nwipe_log({"serial": "A1"}, {"serial": "B2"}).splitlines(),
        *sanitize_text().splitlines(),
        "|",
        "",
        "nwipe",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(
        [
            "Snapshot",
            "EraseSectors",
            "(1)",
            "Info",
            "2026-09-15T09:00:00",
            json.dumps(sanitize_json()),
        ]
    )
)
NAMES = st.sampled_from(
    [
        "sstat",
        "type",
        "@type",
        "components",
        "actions",
        "events",
        "erasure",
        "steps",
        "severity",
        "smartctl",
        "device",
        "name",
        "sn",
        "mn",
        "status",
        "global_erased",
        "size",
        "endTime",
        "user_capacity",
        "bytes",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(PIECES, max_size=40).map(lambda lines: "\n".join(lines).encode())
    | st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
        max_leaves=25,
    ).map(lambda told: json.dumps(told).encode())
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(UnreadableEvidence):
        for attempt in read_evidence(content):
            assert attempt.result in {"erased", "failed", "not_run"}
            assert (attempt.result == "erased") is not bool(attempt.why)
            assert attempt.result != "erased" or (attempt.errors == 0 and attempt.verification)

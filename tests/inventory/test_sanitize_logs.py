"""What an NVMe drive's sanitize log is believed of, and of which drive."""

import json
from typing import Any

import pytest

from backend.inventory.evidence.attempts import UnreadableEvidence
from tests.inventory.reports import ID_CTRL, sanitize_json, sanitize_text, smartctl
from tests.inventory.test_evidence import one, read


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("0x101", "erased"),
        ("0x104", "erased"),
        ("257", "erased"),
        ("0x1", "failed"),  # completed, but written to since
        ("0", "not_run"),
        ("0x100", "not_run"),
        ("0x2", "not_run"),
        ("0x3", "failed"),
        ("0x103", "failed"),
        ("0x7", "failed"),
    ],
)
def test_only_a_completed_sanitize_counts(status: str, result: str) -> None:
    attempt = one(sanitize_text(status))
    assert (attempt.result, attempt.method) == (result, "purge")
    assert one(sanitize_json(int(status, 0))).result == result
    assert bool(attempt.why) is (result != "erased")


def test_words_may_say_that_nothing_was_written_since() -> None:
    words = (
        "        [8]   Global Data Erased set: no NS LB in the NVM subsystem has been written to\n"
    )
    assert one(sanitize_text("0x1", more=words)).result == "erased"


@pytest.mark.parametrize(
    ("told", "result"),
    [
        (
            {
                "status": "(1) Most Recent Sanitize Command Completed Successfully.",
                "global_erased": 1,
            },
            "erased",
        ),
        (
            {
                "status": "(1) Most Recent Sanitize Command Completed Successfully.",
                "global_erased": 0,
            },
            "failed",
        ),
        ({"status": "(2) Sanitize in Progress.", "global_erased": 1}, "not_run"),
        ({"status": "(3) Most Recent Sanitize Command Failed.", "global_erased": 1}, "failed"),
    ],
)
def test_the_status_in_words_is_read_by_its_number(told: Any, result: str) -> None:
    assert one(sanitize_json(told)).result == result


def test_a_sanitize_log_gets_its_drive_from_what_lies_beside_it() -> None:
    text = one(sanitize_text(more=ID_CTRL))
    assert (text.drive.serial, text.drive.model, text.tool_version) == (
        "NVME-0001",
        "Exemple NVMe 512",
        "2.8",
    )
    paired = one([sanitize_json(), smartctl()])
    assert (paired.drive.serial, paired.drive.size) == ("NVME-0001", 512_110_190_592)
    assert not one(sanitize_json()).drive.serial


@pytest.mark.parametrize("status", [{}, "(1)", True, None, 1.0, {"status": "fine"}], ids=str)
def test_a_sanitize_log_without_a_number_is_no_failure_of_the_drive(status: Any) -> None:
    with pytest.raises(UnreadableEvidence):
        read([sanitize_json(status), smartctl()])


@pytest.mark.parametrize("good_one_is_first", [True, False])
def test_of_several_sanitize_logs_in_one_text_nobody_is_believed(good_one_is_first: bool) -> None:
    logs = [
        sanitize_text("0x101", more=ID_CTRL),
        sanitize_text("0x3", more=ID_CTRL.replace("0001", "0002")),
    ]
    with pytest.raises(UnreadableEvidence):
        read("".join(logs if good_one_is_first else reversed(logs)))


def test_one_sanitize_log_beside_two_drives_is_not_believed() -> None:
    with pytest.raises(UnreadableEvidence):
        read(sanitize_text(more=ID_CTRL + ID_CTRL.replace("0001", "0002")))


@pytest.mark.parametrize("status", ["0101", "007", "00257"])
def test_a_status_with_leading_zeros_is_read(status: str) -> None:
    expected = "erased" if int(status) == 257 else "failed"
    assert one(sanitize_text(status)).result == expected


@pytest.mark.parametrize(
    ("log", "beside"),
    [
        ({"nvme1": {"sstat": 257}}, [smartctl("N10X", "/dev/nvme10n1")]),
        ({"nvme1": {"sstat": 257}}, [smartctl("N0X", "/dev/nvme0n1")]),
        ({"nvme0": {"sstat": 257}}, [{**smartctl("HDD1", "/dev/sda"), "device": {"name": "sda"}}]),
        ({"x": {"sstat": 257}}, [{**smartctl("HDD1"), "device": {"name": "x", "type": "sat"}}]),
        ({"nvme0": {"sstat": 257}}, [{"sn": "N7X", "mn": "which node?"}]),
        ({"sstat": 257}, [smartctl("N10X", "/dev/nvme10n1")]),
        ({"sstat": 257}, [{"sn": "N1X", "mn": "a"}, {"sn": "N2X", "mn": "b"}]),
        ({"sstat": 257}, [{"sstat": 3}, {"sn": "N1X", "mn": "a"}]),
        ({"nvme0": {"sstat": 257}}, [{"nvme0": {"sstat": 3}}, smartctl("N0X", "/dev/nvme0n1")]),
    ],
)
def test_a_sanitize_log_is_not_pinned_on_another_drive(log: Any, beside: list[Any]) -> None:
    assert not [attempt for attempt in read([log, *beside]) if attempt.drive.serial]


def test_a_sanitize_log_and_the_one_drive_beside_it_without_nodes_belong_together() -> None:
    assert one([{"sstat": 257}, {"sn": "N1X", "mn": "a"}]).drive.serial == "N1X"


def test_json_that_follows_json_or_a_warning_is_read() -> None:
    told = "WARNING: be root\n" + json.dumps(sanitize_json()) + "\n" + json.dumps(smartctl())
    assert one(told).drive.serial == "NVME-0001"


def test_a_size_that_no_drive_has_is_not_told() -> None:
    assert one(sanitize_text(more=f"{ID_CTRL}tnvmcap   : {'9' * 150}\n")).drive.size is None


def test_two_drives_beside_a_log_that_names_none_are_not_guessed() -> None:
    other = smartctl("OTHER", "/dev/sda")
    assert one([sanitize_json(), smartctl(), other]).drive.serial == "NVME-0001"  # by its node
    assert not one([{"sstat": 0x101}, smartctl(), other]).drive.serial

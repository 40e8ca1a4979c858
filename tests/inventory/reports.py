"""Reports as tools write them, of drives that do not exist."""

import json
from typing import Any

STARS = "*" * 80
LINE = "-" * 80


def nwipe_log(
    *drives: dict[str, Any],
    verify: str = "VL",
    version: str = "0.38",
    day: str = "2026/09/15",
    hour: int = 8,
) -> str:
    """Write the log of one run. A drive: serial, node, status, errors, written, more."""
    day, later = f"{day} {hour:02}", f"{day} {hour + 1:02}"
    told = [_of_one(n, drive, day, verify) for n, drive in enumerate(drives)]
    return "\n".join(
        [
            f"[{day}:00:00]    info: nwipe {version}",
            f"[{day}:00:00]  notice: Opened entropy source '/dev/urandom'.",
            *[line for before, _row, _status in told for line in before],
            "",
            f"{' Error Summary ':*^80}",
            "!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors",
            LINE,
            *[row for _before, row, _status in told],
            STARS,
            "",
            f"{' Drive Status ':*^80}",
            "!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number",
            LINE,
            *[status for _before, _row, status in told],
            LINE,
            f"[{later}:30:00] Total Throughput 120 MB/s, DoD Short, 1R+B+{verify}",
            STARS,
            "",
        ]
    )


def _of_one(n: int, drive: dict[str, Any], day: str, verify: str) -> tuple[list[str], str, str]:
    node = drive.get("node", f"/dev/sd{chr(ord('a') + n)}")
    size = drive.get("size", 500_107_862_016)
    model = drive.get("model", "Exemple HDD 500")
    errors = drive.get("errors", (0, 0, 0))
    status = drive.get("status", " Erased ")
    mark = drive.get("mark", " " if status == " Erased " else "!")
    said = [
        f"notice: Found {node},  ATA    , {model}, 500 GB, S/N={drive['serial']}",
        f"notice: {node}, sect/blk/dev 512/4096/{size}",
        f"notice: Invoking method '{drive.get('method', 'DoD Short')}' on {node}",
        f"notice: Starting pass 1/1, round 1/1, on {node}",
        f"notice: {drive.get('written', size)} bytes written to {node}",
        f"notice: Finished final round 1 of 1 on {node}",
        *([f"notice: [SUCCESS] Verified that {node} is empty."] if verify != "NV" else []),
        *drive.get("more", []),
    ]
    name = node.removeprefix("/dev/").rjust(8)[-8:]
    row = f"{mark} {name} |  {errors[0]:10} |           {errors[1]:10} |           {errors[2]:10}"
    shown = f"{mark} {name} |{status}|  120 MB/s | 01:25:04 | {model[:17]}/{drive['serial']}"
    return [f"[{day}:01:0{n}]  {line}" for n, line in enumerate(said)], row, shown


def sanitize_text(status: str = "0x101", *, more: str = "") -> str:
    """Write what `nvme sanitize-log /dev/nvme0` prints."""
    return (
        "Sanitize Progress                      (SPROG) :  65535\n"
        f"Sanitize Status                        (SSTAT) :  {status}\n"
        "Sanitize Command Dword 10 Information (SCDW10) :  0x4\n"
        "Estimated Time For Overwrite                   :  4294967295 (No time period reported)\n"
        f"{more}"
    )


ID_CTRL = "nvme version 2.8 (git 2.8)\nsn        : NVME-0001 \nmn        : Exemple NVMe 512 \n"


def sanitize_json(status: Any = 0x101, **named: Any) -> dict[str, Any]:
    """Write what `nvme sanitize-log -o json` prints."""
    return {"nvme0": {"sprog": 65535, "sstat": status, "cdw10_info": 2, **named}}


def smartctl(serial: str = "NVME-0001", node: str = "/dev/nvme0n1") -> dict[str, Any]:
    """Write what `smartctl --json -i` prints."""
    return {
        "smartctl": {"version": [7, 4]},
        "device": {"name": node, "type": "nvme"},
        "serial_number": serial,
        "model_name": "Exemple NVMe 512",
        "user_capacity": {"bytes": 512_110_190_592},
    }


def snapshot(kind: str = "EraseSectors", *, severity: Any = "Info", **erasure: Any) -> Any:
    """Write a snapshot of the eReuse workbench 11, its components in a string."""
    step = {
        "type": "StepRandom",
        "severity": severity,
        "startTime": "2026-09-15T08:00:00+02:00",
        "endTime": "2026-09-15T09:00:00+02:00",
    }
    told = {**step, "type": kind, "severity": "Info", "steps": [step], **erasure}
    drive = {
        "type": "SolidStateDrive",
        "serialNumber": "WB-0001",
        "model": "Exemple SSD 240",
        "size": 240057.0,
        "actions": [{"type": "TestDataStorage"}, told],
    }
    inside = {
        "type": "Snapshot",
        "version": "11.0b9",
        "components": [{"type": "Processor"}, drive],
    }
    return {"data": json.dumps(inside), "uuid": "0"}

"""`tools/collect` on a made-up machine, with fake tools, against a running Rebond."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from django.utils import timezone

from backend.accounts import operations as accounts
from backend.core import codes
from backend.inventory.models import HardwareReport
from backend.inventory.reports import read_report
from tests.inventory import printed
from tests.inventory.stories import Workshop

pytestmark = pytest.mark.django_db
SENT, REFUSED, MISUSED, KEPT, NOTHING = range(5)
NEEDED = "awk basename cat cp curl date dirname env grep head id mkdir mktemp mv od readlink rm"
ALSO_NEEDED = "sed sh sleep sort sync tr wc wget timeout"
LSHW = printed.lshw_tree(printed.SSD, printed.STICK)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve this test's own database from a thread, over the one connection that sees it."""
    monkeypatch.setattr(ThreadedWSGIServer, "_close_connections", lambda server: None)
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    connection = connections["default"]
    connection.inc_thread_sharing()
    server = LiveServerThread(
        "127.0.0.1", _StaticFilesHandler, connections_override={"default": connection}
    )
    server.daemon = True
    server.start()
    server.is_ready.wait()
    try:
        assert server.error is None
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()
        connection.dec_thread_sharing()
        for signal in ends:
            signal.connect(close_old_connections)


@dataclass
class Stick:
    """The script on a stick, in a machine."""

    folder: Path
    environment: dict[str, str]

    @property
    def kept(self) -> list[Path]:
        return sorted((self.folder / "releves").glob("*"))

    def run(self, *asked: str, typed: str = "", **environment: str) -> Any:
        return subprocess.run(
            ["/bin/sh", str(self.folder / "collect"), *asked],
            env={**self.environment, **environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def remove(self, tool: str) -> None:
        Path(self.environment["PATH"], tool).unlink()


def fake(folder: Path, name: str, prints: str) -> None:
    tool = folder / name
    tool.write_text(f"#!/bin/sh\ncat <<'EOF'\n{prints}\nEOF\n")
    tool.chmod(0o755)


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    tools, system, folder = (tmp_path / name for name in ("bin", "sys", "stick"))
    for name in (tools, folder):
        name.mkdir()
    for name in f"{NEEDED} {ALSO_NEEDED}".split():
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    shutil.copy(settings.ROOT / "tools" / "collect", folder)
    fake(tools, "lshw", json.dumps(LSHW, indent=1))
    fake(tools, "smartctl", json.dumps(printed.smartctl(comment='tab\there "\\" é')))
    fake(tools, "dmidecode", "# dmidecode 3.4\n\nHandle 0x0003, DMI type 3\nx\n\tType: Notebook")
    for disk, removable in (("sda", "0"), ("sdb", "1"), ("loop0", "0")):
        (system / "block" / disk).mkdir(parents=True)
        (system / "block" / disk / "removable").write_text(removable + "\n")
    battery, screen = system / "class/power_supply/BAT0", system / "class/drm/card0-eDP-1"
    for place in (battery, screen):
        place.mkdir(parents=True)
    (battery / "uevent").write_text(printed.UEVENT)
    (screen / "edid").write_bytes(bytes.fromhex(printed.EDID))
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sdb1 /run/live/medium iso9660 ro 0 0\n/dev/sda2 / ext4 rw 0 0\n")
    environment = {
        "PATH": str(tools),
        "HOME": str(tmp_path),
        "REBOND_SYS": str(system),
        "REBOND_MOUNTS": str(mounts),
    }
    return Stick(folder, environment)


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def token(workshop: Workshop, stick: Stick, address: str) -> str:
    """Give the stick its address and its token, by file and by environment."""
    now = timezone.now()
    _row, secret = accounts.issue_token(
        name="stick",
        scope=["report.record"],
        expires_at=now + timedelta(days=1),
        by=workshop.technician,
        at=now,
    )
    (stick.folder / "rebond.token").write_text(secret + "\n")
    stick.environment["REBOND_URL"] = address + "/"
    return secret


def test_what_the_tools_print_reaches_the_device_whose_label_is_scanned(
    workshop: Workshop, stick: Stick, token: str
) -> None:
    device = workshop.receive(facts={"serial": ""})
    done = stick.run(typed=f"HTTPS://EXAMPLE.ORG/D/{device.code}\n")
    assert done.returncode == SENT, done.stderr
    device.refresh_from_db()
    assert device.serial == "EX12345"
    assert device.specs["battery_percent"] == 67
    assert device.specs["screen_in"] == 14.0
    assert device.storage_units.get().serial == "EXSSD0001"
    facts = HardwareReport.objects.get().facts
    assert {d["path"]: d["ignored"] for d in facts["drives"]} == {
        "/dev/sda": "",
        "/dev/sdb": "boot",
    }
    assert "STICK01" not in json.dumps(facts)
    assert "inxi : absent" in done.stderr
    assert not stick.kept


def test_it_works_with_wget_too(workshop: Workshop, stick: Stick, token: str) -> None:
    if not shutil.which("wget"):
        pytest.skip("no wget on this machine")
    stick.remove("curl")
    device = workshop.receive(facts={"serial": ""})
    done = stick.run("--code", codes.spell(device.code))
    assert done.returncode == SENT, done.stderr
    assert stick.run("--code", workshop.label()).returncode == REFUSED
    assert HardwareReport.objects.get().device == device


def test_the_token_is_in_no_argument(workshop: Workshop, stick: Stick, token: str) -> None:
    for tool in ("curl", "wget"):
        seen = stick.folder / f"{tool}.args"
        fake_tool = Path(stick.environment["PATH"], tool)
        fake_tool.unlink(missing_ok=True)
        fake_tool.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>{seen}\ncat >/dev/null\nexit 7\n')
        fake_tool.chmod(0o755)
        assert stick.run("--code", workshop.label(), typed="").returncode == KEPT
        assert token not in seen.read_text()
        assert "hardware-reports" in seen.read_text()
        stick.remove(tool)


@pytest.mark.parametrize("tool", ["curl", "wget"])
def test_away_from_the_network_a_report_is_kept_and_sent_next_time(
    workshop: Workshop, stick: Stick, token: str, tool: str
) -> None:
    if not shutil.which(tool):
        pytest.skip(f"no {tool} on this machine")
    stick.remove({"curl": "wget", "wget": "curl"}[tool])
    first, second = workshop.receive(facts={"serial": ""}), workshop.receive(facts={"serial": ""})
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        done = stick.run("--code", first.code, REBOND_URL=away)
    assert done.returncode == KEPT, done.stderr
    assert len(stick.kept) == 1
    assert stick.kept[0].stat().st_mode & 0o077 == 0
    fake(Path(stick.environment["PATH"]), "lshw", printed.lshw(serial="EX99999").decode())
    done = stick.run("--code", second.code)
    assert done.returncode == SENT, done.stderr
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.serial, second.serial) == ("EX12345", "EX99999")
    assert not stick.kept


def test_without_a_code_rebond_proposes_and_the_answer_is_asked(
    workshop: Workshop, stick: Stick, token: str
) -> None:
    device = workshop.receive(facts={"serial": "EX12345"})
    done = stick.run(typed=f"\n{device.code}\n")
    assert done.returncode == SENT, done.stderr
    assert codes.spell(device.code) in done.stderr
    assert HardwareReport.objects.get().device == device
    assert stick.run(typed="\n\n").returncode == KEPT


def test_a_wrong_symbol_is_seen_before_anything_is_sent(
    workshop: Workshop, stick: Stick, token: str
) -> None:
    code = workshop.receive().code
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else "2" + code[:8]
    done = stick.run("--code", swapped)
    assert (done.returncode, HardwareReport.objects.count()) == (MISUSED, 0)
    done = stick.run(typed=f"{swapped}\n{codes.spell(code).lower()}\n")
    assert done.returncode == SENT, done.stderr
    assert "Ce code est faux" in done.stderr


def test_a_refusal_is_told_in_french_and_not_tried_again(
    workshop: Workshop, stick: Stick, token: str
) -> None:
    done = stick.run("--code", workshop.label())
    assert done.returncode == REFUSED
    assert "d’appareil avec ce code" in done.stderr
    assert not stick.kept


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"REBOND_URL": "http://rebond.example.org"}, "https://"),
        ({"REBOND_URL": ""}, "Aucune adresse"),
        ({"REBOND_TOKEN_FILE": "/nowhere"}, "Aucun jeton"),
        ({"REBOND_TOKEN": "a b"}, "Ce jeton"),
    ],
)
def test_it_says_what_is_missing_before_it_begins(
    stick: Stick, token: str, environment: dict[str, str], words: str
) -> None:
    done = stick.run(**environment)
    assert done.returncode == MISUSED
    assert words in done.stderr


def test_a_wrong_token_keeps_the_report(workshop: Workshop, stick: Stick, token: str) -> None:
    done = stick.run("--code", workshop.receive().code, REBOND_TOKEN="wrong")
    assert done.returncode == KEPT
    assert "jeton est refusé" in done.stderr
    assert stick.run("--send-kept").returncode == SENT
    assert HardwareReport.objects.count() == 1


def test_the_report_may_go_to_a_file_without_address_or_token(
    stick: Stick, tmp_path: Path
) -> None:
    target = tmp_path / "releve.json"
    assert stick.run("--output", str(target)).returncode == SENT
    found = read_report(target.read_bytes())
    assert (found.tool, found.machine_serial, len(found.storage)) == ("collect", "EX12345", 1)
    assert found.unread == []
    done = stick.run("--dry-run")
    assert "rien n'est envoyé" in done.stderr
    assert not stick.kept


def test_the_machines_own_disk_is_never_taken_for_the_stick(stick: Stick) -> None:
    done = stick.run("--output", "-")
    assert json.loads(done.stdout)["boot_media"] == ["/dev/sdb"]


def test_no_tool_at_all_is_said(stick: Stick) -> None:
    for tool in ("lshw", "smartctl", "dmidecode"):
        stick.remove(tool)
    stick.environment["REBOND_SYS"] = "/nowhere"
    done = stick.run("--output", "-")
    assert done.returncode == NOTHING
    assert "lshw : absent" in done.stderr


def test_a_screen_is_read_although_the_kernel_says_that_its_file_is_empty(stick: Stick) -> None:
    screens = Path(stick.environment["REBOND_SYS"]) / "class/drm"
    edid = screens / "card0-eDP-1" / "edid"
    edid.unlink()
    os.mkfifo(edid)  # of size 0, with everything in it
    (screens / "card0-DSI-1").mkdir()
    (screens / "card0-DSI-1" / "edid").write_bytes(b"")
    written = Thread(target=edid.write_bytes, args=[bytes.fromhex(printed.EDID)], daemon=True)
    written.start()
    found = read_report(stick.run("--output", "-").stdout.encode())
    assert found.screen_in == 14.0
    edid.unlink()
    edid.write_bytes(b"")
    assert '"edid"' not in stick.run("--output", "-").stdout


def test_help_is_in_french_and_an_unknown_option_is_refused(stick: Stick) -> None:
    assert "Relève le matériel" in stick.run("--help").stdout
    assert stick.run("--token", "x").returncode == MISUSED

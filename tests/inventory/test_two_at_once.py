"""Two people at once: one wins, the other is told why, nothing is half-done."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from backend.core.errors import Refusal
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import State, Triage
from backend.inventory.models import Device, Label, RepairAction, StorageUnit
from tests.inventory.stories import NOW, Workshop
from tests.one_file import IS_SQLITE, copy_database, in_file

Act = Callable[[], Any]


def at_once(*acts: Act) -> list[str]:
    """Run all acts in threads that start together; give how each ended."""
    start, ends = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Act) -> None:
        start.wait(10)
        try:
            act()
            ends[place] = "done"
        except Refusal as refusal:
            ends[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(ends)


on_postgres = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class TestThreads:
    pytestmark = on_postgres

    @pytest.mark.parametrize("_round", range(5))
    def test_two_devices_want_one_label(self, _round: int) -> None:
        workshop = Workshop()
        code = workshop.label()

        def receive() -> None:
            operations.receive_device(
                code=code,
                facts={"kind": "laptop"},
                unexpected_reason="left at the door",
                by=workshop.technician,
                at=NOW,
            )

        assert at_once(receive, receive) == ["done", "label_taken"]
        device = Device.objects.get()
        assert Label.objects.get(code=code).device == device
        assert StorageUnit.objects.filter(device=device).count() == 1
        assert Event.objects.of_kind("device.received").count() == 1

    @pytest.mark.parametrize("_round", range(5))
    def test_two_repairs_want_the_last_part(self, _round: int) -> None:
        workshop = Workshop()
        devices = [workshop.device(State.IN_WORKSHOP) for _ in range(2)]
        part = operations.add_part(
            facts={"kind": "ram", "description": "DDR4", "condition": "new"},
            quantity=1,
            by=workshop.technician,
            at=NOW,
        )

        def repair(device: Device) -> Act:
            return lambda: operations.record_repair(
                code=device.code, what="x", stock_part=part, by=workshop.technician, at=NOW
            )

        assert at_once(*map(repair, devices)) == ["done", "out_of_stock"]
        part.refresh_from_db()
        assert part.quantity == 0
        assert RepairAction.objects.count() == 1

    @pytest.mark.parametrize("_round", range(5))
    def test_two_people_triage_one_device(self, _round: int) -> None:
        workshop = Workshop()
        device = workshop.receive()

        def triage(decision: Triage) -> Act:
            return lambda: workshop.triage(device, decision)

        ends = at_once(triage(Triage.REPAIR), triage(Triage.PARTS))
        assert ends == ["done", "forbidden_move"]
        told = Event.objects.get(kind="device.triaged")
        device.refresh_from_db()
        assert told.facts["to"] == device.state

    def test_two_people_erase_one_unit(self) -> None:
        workshop = Workshop()
        device = workshop.device(State.IN_WORKSHOP)
        unit = device.storage_units.get()

        def absent() -> None:
            operations.record_storage_absent(
                unit_id=unit.pk, reason="empty", by=workshop.technician, at=NOW
            )

        assert at_once(absent, absent) == ["already_dealt_with", "done"]
        device.refresh_from_db()
        assert device.pending_units == 0

    def test_two_people_certify_one_drive(self) -> None:
        workshop = Workshop()
        device = workshop.device(State.IN_WORKSHOP)
        workshop.erase(device)
        unit = device.storage_units.get()

        def certify() -> None:
            operations.issue_certificate(unit_id=unit.pk, by=workshop.manager, at=NOW)

        assert at_once(certify, certify) == ["done", "done"]
        assert unit.certificates.count() == 1
        assert Event.objects.of_kind("certificate.issued").count() == 1

    def test_a_drive_is_added_while_the_device_is_declared_ready(self) -> None:
        workshop = Workshop()
        device = workshop.device(State.IN_WORKSHOP)
        workshop.erase(device)

        def add() -> None:
            operations.add_storage_unit(
                code=device.code, facts={"medium": "ssd"}, by=workshop.technician, at=NOW
            )

        ends = at_once(add, lambda: workshop.check(device))
        assert ends in (["data_not_gone", "done"], ["done", "too_late_to_add"])
        device.refresh_from_db()
        pending = device.storage_units.filter(outcome="pending").count()
        assert device.pending_units == pending == int(device.state != State.READY)


_SCRIPT = """
import json, sys, django
django.setup()
from django.utils import timezone
from backend.accounts.models import Membership
from backend.core.errors import Refusal
from backend.inventory import operations
code, person = sys.argv[1:]
by = Membership.objects.select_related("organisation", "user").get(pk=person)
print("ready", flush=True)
sys.stdin.readline()
try:
    operations.receive_device(
        code=code, facts={"kind": "laptop"}, unexpected_reason="door", by=by, at=timezone.now()
    )
    print(json.dumps("done"))
except Refusal as refusal:
    print(json.dumps(refusal.code))
"""


def python(script: str, database: Path, *words: str) -> "subprocess.Popen[str]":
    """Start a process on a SQLite file."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.test",
        "DATABASE_URL": f"sqlite:///{database}",
    }
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        cwd=settings.ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def said(process: "subprocess.Popen[str]", stdin: str = "") -> Any:
    out, _nothing = process.communicate(stdin, timeout=90)
    assert process.returncode == 0
    return json.loads(out.splitlines()[-1])


if IS_SQLITE:  # the threads above are PostgreSQL's turn

    @pytest.mark.django_db
    def test_two_processes_want_one_label_in_one_sqlite_file(tmp_path: Path) -> None:
        workshop = Workshop()
        words = [workshop.label(), str(workshop.technician.pk)]
        copied = tmp_path / "two.sqlite3"
        copy_database(copied)
        both = [python(_SCRIPT, copied, *words) for _ in range(2)]
        for process in both:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in both:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert sorted(said(process) for process in both) == ["done", "label_taken"]
        for rows in (
            "inventory_device",
            "inventory_storageunit",
            "inventory_label WHERE device_id IS NOT NULL",
            "core_event WHERE kind = 'device.received'",
        ):
            assert in_file(copied, f"SELECT count(*) FROM {rows}") == 1, rows  # noqa: S608  # our own words

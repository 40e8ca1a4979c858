"""Two at once: threads on PostgreSQL, processes on SQLite."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection

from backend.core.models import Event
from backend.distribution.models import Allocation, Request
from tests.distribution import contests
from tests.one_file import IS_SQLITE, copy_database, in_file


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_threads_one_wins_and_the_other_is_told_why() -> None:
    for _round in range(3):
        ids = contests.prepare()
        events = Event.objects.count()
        for name, refusal in contests.LOSES_WITH.items():
            assert in_two_threads(name, ids) == sorted([contests.DONE, refusal]), name
        assert Event.objects.count() == events + len(contests.LOSES_WITH)
        nothing_is_half_done(ids)


def in_two_threads(name: str, ids: contests.Ids) -> list[str]:
    start = Barrier(2)

    def contend(index: int) -> str:
        try:
            start.wait()
            return contests.play(name, ids, index)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(contend, (0, 1)))


def nothing_is_half_done(ids: contests.Ids) -> None:
    """Each contested thing is there once, and the rows agree with each other."""
    promised = Allocation.objects.open().filter(device__code=ids["code"])
    assert promised.get().device.state == "allocated"
    assert Allocation.objects.open().filter(line=ids["line"]).count() == 1
    for promise in Allocation.objects.filter(pk__in=ids["promises"]):
        state = {"handed_over": "handed_over", "released": "ready"}[promise.outcome]
        assert promise.device.state == state
        assert hasattr(promise, "hand_over") == (promise.outcome == "handed_over")
    assert Request.objects.filter(programme=ids["strict"]).count() == 1
    assert Request.objects.filter(programme=ids["narrow"]).count() == 1
    for allocation in Allocation.objects.open().select_related("device"):
        expected = "allocated" if allocation.outcome == "reserved" else "handed_over"
        assert allocation.device.state == expected


if IS_SQLITE:  # the threads above are PostgreSQL's turn

    @pytest.mark.django_db
    def test_of_two_processes_one_wins_and_the_other_is_told_why(tmp_path: Path) -> None:
        ids = contests.prepare()
        (tmp_path / "ids.json").write_text(json.dumps(ids))
        copied = tmp_path / "together.sqlite3"
        copy_database(copied)
        before = in_file(copied, "SELECT count(*) FROM core_event")
        outcomes = in_two_processes(tmp_path, copied)
        for name, refusal in contests.LOSES_WITH.items():
            assert sorted(each[name] for each in outcomes) == sorted([contests.DONE, refusal])
        done = in_file(copied, "SELECT count(*) FROM core_event") - before
        assert done == len(contests.LOSES_WITH)
        doubled = (
            "SELECT count(*) FROM (SELECT 1 FROM distribution_allocation"
            " WHERE outcome IN ('reserved', 'handed_over')"
            " GROUP BY device_id HAVING count(*) > 1)"
        )
        assert in_file(copied, doubled) == 0


def in_two_processes(folder: Path, database: Path) -> list[dict[str, str]]:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.test",
        "PYTHONPATH": str(settings.ROOT),
    }
    command = [sys.executable, "-m", "tests.distribution.contests", str(folder)]
    contenders = [
        subprocess.Popen(
            [*command, str(index)],
            cwd=settings.ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for index in (0, 1)
    ]
    try:
        said = [contender.communicate(timeout=100) for contender in contenders]
    finally:
        for contender in contenders:
            contender.kill()
    assert all(contender.returncode == 0 for contender in contenders), said
    return [json.loads(out) for out, _err in said]

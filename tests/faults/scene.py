"""Real processes of Rebond around real servers, to be killed at will."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.faults.post_office import PostOffice
from tests.faults.processes import PATIENCE, run

CELERY = ["-m", "celery", "--app", "backend.config"]
PROGRAMS = {
    "web": ["-m", "gunicorn", "--config", "python:backend.config.scaled"],
    "worker": [*CELERY, "worker", "--loglevel", "warning", "--concurrency", "1"],
    "clock": [*CELERY, "beat", "--loglevel", "warning", "--pidfile=", "--schedule"],
    "embedded": ["-m", "gunicorn", "--config", "python:backend.config.embedded"],
    "actor": ["-m", "tests.faults.actor"],
}


class Actor:
    """Asks a process of `tests.faults.actor` to do something."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        """Hold the process."""
        self.process = process

    def __call__(self, verb: str, **facts: Any) -> Any:
        """Ask one thing, wait for the answer."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": verb, **facts}).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Scene:
    """Programs that share an environment, a folder and a post office."""

    def __init__(self, environment: dict[str, str], folder: Path, office: PostOffice) -> None:
        """Hold what all programs share."""
        self.environment = {**os.environ, **environment}
        self.folder = folder
        self.office = office

    def manage(self, *words: str) -> None:
        """Run a command of manage.py to its end."""
        run(["manage.py", *words], self.environment)

    @contextmanager
    def running(self, program: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a program in a group of its own; in the end the whole group is killed."""
        words = [sys.executable, *PROGRAMS[program]]
        if program == "clock":
            words.append(str(self.folder / f"timetable-{time.monotonic_ns()}"))
        with (self.folder / f"{program}.log").open("ab") as log:
            process = subprocess.Popen(
                words,
                cwd=settings.ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if program == "actor" else log,
                stderr=log,
                start_new_session=True,
            )
        with process:
            try:
                yield process
            finally:
                kill(process)

    @contextmanager
    def acting(self) -> Iterator[Actor]:
        """Run an actor."""
        with self.running("actor") as process:
            yield Actor(process)

    def wait_for(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> None:
        """Wait until something holds; else show what the programs said."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.logs()
            time.sleep(0.05)

    def wait_for_mail(self, to: str, count: int = 1, seconds: float = PATIENCE) -> None:
        """Wait until an address has so many mails."""
        self.wait_for(lambda: len(self.office.names_to(to)) >= count, seconds)

    def logs(self) -> str:
        """Give the end of what each program said."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in logs)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all its children without warning."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()

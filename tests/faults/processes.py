"""Start Rebond's own processes as an operator would, watch them, and end them."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

PATIENCE = 120  # seconds; a busy machine starts slowly
Process = subprocess.Popen[bytes]


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[Process]:
    """Run a long-lived program of this Python, in the repository, and kill it at the end."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.ROOT,
            env={**os.environ, **environment},
            stdout=out,
            stderr=out,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def run(command: list[str], environment: dict[str, str]) -> str:
    """Run a short program to its end; it must succeed."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=settings.ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ask(address: str) -> tuple[int, dict[str, Any]]:
    """Ask for JSON until there is an answer, whatever it is."""
    found: list[tuple[int, dict[str, Any]]] = []

    def answers() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as response:  # noqa: S310
                found.append((response.status, json.load(response)))
        except urllib.error.HTTPError as refusal:
            found.append((refusal.code, json.load(refusal)))
        except OSError:
            return False
        return True

    wait_until(answers, address)
    return found[0]


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds, and fail with its name when it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.3)


def mails_in(folder: Path) -> list[str]:
    """Give the mails that were written into a folder."""
    return [path.read_text() for path in sorted((folder / "mails").glob("*"))]

"""`python3 run.py` says kindly why it cannot start, and what to do."""

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

RUN = settings.ROOT / "run.py"


def run(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(RUN), *arguments], capture_output=True, text=True, timeout=60
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_an_old_python_can_read_the_file_and_is_told() -> None:
    ast.parse(RUN.read_text(), feature_version=(3, 6))


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = run("--port", str(port), "--data-dir", str(tmp_path / "data"))
    assert code == 1
    assert f"Port {port} is not free" in said
    assert "--port" in said


def test_a_port_that_cannot_be_is_told(tmp_path: Path) -> None:
    code, said = run("--port", "99999", "--data-dir", str(tmp_path / "data"))
    assert code == 1
    assert "99999" in said


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, said = run("--data-dir", str(tmp_path / "file" / "data"))
    assert code == 1
    assert "cannot write" in said
    assert "--data-dir" in said


def test_a_second_start_on_the_same_data_is_told(tmp_path: Path) -> None:
    import fcntl  # noqa: PLC0415  # not everywhere

    door = os.open(tmp_path / ".serving", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        code, said = run("--port", "0", "--data-dir", str(tmp_path))
    finally:
        os.close(door)
    assert code == 1
    assert "already running" in said


@pytest.mark.parametrize("arguments", [["--prot", "8001"], ["serv"]])
def test_a_slip_of_the_hand_is_told(arguments: list[str]) -> None:
    code, said = run(*arguments)
    assert code == 2
    assert arguments[0] in said

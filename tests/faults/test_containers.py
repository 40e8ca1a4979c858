"""The three services of docker-compose.yml start, as they are written there, and stop."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from redis import Redis

from tests.servers import Server, free_port

pytestmark = pytest.mark.faults
PATIENCE = 40
Process = subprocess.Popen[bytes]


@contextmanager
def service(
    name: str, environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a service of docker-compose.yml with the words that compose gives to the image."""
    compose = yaml.safe_load((settings.ROOT / "docker-compose.yml").read_text())
    words = shlex.split(compose["services"][name]["command"])
    words = [word.replace("/data/", f"{environment['DATA_DIR']}/") for word in words]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.config.start", *words],
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


@pytest.fixture
def environment(postgres_server: Server, redis_server: Server, tmp_path: Path) -> dict[str, str]:
    """Give what .env and docker-compose.yml would give a container."""
    port = free_port()
    return {
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.production",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "FIELD_KEYS": "cmVib25kIHRlc3RzIG9ubHksIDMyIGJ5dGVzIGxvbmc=",
        "SITE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": postgres_server.url,
        "REDIS_URL": redis_server.url,
        "EMAIL_URL": "memorymail://",
        "DATA_DIR": str(tmp_path),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }


def test_web_worker_and_clock_start_and_stop(
    environment: dict[str, str], redis_server: Server, tmp_path: Path
) -> None:
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    static = {**os.environ, "DJANGO_SETTINGS_MODULE": "backend.config.settings.static"}
    subprocess.run(collect, cwd=settings.ROOT, env=static, check=True)
    with ExitStack() as stack:
        running = {
            name: stack.enter_context(service(name, environment, tmp_path / f"{name}.log"))
            for name in ("web", "worker", "clock")
        }
        status, answer = wait_for(environment["SITE_URL"] + "/readyz")
        assert (status, answer["status"]) == (200, "ready"), logs(tmp_path)
        with urllib.request.urlopen(environment["SITE_URL"] + "/", timeout=20) as home:  # noqa: S310
            assert home.status == 200, logs(tmp_path)
        wait_until_they_listen(redis_server, tmp_path)
        probe = [sys.executable, "-m", "backend.config.start", "probe"]
        assert subprocess.run(probe, env={**os.environ, **environment}).returncode == 0
        assert {name: process.poll() for name, process in running.items()} == dict.fromkeys(
            running
        )
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        codes = {name: process.wait(PATIENCE) for name, process in running.items()}
    assert codes == dict.fromkeys(running, 0), logs(tmp_path)


def wait_for(address: str) -> tuple[int, dict[str, Any]]:
    """Ask until there is an answer."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310
                return response.status, json.load(response)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)
        except OSError:
            time.sleep(0.2)
    return 0, {}


def wait_until_they_listen(queue: Server, folder: Path) -> None:
    """Wait for the worker's mailbox in the queue and the clock's note of what it ran."""
    end = time.monotonic() + PATIENCE
    with Redis.from_url(queue.url) as client:
        while not (client.exists("_kombu.binding.celery.pidbox") and [*folder.glob("timetable*")]):
            assert time.monotonic() < end, logs(folder)
            time.sleep(0.2)


def logs(folder: Path) -> str:
    return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in folder.glob("*.log"))

"""The services of docker-compose.yml start as they are written there, work together, and stop."""

import os
import shlex
import signal
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from redis import Redis

from tests.faults.processes import PATIENCE, ask, mails_in, run, running, wait_until
from tests.servers import Server, free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]
START = ["-m", "backend.config.start"]


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
        "EMAIL_URL": f"filemail:///{tmp_path}/mails",
        "DATA_DIR": str(tmp_path),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }


def words_of(service: str, environment: dict[str, str]) -> list[str]:
    """Give the words that compose gives to the image for one of its services."""
    compose = yaml.safe_load((settings.ROOT / "docker-compose.yml").read_text())
    words = compose["services"][service]["command"].replace(
        "/data/", f"{environment['DATA_DIR']}/"
    )
    return shlex.split(words)


def test_web_worker_and_beat_start_work_together_and_stop(
    environment: dict[str, str], redis_server: Server, tmp_path: Path
) -> None:
    static = {**environment, "DJANGO_SETTINGS_MODULE": "backend.config.settings.static"}
    run(["manage.py", "collectstatic", "--noinput"], static)
    log = tmp_path / "log"
    with ExitStack() as stack, Redis.from_url(redis_server.url) as queue:
        processes = [
            stack.enter_context(running([*START, *words_of(name, environment)], environment, log))
            for name in ("web", "worker", "beat")
        ]
        assert ask(environment["SITE_URL"] + "/readyz")[0] == 200, log.read_text()
        with urllib.request.urlopen(environment["SITE_URL"] + "/", timeout=20) as home:  # noqa: S310
            assert "/static/" in home.read().decode()
        probe = [sys.executable, *START, "probe"]
        assert subprocess.run(probe, env={**os.environ, **environment}).returncode == 0

        wait_until(lambda: queue.exists("_kombu.binding.celery.pidbox"), "a worker on the queue")
        run(["manage.py", "create_coordinator", "alex@rebond.example"], environment)
        wait_until(lambda: mails_in(tmp_path), "the mail that the worker sends")
        assert "alex@rebond.example" in mails_in(tmp_path)[0]

        assert {process.poll() for process in processes} == {None}, log.read_text()
        for process in processes:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(PATIENCE) for process in processes] == [0, 0, 0], log.read_text()

"""One process on SQLite does it all, and loses nothing when it is killed."""

import signal
from pathlib import Path

import pytest

from tests.faults.processes import PATIENCE, ask, mails_in, run, running, wait_until
from tests.servers import free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]
SERVE = ["-m", "gunicorn", "--config", "python:backend.config.embedded"]


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """Give what run.py gives to the server."""
    port = str(free_port())
    environment = {
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.local",
        "DATA_DIR": str(tmp_path),
        "DEMO": "0",
        "PORT": port,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{tmp_path}/rebond.sqlite3",
        "REDIS_URL": "",
    }
    run(["manage.py", "migrate", "--verbosity", "0"], environment)
    return environment


def test_what_another_process_recorded_is_told_after_a_kill(
    here: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with running(SERVE, here, log) as first:
        assert ask(here["SITE_URL"] + "/readyz")[0] == 200, log.read_text()
        first.kill()
    key = (tmp_path / "keys" / "secret.key").read_text()
    run(["manage.py", "create_coordinator", "alex@rebond.example"], here)
    assert not mails_in(tmp_path)
    with running(SERVE, here, log) as second:
        wait_until(lambda: mails_in(tmp_path), "the mail that the sweep finds")
        second.send_signal(signal.SIGTERM)
        assert second.wait(PATIENCE) == 0, log.read_text()
    (mail,) = mails_in(tmp_path)
    assert "alex@rebond.example" in mail
    assert (tmp_path / "keys" / "secret.key").read_text() == key


def test_keys_are_for_their_owner_only(here: dict[str, str], tmp_path: Path) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert modes == {"secret.key": 0o600, "field.key": 0o600}

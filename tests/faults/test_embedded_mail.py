"""The one process that does it all, killed in the middle of a mail."""

import time
from pathlib import Path

import pytest

from tests.faults.post_office import post_office
from tests.faults.scene import Scene, kill
from tests.servers import free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


def test_a_mail_leaves_once_though_the_one_process_is_killed_while_it_sends(
    tmp_path: Path,
) -> None:
    address = "camille@exemple.example"
    with post_office() as (office, mail_server):
        port = free_port()
        environment = {
            "DJANGO_SETTINGS_MODULE": "backend.config.settings.local",
            "DATA_DIR": str(tmp_path),
            "EMAIL_URL": mail_server,
            "EMAIL_TIMEOUT": "120",
            "DEMO": "0",
            "PORT": str(port),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{tmp_path}/rebond.sqlite3",
            "REDIS_URL": "",
        }
        scene = Scene(environment, tmp_path, office)
        scene.manage("migrate", "--verbosity", "0")
        with scene.acting() as actor:
            with scene.running("embedded") as rebond:
                office.hold("RCPT", address)
                pledge = actor("announce", to=address)["pledge"]
                scene.wait_for(lambda: office.holds_somebody)
                kill(rebond)
            office.release()
            assert office.names_to(address) == []
            with scene.running("embedded"):
                scene.wait_for_mail(address)
                time.sleep(2.5)  # two turns of the clock
            assert len(office.names_to(address)) == 1
            assert actor("look", pledge=pledge)["states"] == ["sent"]

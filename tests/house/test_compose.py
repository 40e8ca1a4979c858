"""docker-compose.yml is what compose understands, and runs what the image has."""

import json
import re
from typing import Any

import pytest
import yaml
from django.conf import settings
from jsonschema import Draft202012Validator

from backend.config.start import LONG_RUNNING

ROOT = settings.ROOT


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def test_compose_understands_every_word(compose: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "tests/vendor/compose-spec.json").read_text())
    faults = Draft202012Validator(schema).iter_errors(compose)
    assert not [f"{fault.json_path}: {fault.message}" for fault in faults]


def test_the_services_do_what_the_image_can(compose: dict[str, Any]) -> None:
    ours = {
        service["command"].split()[0]
        for service in compose["services"].values()
        if "build" in service
    }
    assert ours == set(LONG_RUNNING)


def test_no_service_holds_a_secret(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"SECRET|KEYS|PASSWORD", name):
                assert value.startswith("${"), name


def test_every_variable_is_explained(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    explained = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+)", text)) <= explained


def test_every_volume_is_declared(compose: dict[str, Any]) -> None:
    used = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }
    assert used == set(compose["volumes"])

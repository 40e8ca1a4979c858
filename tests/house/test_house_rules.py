"""What no linter knows about this house: walls, guards, words, locks."""

import hashlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from packaging.requirements import Requirement

from backend.accounts.api.permissions import PUBLIC, SIGNED_IN
from backend.accounts.roles import CAPABILITIES

ROOT: Path = settings.ROOT
WALL = 400
# Open to everybody on purpose: a new name here is a decision.
PUBLIC_PAGES = {
    "accounts:demo_sign_in",
    "core:accessibility",
    "core:healthz",
    "core:privacy",
    "core:readyz",
    "distribution:support",
    "home",
    "impact:figures",
    "inventory:bench_in_english",
    "inventory:check",
    "inventory:check_token",
    "inventory:device",
    "inventory:device_label",
    "inventory:decoder",
    "inventory:manifest",
    "inventory:pledge_certificate",
    "inventory:pledge_fates",
    "inventory:pledge_fates_csv",
    "inventory:pledge_form",
    "inventory:pledge_proofs",
    "inventory:pledge_thanks",
    "inventory:pledge_tracking",
    "inventory:pledge_withdraw",
    "inventory:service_worker",
    "notifications:mail",
    "notifications:mail_html",
    "notifications:outbox",
}
GUARD_THEMSELVES = ("allauth.", "django.views.i18n", "drf_spectacular.")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0")[:-1] if (path := ROOT / name).exists()]


def routes() -> Iterator[tuple[str, Any]]:
    """Give every address of the site: its name, and the view behind it."""
    waiting: list[tuple[str, URLPattern | URLResolver]] = [("", get_resolver())]
    while waiting:
        space, entry = waiting.pop()
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", entry.callback
            continue
        inner = f"{space}{entry.namespace}:" if entry.namespace else space
        waiting.extend((inner, pattern) for pattern in entry.url_patterns)


def api_views() -> list[tuple[str, Any]]:
    return [
        (name, view)
        for name, view in routes()
        if hasattr(view, "cls") and view.__module__.startswith("backend.")
    ]


def actions(view: Any) -> set[str]:
    """Give the actions of a viewset, or the methods of a plain view."""
    cls = view.cls
    named = getattr(view, "actions", None) or {
        m: m for m in cls.http_method_names if hasattr(cls, m)
    }
    return set(named.values()) - {"options", "head"}


def pages() -> list[tuple[str, Any]]:
    return [
        (name, view)
        for name, view in routes()
        if not hasattr(view, "cls")
        and not name.startswith("admin:")
        and not view.__module__.startswith(GUARD_THEMSELVES)
    ]


def test_no_file_outgrows_its_wall() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > WALL
    }
    assert not too_long, "make a package with one file per noun"


def test_every_api_action_names_a_known_capability() -> None:
    known = set(CAPABILITIES) | {PUBLIC, SIGNED_IN}
    unnamed = [
        f"{name}: {action}"
        for name, view in api_views()
        for action in actions(view)
        if view.cls.capabilities.get(action) not in known
    ]
    assert not unnamed


def test_no_api_view_leaves_the_table_of_capabilities() -> None:
    own_rules = [
        name
        for name, view in api_views()
        if [p.__name__ for p in view.cls.permission_classes] != ["HasCapability"]
    ]
    assert not own_rules


def test_every_page_is_guarded_or_public_on_purpose() -> None:
    open_pages = {name for name, view in pages() if getattr(view, "capability", PUBLIC) == PUBLIC}
    assert open_pages == PUBLIC_PAGES


def test_every_guard_names_a_known_capability() -> None:
    guards = {getattr(view, "capability", PUBLIC) for _name, view in pages()}
    assert guards <= set(CAPABILITIES) | {PUBLIC, "signed in"}


def test_every_capability_is_held_by_somebody() -> None:
    assert all(CAPABILITIES.values())


def test_no_model_overrides_save() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("backend.")]
    assert not [model.__name__ for model in ours if "save" in vars(model)]


def test_no_tracked_file_names_a_package_registry() -> None:
    registries = ["pypi" + ".org", "python" + "hosted", "npmjs" + ".org", "deb.debian" + ".org"]
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if any(registry.encode() in path.read_bytes() for registry in registries)
    ]
    assert not found


def test_no_tracked_file_names_a_path_of_one_machine() -> None:
    machine = re.compile(rb"/(root|work|home/[a-z]+)/")
    text = (".py", ".md", ".yml", ".toml", ".html", ".js", ".css", ".lock")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in text and machine.search(path.read_bytes())
    ]
    assert not found


def locked(name: str) -> dict[str, str]:
    """Give the packages of a lock: name → version."""
    lines = (ROOT / name).read_text().splitlines()
    pins = [line.split(";")[0].strip(" \\") for line in lines if line[:1].isalnum()]
    return dict(pin.split("==") for pin in pins)


def test_what_others_made_is_as_its_readme_says() -> None:
    folder = ROOT / "backend/inventory/static/inventory/vendor"
    readme = (folder / "README.md").read_text()
    for path in [*folder.glob("*.js"), *folder.glob("*.wasm")]:
        assert f"| {hashlib.sha256(path.read_bytes()).hexdigest()} |" in readme, path.name


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_carries_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-test.lock": project["dependency-groups"]["test"],
    }
    missing = []
    for lock, lines in asked.items():
        versions = locked(lock)
        for requirement in map(Requirement, lines):
            name = requirement.name.lower().replace("_", "-")
            if versions.get(name, "") not in requirement.specifier:
                missing.append(str(requirement))
    assert not missing, "run: make locks"


def test_tests_run_with_the_versions_that_are_served() -> None:
    tests = locked("requirements-test.lock")
    served = locked("requirements.lock")
    assert {name: tests.get(name) for name in served} == served

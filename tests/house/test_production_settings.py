"""Production refuses to start rather than run with a default."""

import runpy
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

GOOD = {
    "SECRET_KEY": "kT9-" * 3 + "aZ3bQ8cR7dS6eU5fV4gW2hX1iY0jL8mN6pO4qP2r",
    "FIELD_KEYS": "cmVib25kIHRlc3RzIG9ubHksIDMyIGJ5dGVzIGxvbmc=",
    "ALLOWED_HOSTS": "rebond.example",
    "SITE_URL": "https://rebond.example",
    "DATABASE_URL": "postgres://app:secret@database/rebond",
    "REDIS_URL": "redis://queue:6379/0",
}


def start(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> dict[str, Any]:
    """Load the production settings with these variables, as a new process would."""
    for name, value in {**GOOD, "DEMO": None, "TRUSTED_PROXIES": None, **changes}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "backend.config.settings.base")
    return runpy.run_module("backend.config.settings.production")


def test_production_starts_when_everything_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    found = start(monkeypatch)
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://rebond.example"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "django-insecure-" + GOOD["SECRET_KEY"]),
        ("SECRET_KEY", "a" * 60),
        ("FIELD_KEYS", None),
        ("FIELD_KEYS", "not a key"),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "rebond.example,*"),
        ("SITE_URL", None),
        ("SITE_URL", "http://rebond.example"),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "sqlite:///rebond.sqlite3"),
        ("REDIS_URL", None),
        ("DEMO", "1"),
    ],
)
def test_production_refuses_to_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        start(monkeypatch, **{name: value})


def test_every_reason_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        start(monkeypatch, **dict.fromkeys(GOOD))
    assert all(name in str(refusal.value) for name in GOOD)


def test_a_refusal_does_not_repeat_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        start(monkeypatch, SECRET_KEY="hunter2-hunter2", REDIS_URL=None)
    assert "hunter2" not in str(refusal.value)


def test_a_proxy_is_believed_only_when_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in start(monkeypatch)
    behind_one = start(monkeypatch, TRUSTED_PROXIES="1")
    assert behind_one["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_a_trial_on_this_machine_needs_no_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = start(monkeypatch, SITE_URL="http://localhost:8000", ALLOWED_HOSTS="localhost")
    assert not trial["SESSION_COOKIE_SECURE"]
    assert not trial["SECURE_HSTS_SECONDS"]

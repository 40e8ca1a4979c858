"""The embedded default: one machine, one process, SQLite, the worker beside the pages.

Everything is kept in DATA_DIR, the keys too: each installation makes its own.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from backend.config.settings.base import *
from backend.config.timetable import timetable


def _kept(name: str, make: Callable[[], str]) -> str:
    """Read a key of this installation, made at its first start for its owner's eyes only."""
    place = DATA_DIR / "keys" / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(f"{name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
        _first_one_stays(draft, place)
    return place.read_text()


def _first_one_stays(draft: Path, place: Path) -> None:
    try:
        os.link(draft, place)
    except FileExistsError:
        pass  # another process was first; both use its key
    finally:
        draft.unlink()


SECRET_KEY = _kept("secret.key", lambda: secrets.token_urlsafe(50))
FIELD_KEYS = [_kept("field.key", lambda: Fernet.generate_key().decode())]
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DATABASES = {"default": database(default=f"sqlite:///{DATA_DIR}/rebond.sqlite3")}
CELERY_BEAT_SCHEDULE = timetable(sweep_every=1)
WHITENOISE_USE_FINDERS = True
if DEMO:
    EMAIL_BACKEND = "backend.notifications.mailbox.MailboxBackend"
elif "EMAIL_URL" not in os.environ:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mails"

LOGGING["handlers"] = {
    "file": {
        "class": "logging.handlers.RotatingFileHandler",
        "filename": DATA_DIR / "rebond.log",
        "maxBytes": 5_000_000,
        "backupCount": 2,
        "delay": True,
        "formatter": "json",
    },
    "screen": {"class": "logging.StreamHandler", "level": "ERROR", "formatter": "json"},
}
LOGGING["root"] = {"handlers": ["file", "screen"], "level": "INFO"}

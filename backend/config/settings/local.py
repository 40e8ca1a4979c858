"""The embedded default: one machine, one process, SQLite."""

from backend.config.settings.base import *

SECRET_KEY = "embedded default, replaced by the one in the data directory"
FIELD_KEYS = ["cmVib25kIHRlc3RzIG9ubHksIDMyIGJ5dGVzIGxvbmc="]
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ROOT / "data" / "rebond.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
}

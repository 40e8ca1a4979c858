"""A SQLite file with what a test has made, for processes that want the same thing at once."""

import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

IS_SQLITE = "sqlite" in settings.DATABASES["default"]["ENGINE"]


def copy_database(path: Path) -> None:
    """Write what this test has made, uncommitted as it is, into a database of its own."""
    connection.ensure_connection()
    path.write_bytes(connection.connection.serialize())
    with sqlite3.connect(path) as copied:
        copied.execute("PRAGMA journal_mode=WAL")


def in_file(path: Path, question: str) -> Any:
    """Ask the file for one value."""
    with sqlite3.connect(path) as found:
        return found.execute(question).fetchone()[0]

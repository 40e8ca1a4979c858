"""Wait for the database, then bring it up to date: what each container does first."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection

_MIGRATING = 7_318_663  # the number of the lock; any, but always the same


class Command(BaseCommand):
    """Several containers may start at once: one migrates, the others wait for it."""

    help = "Wait for the database and apply missing migrations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how long to wait."""
        parser.add_argument("--patience", type=int, default=60, help="seconds to wait (60)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait, lock, migrate."""
        _wait(seconds=options["patience"])
        with _one_at_a_time():
            call_command("migrate", verbosity=0, interactive=False)


def _wait(*, seconds: int) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            if time.monotonic() > end:
                raise CommandError(f"No database answered for {seconds} s.") from error
            time.sleep(0.5)
        else:
            return


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])

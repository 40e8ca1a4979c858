"""Check what the database alone cannot keep: counters, labels, promises."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from backend.core import invariants


class Command(BaseCommand):
    """Lists what is off and ends with 1, or says that all is well and ends with 0."""

    help = "Check the rules that span several tables."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and tell."""
        found = invariants.broken()
        for rule, what in found:
            self.stdout.write(f"{rule}: {what}")
        if found:
            raise CommandError(f"{len(found)} broken")
        self.stdout.write("All rules hold.")

"""Count every daily figure anew from the event log, and compare with a recount."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.impact import operations


class Command(BaseCommand):
    """Rebuild the tallies; fail when they disagree with the recount."""

    help = "Count every daily figure anew from the event log."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, compare, say so."""
        days = operations.rebuild_tallies()
        self.stdout.write(f"{days} days counted again.")
        if differing := operations.differences():
            raise CommandError(f"Tallies and recount differ (tallied, recounted): {differing}")
        self.stdout.write("The tallies agree with the recount.")

"""Print the logins of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.accounts.people import demo_hats


class Command(BaseCommand):
    """One line per invented person."""

    help = "Print the logins of the demonstration (DEMO only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print e-mail, role and organisation, and the one password."""
        if not settings.DEMO:
            raise CommandError("This is no demonstration (DEMO is off).")
        rows = [
            (hat.user.email, str(hat.get_role_display()), str(hat.organisation))
            for hat in demo_hats()
        ]
        widths = [max((len(row[place]) for row in rows), default=0) for place in range(2)]
        for email, role, organisation in rows:
            self.stdout.write(f"  {email:{widths[0]}}  {role:{widths[1]}}  {organisation}")
        self.stdout.write(f"  password of all: {settings.DEMO_PASSWORD}")

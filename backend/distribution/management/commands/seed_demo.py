"""Fill an empty demonstration with a small living scene."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from backend.accounts.models import Organisation
from backend.core import events
from backend.core.operations import due_events, tell_event
from backend.distribution.management.demo import scene
from backend.distribution.management.demo.cast import COORDINATION


class Command(BaseCommand):
    """Play the scene once; a second time changes nothing."""

    help = "Fill the demonstration with invented people, gifts and devices (once; DEMO only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Play through the operations, then let everybody who listens hear of it."""
        if not settings.DEMO:
            raise CommandError("This is no demonstration (DEMO is off): nothing was changed.")
        if Organisation.objects.filter(name=COORDINATION).exists():
            self.stdout.write("The demonstration is in place already.")
            return
        if Organisation.objects.exists():
            raise CommandError("There are organisations here already: nothing was changed.")
        with events.unheard():
            scene.play(at=timezone.now())
            self._tell_everybody()
        self.stdout.write("The demonstration is in place. Logins: demo_logins")

    def _tell_everybody(self) -> None:
        with transaction.atomic():  # one commit for all: nobody else waits for these yet
            while waiting := due_events(at=timezone.now()):
                for event_id in waiting:
                    tell_event(event_id=event_id, at=timezone.now())

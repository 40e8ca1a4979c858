"""Open the house: make the coordination and its first coordinator."""

from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from backend.accounts import operations
from backend.accounts.models import DEPARTEMENT
from backend.core.errors import Refusal


class Command(BaseCommand):
    """Make the first coordinator; the others are invited from the account page."""

    help = "Make the coordination and its first coordinator (once)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the e-mail, the coordination's name and département."""
        parser.add_argument("email")
        parser.add_argument("--name", default="Coordination")
        parser.add_argument("--territory", default="75", help="département code, such as 75")
        parser.add_argument(
            "--ask-password",
            action="store_true",
            help="ask for a password here instead of sending the link to choose one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make both, or say why not."""
        password = getpass("Password: ") if options["ask_password"] else None
        try:
            validate_email(options["email"])
            DEPARTEMENT(options["territory"])
            operations.found_coordination(
                name=options["name"],
                territory=options["territory"],
                email=options["email"],
                password=password,
                at=timezone.now(),
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except Refusal as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        self.stdout.write("The coordinator may sign in; the way in was sent by mail.")

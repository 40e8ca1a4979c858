"""Accounts: organisations, people, roles."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "backend.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Send invitations once they are kept."""
        from backend.accounts import tasks
        from backend.core import events

        events.listen("member.invited", to=tasks.on_invitation)

"""Ways in to the API."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from backend.accounts import operations
from backend.accounts.models import Membership


class Door(APIClient):
    """A program that speaks JSON, with a token or without, in English unless told otherwise."""

    def send(self, path: str, body: Any = None, *, method: str = "post", **headers: str) -> Any:
        """Send a command."""
        call = getattr(self, method)
        headers.setdefault("HTTP_ACCEPT_LANGUAGE", "en")
        return call(f"/api/v1/{path}", {} if body is None else body, format="json", **headers)

    def read(self, path: str, **query: Any) -> Response:
        """Read an address."""
        return self.get(f"/api/v1/{path}", query, HTTP_ACCEPT_LANGUAGE="en")


def door(hat: Membership, *scope: str) -> Door:
    """Give a program with a bearer token of this hat."""
    now = timezone.now()
    _token, secret = operations.issue_token(
        name="test", scope=scope, expires_at=now + timedelta(days=1), by=hat, at=now
    )
    program = Door()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return program


def session(hat: Membership) -> Door:
    """Give a browser in which this person has signed in."""
    browser = Door()
    browser.force_login(hat.user)
    return browser


def visitor() -> Door:
    """Give a program that nobody knows."""
    return Door()

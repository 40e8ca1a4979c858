"""How sign-in fits Rebond: no sign-up, a hat put on at the door, secrets encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from backend.accounts.models import User
from backend.accounts.operations import switch_hat
from backend.core.fields import decrypted, encrypted


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Answers allauth's questions."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited."""
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Put on a hat that may be worn, and speak the person's language from here on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        wear_a_hat(user)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keeps the secrets of authenticator apps and recovery codes encrypted."""

    def encrypt(self, text: str) -> str:
        """Encrypt what is kept."""
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Give back what was kept."""
        return decrypted(encrypted_text)


def wear_a_hat(user: User) -> None:
    """Put on the first hat that may be worn, unless one is on."""
    if user.acting_as is not None and user.acting_as.is_current:
        return
    if hat := user.memberships.current().order_by("pk").first():
        switch_hat(person=user, to=hat)

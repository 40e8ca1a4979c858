"""Bearer tokens: who is it, in one query."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from backend.accounts.models import ApiToken, User


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer rbd_…`: the person with the token's hat on."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Give the person and the token, or None when no bearer token was sent."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        secret = parts[1].decode("latin-1") if len(parts) == 2 else ""
        token = (
            ApiToken.objects.open_at(timezone.now())
            .select_related("membership__user", "membership__organisation")
            .filter(digest=ApiToken.digest_of(secret))
            .first()
        )
        if token is None:
            raise AuthenticationFailed(
                _("This token is unknown, expired or revoked. Make one on your account page.")
            )
        user = token.membership.user
        user.acting_as = token.membership
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """Make the answer a 401 that says how to come in."""
        return 'Bearer realm="rebond"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped there
    """How the OpenAPI document describes bearer tokens."""

    target_class = TokenAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the header."""
        return {"type": "http", "scheme": "bearer", "description": "A token of the account page."}

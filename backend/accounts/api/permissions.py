"""Closed by default: an action that names no capability lets nobody in."""

from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from backend.accounts.models import ApiToken
from backend.accounts.people import hat_of
from backend.accounts.roles import can

PUBLIC = "public"
SIGNED_IN = "signed in"


class HasCapability(BasePermission):
    """Checks the view's table `capabilities`: action → capability, `SIGNED_IN` or `PUBLIC`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the hat, and the token's scope when there is one, include the action."""
        action = getattr(view, "action", (request.method or "").lower())
        if action is None:
            raise MethodNotAllowed(request.method or "")
        capability = view.capabilities.get(action)
        if capability == PUBLIC:
            return True
        hat = hat_of(request)
        if capability is None or hat is None:
            return False
        if capability == SIGNED_IN:
            return True
        token = request.auth
        in_scope = not isinstance(token, ApiToken) or token.allows(capability)
        return in_scope and can(hat, capability)

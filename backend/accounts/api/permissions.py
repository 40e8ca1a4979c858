"""Closed by default: an action that names no capability lets nobody in."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from backend.accounts.models import ApiToken
from backend.accounts.people import hat_of
from backend.accounts.roles import can

PUBLIC = "public"


class HasCapability(BasePermission):
    """Checks the view's table `capabilities`: action → capability, or `PUBLIC`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the hat, and the token's scope when there is one, include the action."""
        action = getattr(view, "action", None) or (request.method or "").lower()
        if action in {"options", "metadata", "head"}:
            return hat_of(request) is not None
        capability = view.capabilities.get(action)
        if capability == PUBLIC:
            return True
        if capability is None or not can(hat_of(request), capability):
            return False
        token = request.auth
        return not isinstance(token, ApiToken) or token.allows(capability)

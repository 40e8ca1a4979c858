"""What every template may use about the person: the hat worn, the others, the menu."""

from typing import Any

from django.http import HttpRequest

from backend.accounts.models import Membership
from backend.accounts.people import hat_of, one_demo_hat_per_role
from backend.accounts.roles import can
from backend.core.pages import navigation


def person(request: HttpRequest) -> dict[str, Any]:
    """Give the hat, and what costs a query or a loop only when a template asks for it."""
    hat = hat_of(request) if hasattr(request, "user") else None

    def menu() -> list[navigation.Link]:
        if hat is None:
            return navigation.links(request.path, includes=navigation.VISITORS.__eq__)
        return navigation.links(
            request.path, includes=lambda c: c != navigation.VISITORS and can(hat, c)
        )

    def hats() -> list[Membership]:
        return list(
            request.user.memberships.current().select_related("organisation").order_by("pk")
            if request.user.is_authenticated
            else []
        )

    return {"acting": hat, "hats": hats, "nav": menu, "demo_hats": one_demo_hat_per_role}

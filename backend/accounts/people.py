"""Who is it, and which hat do they wear: one query per request."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import PermissionDenied

from backend.accounts.choices import Role
from backend.accounts.models import Membership, MembershipQuerySet, User


class PeopleBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """Signs people in by e-mail and loads them with the hat they wear."""

    def get_user(self, user_id: Any) -> User | None:
        """Load the person, the hat and its organisation together."""
        people = User.objects.select_related("acting_as__organisation")
        user = people.filter(pk=user_id, is_active=True).first()
        if user is not None and user.acting_as is not None:
            user.acting_as.user = user
        return user


def hat_of(request: Any) -> Membership | None:
    """Give the hat worn in this request, or None for a visitor or a person without one."""
    hat: Membership | None = getattr(request.user, "acting_as", None)
    return hat if hat is not None and hat.is_current else None


def acting(request: Any) -> Membership:
    """Give the hat worn in this request. Raises PermissionDenied when there is none."""
    hat = hat_of(request)
    if hat is None:
        raise PermissionDenied
    return hat


DEMO_DOMAIN = "@demo.rebond.example"


def demo_hats() -> MembershipQuerySet:
    """Give the hats of the made-up people of a demonstration: e-mails under DEMO_DOMAIN."""
    return (
        Membership.objects.current()
        .filter(user__email__endswith=DEMO_DOMAIN)
        .select_related("user", "organisation")
        .order_by("pk")
    )


def one_demo_hat_per_role() -> list[Membership]:
    """Give the first made-up person of each role, roles in the order of the chain."""
    first: dict[str, Membership] = {}
    for hat in demo_hats():
        first.setdefault(hat.role, hat)
    return [first[role] for role in Role.values if role in first]

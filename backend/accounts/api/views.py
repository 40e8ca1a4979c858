"""Organisations, members, tokens and oneself."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from backend.accounts import operations
from backend.accounts.api.permissions import SIGNED_IN
from backend.accounts.api.resources import (
    Facts,
    Listed,
    Retrieved,
    as_facts,
    describe,
    read,
    verb,
)
from backend.accounts.api.shapes import (
    AddOrganisation,
    EditOrganisation,
    InviteMember,
    IssuedToken,
    IssueToken,
    MemberShape,
    MeShape,
    OrganisationShape,
    TokenShape,
)
from backend.accounts.models import ApiToken, Membership, Organisation
from backend.accounts.people import acting
from backend.accounts.roles import CAPABILITIES, can
from backend.core.api.commands import CommandSerializer, command
from backend.core.errors import NotAllowed

# An object where the router's `list` would suggest many.
_ONE = forced_singular_serializer(MeShape)  # type: ignore[no-untyped-call]  # untyped there


class OrganisationFilter(filters.FilterSet):
    class Meta:
        model = Organisation
        fields = ["kind", "territory", "is_active"]


class Organisations(Listed, Retrieved):
    """Who gives, refurbishes, hands over and coordinates."""

    capabilities = {
        "list": "organisation.view",
        "retrieve": "organisation.view",
        "create": "organisation.edit",
        "partial_update": "organisation.edit",
    }
    serializer_class = OrganisationShape
    filterset_class = OrganisationFilter

    @describe(AddOrganisation, OrganisationShape, status=201)
    def create(self, request: Request) -> Response:
        """Write an organisation down."""
        return self.do(AddOrganisation, as_facts(operations.create_organisation), status=201)

    @describe(EditOrganisation, OrganisationShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct what is known of an organisation, or make it inactive."""
        return self.do(
            EditOrganisation, as_facts(operations.edit_organisation), organisation=self.one()
        )


class Members(Listed):
    """Who belongs to your organisation, in which role."""

    capabilities = {"list": "member.view", "create": "member.invite", "end": "member.invite"}
    serializer_class = MemberShape

    @property
    def columns(self) -> list[str]:
        """The hat, and whose it is."""
        return ["id", "organisation", "role", "ended_at", "user__name", "user__email"]

    def present(self, row: Facts) -> Facts:
        """Name the person in short."""
        row["name"], row["email"] = row.pop("user__name"), row.pop("user__email")
        return row

    def shape(self, instance: Membership) -> Facts:
        """Show a hat with its person."""
        return {
            "id": instance.pk,
            "organisation": instance.organisation_id,
            "role": instance.role,
            "ended_at": instance.ended_at,
            "name": instance.user.name,
            "email": instance.user.email,
        }

    @describe(InviteMember, MemberShape, status=201)
    def create(self, request: Request) -> Response:
        """Invite a person: a mail with a link to sign in leaves after this."""

        def invite(*, by: Membership, **facts: Any) -> Membership:
            facts.setdefault("organisation", by.organisation)
            return operations.invite_member(by=by, **facts)

        return self.do(InviteMember, invite, status=201)

    @verb(CommandSerializer, MemberShape, example={})
    def end(self, request: Request, pk: str) -> Response:
        """Take a role away; its tokens stop at once."""
        return self.do(CommandSerializer, operations.end_membership, membership=self.one())


class Tokens(Listed):
    """Your programs' keys. Only a digest is kept: the secret is shown once."""

    capabilities = {"list": "token.issue", "create": "token.issue", "revoke": "token.issue"}
    serializer_class = TokenShape

    def get_queryset(self) -> Any:
        """Give the tokens of the hat that is worn."""
        if getattr(self, "swagger_fake_view", False):
            return ApiToken.objects.none()
        return ApiToken.objects.filter(membership=self.hat)

    @describe(IssueToken, IssuedToken, status=201, example={"name": "Our ERP"})
    def create(self, request: Request) -> Response:
        """Make a key for a program that acts as you do."""
        secrets: list[str] = []
        facts = read(IssueToken, request, hat=self.hat)
        _not_wider_than(request.auth, facts["scope"])

        def act() -> Facts:
            token, secret = operations.issue_token(**facts, by=self.hat)
            secrets.append(secret)
            return self.shape(token)

        response = command(request, act, status=201)
        is_new = "Idempotency-Replayed" not in response
        response.data = {**response.data, "secret": secrets[-1] if is_new else None}
        return response

    @verb(CommandSerializer, TokenShape, example={})
    def revoke(self, request: Request, pk: str) -> Response:
        """Close a token for ever."""
        return self.do(CommandSerializer, operations.revoke_token, token=self.one())


def _not_wider_than(auth: Any, scope: Iterable[str]) -> None:
    """Keep a narrow token from making itself a wide one: no scope means the whole role."""
    own = set(auth.scope) if isinstance(auth, ApiToken) else set()
    if own and not (scope and own.issuperset(scope)):
        raise NotAllowed(_("A token makes no token that may do more than itself."))


class Me(ViewSet):
    """Who you are here."""

    capabilities = {"list": SIGNED_IN}

    @extend_schema(responses=_ONE, operation_id="me")
    def list(self, request: Request) -> Response:
        """Say who you are, which hat you wear, what it opens, and your other hats."""
        hat = acting(request)
        hats = hat.user.memberships.current().select_related("organisation").order_by("pk")
        scope = request.auth.scope if isinstance(request.auth, ApiToken) else []
        return Response(
            {
                "id": hat.user_id,
                "name": hat.user.name,
                "email": hat.user.email,
                "language": hat.user.language,
                "acting_as": _hat(hat),
                "capabilities": [
                    name
                    for name in CAPABILITIES
                    if can(hat, name) and (not scope or name in scope)
                ],
                "hats": [_hat(other) for other in hats],
            }
        )


def _hat(hat: Membership) -> Facts:
    return {
        "id": hat.pk,
        "role": hat.role,
        "organisation": hat.organisation_id,
        "organisation_name": hat.organisation.name,
    }

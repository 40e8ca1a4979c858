"""What the API says of organisations, people and tokens, and what it asks."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from backend.accounts.api.resources import Seen
from backend.accounts.choices import LegalType, OrganisationKind, Role
from backend.accounts.models import ApiToken, Membership, Organisation
from backend.accounts.roles import CAPABILITIES
from backend.core.api.commands import CommandSerializer


class OrganisationShape(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = ["id", "kind", "name", "legal_type", "siren", "territory", "is_active"]


class AddOrganisation(CommandSerializer):
    kind = serializers.ChoiceField(choices=OrganisationKind.choices)
    name = serializers.CharField(max_length=120)
    legal_type = serializers.ChoiceField(choices=LegalType.choices)
    siren = serializers.CharField(max_length=9, required=False, allow_blank=True)
    territory = serializers.CharField(max_length=3, help_text="Code of the département.")


class EditOrganisation(CommandSerializer):
    name = serializers.CharField(max_length=120, required=False)
    legal_type = serializers.ChoiceField(choices=LegalType.choices, required=False)
    siren = serializers.CharField(max_length=9, required=False, allow_blank=True)
    territory = serializers.CharField(max_length=3, required=False)
    is_active = serializers.BooleanField(required=False)


class MemberShape(serializers.ModelSerializer[Membership]):
    name = serializers.CharField(source="user__name")
    email = serializers.EmailField(source="user__email")

    class Meta:
        model = Membership
        fields = ["id", "organisation", "role", "ended_at", "name", "email"]


class InviteMember(CommandSerializer):
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    role = serializers.ChoiceField(choices=Role.choices)
    organisation = Seen(
        Organisation, required=False, help_text="Your own unless you are the coordination."
    )


class TokenShape(serializers.ModelSerializer[ApiToken]):
    class Meta:
        model = ApiToken
        fields = ["id", "name", "scope", "created_at", "expires_at", "revoked_at"]


class IssuedToken(TokenShape):
    """The token with its secret, which is shown this once: null when the command is repeated."""

    secret = serializers.CharField(allow_null=True)

    class Meta(TokenShape.Meta):
        fields = [*TokenShape.Meta.fields, "secret"]


class IssueToken(CommandSerializer):
    name = serializers.CharField(max_length=80)
    scope = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(CAPABILITIES)),
        required=False,
        default=list,
        max_length=len(CAPABILITIES),
        help_text="Capabilities; empty for all the role's.",
    )
    expires_at = serializers.DateTimeField(
        required=False, help_text="Within a year; else 90 days."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let a token end in 90 days unless told otherwise."""
        attrs.setdefault("expires_at", timezone.now() + timedelta(days=90))
        return super().validate(attrs)


class HatShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    role = serializers.ChoiceField(choices=Role.choices)
    organisation = serializers.IntegerField()
    organisation_name = serializers.CharField()


class MeShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    email = serializers.EmailField()
    language = serializers.CharField()
    acting_as = HatShape()
    capabilities = serializers.ListField(child=serializers.CharField())
    hats = HatShape(many=True)

"""Pledges: announced by anybody, decided by the coordination."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle, BaseThrottle

from backend.accounts.api.permissions import PUBLIC
from backend.accounts.api.resources import Facts, Listed, Retrieved, Seen, describe, verb
from backend.accounts.choices import LegalType, OrganisationKind
from backend.accounts.models import ApiToken, Membership, Organisation
from backend.accounts.people import hat_of
from backend.accounts.roles import can
from backend.core.api.commands import CommandSerializer
from backend.inventory import operations
from backend.inventory.api.asked import ReasonAsked, text, whole
from backend.inventory.api.costs import CostShape, row_of_cost
from backend.inventory.api.shapes import AnnouncedPledge, PledgeLineShape, PledgeShape, PledgeSheet
from backend.inventory.choices import Kind, PledgeState
from backend.inventory.models import Pledge, PledgeLine
from backend.inventory.queries.costs import cost_of_pledge

_TRI_STATE: Facts = {"required": False, "allow_null": True}


class ByAddress(AnonRateThrottle):
    """So many public pledges from one address; members are not counted."""

    scope = "public"


class LineAsked(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    quantity = whole(5000, least=1, required=True)
    maker = text(60)
    model = text(80)
    year = whole(2100, least=1990, allow_null=True)
    works = serializers.BooleanField(**_TRI_STATE)
    has_storage = serializers.BooleanField(**_TRI_STATE)
    is_locked = serializers.BooleanField(**_TRI_STATE)
    asset_numbers = serializers.ListField(
        child=serializers.CharField(max_length=80), required=False, max_length=5000
    )
    serials = serializers.ListField(
        child=serializers.CharField(max_length=80), required=False, max_length=5000
    )


class Announce(CommandSerializer):
    donor_name = text(120, required=True)
    legal_type = serializers.ChoiceField(choices=LegalType.choices)
    siren = text(9)
    contact_name = text(120, required=True)
    contact_email = serializers.EmailField(max_length=254)
    contact_phone = text(30)
    language = serializers.ChoiceField(
        choices=[("fr", "Français"), ("en", "English")], required=False
    )
    address = text(240, required=True)
    territory = text(3, required=True, help_text="Code of the département.")
    access = text(400, help_text="Floor, lift, car park, hours.")
    available_from = serializers.DateField(required=False, allow_null=True)
    wishes = text(2000)
    campaign = text(60)
    lines = LineAsked(many=True, allow_empty=False)

    def validate(self, attrs: Facts) -> Facts:
        """Write to the donor in the language of the request unless told otherwise."""
        attrs.setdefault("language", "en" if (get_language() or "fr").startswith("en") else "fr")
        if len(attrs["lines"]) > operations.MOST_LINES:
            raise serializers.ValidationError({"lines": [_("Send at most 200 lines.")]})
        return super().validate(attrs)


class Accept(CommandSerializer):
    workshop = Seen(Organisation, narrow="workshops")
    donor = Seen(
        Organisation,
        required=False,
        allow_null=True,
        help_text="Left out: found by its SIREN, or written down.",
    )

    def validate_donor(self, donor: Organisation | None) -> Organisation | None:
        """Only a donor can be the donor."""
        if donor is not None and donor.kind != OrganisationKind.DONOR:
            raise serializers.ValidationError(_("This organisation is not a donor."))
        return donor


class PledgeFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=PledgeState.choices)
    territory = filters.CharFilter(max_length=3)

    class Meta:
        model = Pledge
        fields: list[str] = []


class Pledges(Listed, Retrieved):
    """What donors announce: expectations, never stock."""

    capabilities = {
        "list": "pledge.view",
        "retrieve": "pledge.view",
        "create": PUBLIC,
        "accept": "pledge.decide",
        "decline": "pledge.decide",
        "close": "pledge.decide",
        "withdraw": "pledge.announce",
        "costs": "cost.view",
    }
    serializer_class = PledgeShape
    filterset_class = PledgeFilter
    lookup_field = "reference"
    lookup_value_regex = "P-[0-9]{4}-[0-9]{5,9}"

    def get_throttles(self) -> list[BaseThrottle]:
        """Count what visitors announce."""
        return [ByAddress()] if self.action == "create" else []

    @extend_schema(responses=PledgeSheet)
    def retrieve(self, request: Request, **named: Any) -> Response:
        """Read a pledge with its lines: announced, collected, refused, received."""
        response = super().retrieve(request, **named)
        number = response.data["id"]
        lines = PledgeLine.objects.filter(pledge=number).with_counts().order_by("pk")
        response.data["lines"] = list(lines.values(*PledgeLineShape.Meta.fields))
        unexpected = Pledge.objects.filter(pk=number, devices__pledge_line=None)
        response.data["unexpected"] = unexpected.values("devices").count()
        return response

    @describe(
        Announce,
        AnnouncedPledge,
        status=201,
        example={
            "donor_name": "Ateliers Exemple",
            "legal_type": "company",
            "contact_name": "Camille Exemple",
            "contact_email": "camille@example.org",
            "address": "1 rue de l'Exemple, Lyon",
            "territory": "69",
            "lines": [{"kind": "laptop", "quantity": 20, "maker": "Lenovo"}],
        },
    )
    def create(self, request: Request) -> Response:
        """Announce devices. Open to everybody; the tracking secret opens the pledge's page."""
        member = self._announcing(request)

        def announce(*, lines: Any, at: Any, by: Any, **facts: Any) -> Pledge:
            return operations.announce_pledge(facts=facts, lines=lines, by=member, at=at)  # type: ignore[arg-type]  # the serializer's fields are the facts

        return self.do(Announce, announce, status=201)

    def shape(self, instance: Pledge) -> Facts:
        """Give a pledge the shape of a row, with its secret for who announced it."""
        row = super().shape(instance)
        if self.action == "create":
            row["tracking_secret"] = instance.tracking_secret
        return row

    @verb(Accept, PledgeShape, example={"workshop": 3})
    def accept(self, request: Request, reference: str) -> Response:
        """Accept a pledge for one workshop."""
        return self.do(Accept, operations.accept_pledge, pledge=self.one())

    @verb(ReasonAsked, PledgeShape, example={"reason": "Too old to be used again"})
    def decline(self, request: Request, reference: str) -> Response:
        """Decline a pledge, with the reason that the donor will read."""
        return self.do(ReasonAsked, operations.decline_pledge, pledge=self.one())

    @verb(CommandSerializer, PledgeShape, example={})
    def withdraw(self, request: Request, reference: str) -> Response:
        """Take a pledge back, as long as it waits for an answer."""
        return self.do(CommandSerializer, operations.withdraw_pledge, pledge=self.one())

    @verb(CommandSerializer, PledgeShape, example={})
    def close(self, request: Request, reference: str) -> Response:
        """Close an accepted pledge: nothing more is expected on it."""
        return self.do(CommandSerializer, operations.close_pledge, pledge=self.one())

    @extend_schema(responses=CostShape)
    @action(detail=True)
    def costs(self, request: Request, reference: str) -> Response:
        """Add up what the repairs of all devices of a pledge cost."""
        return Response(row_of_cost(cost_of_pledge(self.one())))

    @staticmethod
    def _announcing(request: Request) -> Membership | None:
        hat, token = hat_of(request), request.auth
        in_scope = not isinstance(token, ApiToken) or token.allows("pledge.announce")
        return hat if in_scope and can(hat, "pledge.announce") else None

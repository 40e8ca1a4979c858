"""What the API of the figures reads and tells."""

from typing import Any

from rest_framework import serializers

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Organisation
from backend.core.api.commands import CommandSerializer
from backend.impact.models import Statement
from backend.inventory.choices import Kind


class WantedSerializer(serializers.Serializer[Any]):
    """Which figures are wanted: everything is optional."""

    first_day = serializers.DateField(required=False, help_text="From this day on (Europe/Paris).")
    last_day = serializers.DateField(required=False, help_text="Up to and including this day.")
    workshop = serializers.IntegerField(required=False, min_value=1, source="workshop_id")
    territory = serializers.CharField(required=False, max_length=3, help_text="69, 2A, 971 …")
    kind = serializers.ChoiceField(required=False, choices=Kind.choices)


class EstimateSerializer(serializers.Serializer[Any]):
    """Greenhouse gas avoided, kgCO2e: an estimate, never added to a fact."""

    low = serializers.FloatField()
    central = serializers.FloatField()
    high = serializers.FloatField()
    devices = serializers.IntegerField(help_text="Distinct machines that the estimate covers.")
    not_estimated = serializers.DictField(child=serializers.IntegerField())
    factor_set = serializers.CharField()
    method = serializers.CharField()


class FiguresSerializer(serializers.Serializer[Any]):
    """Facts counted from the event log, and the estimate beside them."""

    facts = serializers.DictField(child=serializers.IntegerField())
    by_month = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))
    by_territory = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField())
    )
    by_kind = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))
    estimate = EstimateSerializer()


class StatementSerializer(serializers.ModelSerializer[Statement]):
    """A published statement, as it was and stays."""

    factor_set = serializers.CharField(source="factor_set.version")

    class Meta:
        model = Statement
        fields = (
            "id",
            "donor",
            "first_day",
            "last_day",
            "factor_set",
            "content",
            "sha256",
            "published_at",
        )
        read_only_fields = fields


class PublishSerializer(CommandSerializer):
    """Freeze the figures of a period that is over."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()
    donor = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.filter(kind=OrganisationKind.DONOR),
        required=False,
        allow_null=True,
        help_text="One donor; absent: the programme.",
    )

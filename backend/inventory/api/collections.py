"""Collections: planned, counted at the door, or called off."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import BIGGEST_ID, Listed, Retrieved, Seen, describe, verb
from backend.accounts.models import Membership, Organisation
from backend.core.api.commands import CommandSerializer, MomentField
from backend.inventory import operations
from backend.inventory.api.asked import ReasonAsked, text, whole
from backend.inventory.api.shapes import CollectionLineShape, CollectionShape, CollectionSheet
from backend.inventory.choices import CollectionState
from backend.inventory.models import Collection, CollectionLine, Pledge, PledgeLine


class Plan(CommandSerializer):
    lines = serializers.ListField(
        child=whole(BIGGEST_ID, least=1), min_length=1, max_length=500, help_text="Pledge lines."
    )
    workshop = Seen(
        Organisation, narrow="workshops", required=False, help_text="Left out: your own."
    )
    fetched_by = text(120, required=True)
    planned_for = MomentField(required=True)

    def validate_lines(self, ids: list[int]) -> list[PledgeLine]:
        """Find the lines, all at once."""
        pledges = Pledge.objects.seen_by(self.context.get("hat"))
        lines = PledgeLine.objects.filter(pledge__in=pledges, pk__in=set(ids))
        found = list(lines.select_related("pledge"))
        if len(found) < len(set(ids)):
            raise serializers.ValidationError(_("There is no such pledge line for you."))
        return found


class CountAsked(serializers.Serializer[Any]):
    pledge_line = whole(BIGGEST_ID, least=1, required=True)
    collected = whole(100_000, required=True)
    refused = whole(100_000, default=0)
    reason = text(240, default="")


class Record(CommandSerializer):
    counts = CountAsked(many=True)
    signed_by_role = text(80, required=True, help_text="A function, no name.")


class CollectionFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=CollectionState.choices)

    class Meta:
        model = Collection
        fields: list[str] = []


class Collections(Listed, Retrieved):
    """Trips that fetch what was pledged."""

    capabilities = {
        "list": "collection.view",
        "retrieve": "collection.view",
        "create": "collection.plan",
        "record": "collection.record",
        "cancel": "collection.plan",
    }
    serializer_class = CollectionShape
    filterset_class = CollectionFilter
    lookup_field = "reference"
    lookup_value_regex = "C-[0-9]{4}-[0-9]{5,9}"

    @extend_schema(responses=CollectionSheet)
    def retrieve(self, request: Request, **named: Any) -> Response:
        """Read a collection with what it brought of each line."""
        response = super().retrieve(request, **named)
        lines = CollectionLine.objects.filter(collection=response.data["id"]).order_by("pk")
        response.data["lines"] = list(lines.values(*CollectionLineShape.Meta.fields))
        return response

    @describe(
        Plan,
        CollectionShape,
        status=201,
        example={
            "lines": [12, 13],
            "fetched_by": "Our van",
            "planned_for": "2026-09-21T09:00:00+02:00",
        },
    )
    def create(self, request: Request) -> Response:
        """Plan one trip for lines of accepted pledges of one workshop."""

        def plan(*, by: Membership, **facts: Any) -> Collection:
            facts.setdefault("workshop", by.organisation)
            return operations.plan_collection(by=by, **facts)

        return self.do(Plan, plan, status=201)

    @verb(
        Record,
        CollectionShape,
        example={
            "counts": [{"pledge_line": 12, "collected": 18, "refused": 2, "reason": "CRT"}],
            "signed_by_role": "IT manager",
        },
    )
    def record(self, request: Request, reference: str) -> Response:
        """Write down what was counted at the door, and who signed."""

        def record(*, counts: list[dict[str, Any]], **facts: Any) -> Collection:
            counted = {
                count["pledge_line"]: operations.DoorCount(
                    count["collected"], count["refused"], count["reason"]
                )
                for count in counts
            }
            return operations.record_collection(counts=counted, **facts)

        return self.do(Record, record, collection=self.one())

    @verb(ReasonAsked, CollectionShape, example={"reason": "The van broke down"})
    def cancel(self, request: Request, reference: str) -> Response:
        """Call a planned trip off; its lines may be planned again."""
        return self.do(ReasonAsked, operations.cancel_collection, collection=self.one())

"""What a workshop and the programme set: checklists, the hourly rate, the performance scale."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Facts, Listed, Resource, describe
from backend.accounts.models import Membership
from backend.core.api.commands import CommandSerializer
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.choices import Kind
from backend.inventory.models import Checklist, HourlyRate, PerformanceScale
from backend.inventory.operations.setting import DEAREST_HOUR, LONGEST_WORDS, MOST_POINTS
from backend.inventory.performance import HIGHEST, LOWEST, STANDARD
from backend.inventory.queries import standards


class PointShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    words = serializers.CharField(help_text="In the language of the request.")
    fr = serializers.CharField()
    en = serializers.CharField(allow_blank=True)
    is_fixed = serializers.BooleanField(help_text="Stays on every list.")


class ChecklistShape(serializers.Serializer[Any]):
    """What a workshop checks on one kind. Version 0 is the standard list."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    version = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)
    points = PointShape(many=True)


class PointAsked(serializers.Serializer[Any]):
    key = serializers.RegexField("^[a-z0-9_]{1,40}$")
    fr = asked.text(LONGEST_WORDS, required=True)
    en = asked.text(LONGEST_WORDS, default="")


class PublishChecklist(CommandSerializer):
    kind = serializers.ChoiceField(choices=Kind.choices)
    replaces = asked.whole(required=True, help_text="The version that this one was made from.")
    points = serializers.ListField(child=PointAsked(), min_length=1, max_length=MOST_POINTS)


class SetRate(CommandSerializer):
    cents = asked.whole(DEAREST_HOUR, required=True)


class RateShape(serializers.ModelSerializer[HourlyRate]):
    """What an hour of work costs from `published_at` on, in euro cents."""

    class Meta:
        model = HourlyRate
        fields = ["id", "organisation", "cents", "published_at"]


class ScaleShape(serializers.ModelSerializer[PerformanceScale]):
    points = serializers.DictField(child=serializers.IntegerField())

    class Meta:
        model = PerformanceScale
        fields = ["version", "points", "published_at"]
        extra_kwargs = {"published_at": {"allow_null": True}}


class PublishScale(CommandSerializer):
    replaces = asked.whole(required=True, help_text="The version that this one was made from.")
    points = serializers.DictField(
        child=serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST),
        help_text="All points; see `performance-scales/current/` for the keys.",
    )


def row_of_list(found: standards.CurrentList) -> Facts:
    """Give a checklist the shape of a row."""
    points = [
        point._asdict() | {"words": point.words, "is_fixed": point.is_fixed}
        for point in found.points
    ]
    return found._asdict() | {"points": points}


class Checklists(Resource):
    """What your workshop checks before a device is ready, kind by kind."""

    capabilities = {"list": "checklist.view", "create": "checklist.edit"}
    serializer_class = ChecklistShape
    pagination_class = None

    @property
    def model(self) -> Any:
        """The table behind it."""
        return Checklist

    @extend_schema(responses=ChecklistShape(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """Give the list that holds now for every kind. Checks answer the keys of its points."""
        lists = standards.current_lists(self.hat.organisation_id)
        return Response([row_of_list(found) for found in lists.values()])

    @describe(
        PublishChecklist,
        ChecklistShape,
        status=201,
        example={
            "kind": "laptop",
            "replaces": 0,
            "points": [
                {"key": "hinges", "fr": "Charnières", "en": "Hinges"},
                {"key": "final_test", "fr": "Essai final"},
            ],
        },
    )
    def create(self, request: Request) -> Response:
        """Publish the next version of one list. A scan made before answers the one before."""
        return self.do(PublishChecklist, operations.publish_checklist, status=201)

    def shape(self, instance: Any) -> Facts:
        """Give what was published."""
        points = [standards.ListPoint(**point) for point in instance.points]
        return row_of_list(
            standards.CurrentList(instance.kind, instance.version, points, instance.published_at)
        )


class HourlyRates(Listed):
    """What an hour of work costs in a workshop, newest first: the first one holds."""

    capabilities = {"list": "cost.view", "create": "rate.edit"}
    serializer_class = RateShape

    @describe(SetRate, RateShape, status=201, example={"cents": 1800})
    def create(self, request: Request) -> Response:
        """Say what an hour costs from now on; repairs recorded before keep theirs."""
        return self.do(SetRate, operations.set_hourly_rate, status=201)


class PerformanceScales(Listed):
    """Versions of the scale that makes performance classes, as they were published."""

    capabilities = {
        "list": "performance.view",
        "current": "performance.view",
        "create": "performance.edit",
    }
    serializer_class = ScaleShape

    @extend_schema(responses=ScaleShape, filters=False)
    @action(detail=False, pagination_class=None)
    def current(self, request: Request) -> Response:
        """Read the scale that holds now; version 0 is the standard one."""
        return Response(standards.scale_now()._asdict())

    @describe(PublishScale, ScaleShape, status=201, example={"replaces": 0, "points": STANDARD})
    def create(self, request: Request) -> Response:
        """Publish the next version, whole. Classes given before keep theirs."""

        def publish(*, by: Membership, **given: Any) -> PerformanceScale:
            return operations.publish_performance_scale(by=by, **given)

        return self.do(PublishScale, publish, status=201)

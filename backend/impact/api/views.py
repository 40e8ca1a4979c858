"""The figures and the statements, over HTTP."""

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.permissions import PUBLIC
from backend.accounts.people import acting, hat_of
from backend.core.api.commands import command
from backend.impact import figures, operations
from backend.impact.api.serializers import (
    FiguresSerializer,
    PublishSerializer,
    StatementSerializer,
    WantedSerializer,
)
from backend.impact.choices import Figure
from backend.impact.figures.estimating import METHOD
from backend.impact.models import Statement

_EXAMPLE = {
    "facts": {"devices_collected": 2000, "devices_reconditioned": 740, "people_equipped": 300},
    "by_month": {"2026-09": {"devices_collected": 180}},
    "by_territory": {"69": {"devices_collected": 410}},
    "by_kind": {"laptop": {"devices_handed_over": 210}},
    "estimate": {
        "low": 2400.0,
        "central": 11600.0,
        "high": 38000.0,
        "devices": 300,
        "not_estimated": {"printer": 2},
        "factor_set": "2026-1",
        "method": "v1",
    },
}


class FiguresViewSet(viewsets.GenericViewSet[Statement]):
    """The public figures: facts from the event log, an estimate apart."""

    capabilities = {"list": PUBLIC}
    queryset = Statement.objects.none()
    serializer_class = FiguresSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        parameters=[WantedSerializer],
        responses=forced_singular_serializer(FiguresSerializer),  # type: ignore[no-untyped-call]  # untyped there
        examples=[OpenApiExample("A year at a tenth", value=_EXAMPLE, response_only=True)],
    )
    def list(self, request: Request) -> Response:
        """Give the figures of a period, a workshop, a territory or a kind; all time when open."""
        asked = WantedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        kinds = figures.by_kind(**wanted)
        machines = {kind: found[Figure.MACHINES_GIVEN] for kind, found in kinds.items()}
        months = figures.by_month(**wanted)
        return Response(
            {
                "facts": figures.totals(**wanted),
                "by_month": {f"{month:%Y-%m}": found for month, found in months.items()},
                "by_territory": figures.by_territory(**wanted),
                "by_kind": kinds,
                "estimate": asdict(figures.estimate_avoided(machines)) | {"method": METHOD},
            },
            headers={"Cache-Control": "public, max-age=60"},
        )


class StatementViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Statement]
):
    """Published statements: frozen figures with their inputs, factors and SHA-256."""

    capabilities = {
        "list": "statement.view",
        "retrieve": "statement.view",
        "create": "statement.publish",
    }
    queryset = Statement.objects.none()
    serializer_class = StatementSerializer

    def get_queryset(self) -> "QuerySet[Statement]":
        """Start from what this person may see."""
        return Statement.objects.seen_by(hat_of(self.request)).select_related("factor_set")

    @extend_schema(request=PublishSerializer, responses={201: StatementSerializer})
    def create(self, request: Request) -> Response:
        """Publish the figures of a period that is over; they never change afterwards."""
        asked = PublishSerializer(data=request.data)
        asked.is_valid(raise_exception=True)

        def publish() -> Any:
            statement = operations.publish_statement(by=acting(request), **asked.validated_data)
            return StatementSerializer(statement).data

        return command(request, publish, status=201)

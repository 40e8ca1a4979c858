"""Reservations: released, or handed over."""

from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Listed, Retrieved, read, verb
from backend.core.api.commands import command
from backend.distribution import operations, queries
from backend.distribution.api.asked import HandOverDevice, ReleaseAllocation
from backend.distribution.api.hand_overs import HandOvers
from backend.distribution.api.rows import Gathered, by_id
from backend.distribution.api.shapes import AllocationShape, HandOverShape, TextShape
from backend.distribution.models import Allocation

_HAND_OVER = {
    "taken_by": "person",
    "signed_by": "signature",
    "signature": "M 10 20 L 30 40 L 55 12",
    "price_cents": 5000,
}


class AllocationFilter(filters.FilterSet):
    request = by_id("line__request")
    code = filters.CharFilter(field_name="device__labels__code", max_length=9)

    class Meta:
        model = Allocation
        fields = ["outcome"]


class Allocations(Gathered, Listed, Retrieved):
    """Devices promised to people: each once, or not at all."""

    capabilities = {
        "list": "allocation.view",
        "retrieve": "allocation.view",
        "release": "allocation.decide",
        "text": "hand_over.record",
        "hand_over": "hand_over.record",
    }
    serializer_class = AllocationShape
    filterset_class = AllocationFilter
    paths = {
        "id": "id",
        "line": "line_id",
        "request": "line__request_id",
        "code": "device__code",
        "kind": "device__kind",
        "outcome": "outcome",
        "reserved_at": "reserved_at",
        "expires_at": "expires_at",
        "closed_at": "closed_at",
        "release_reason": "release_reason",
    }

    @verb(ReleaseAllocation, AllocationShape, example={"reason": "The person moved away."})
    def release(self, request: Request, pk: str) -> Response:
        """Put a reserved device back on the shelf."""
        return self.do(ReleaseAllocation, operations.release_allocation, allocation=int(pk))

    @extend_schema(
        responses=TextShape,
        parameters=[OpenApiParameter("price_cents", int, description="If below the usual one.")],
    )
    @action(detail=True, methods=["get"])
    def text(self, request: Request, pk: str) -> Response:
        """Give the text to be read and signed, in your language."""
        allocation = queries.promise_to_show(self.one())
        asked = request.query_params.get("price_cents", "")
        usual = allocation.line.request.programme.price_cents
        price = min(int(asked), usual) if asked.isdecimal() and len(asked) < 9 else usual
        text = queries.text_to_sign(allocation, price_cents=price, at=timezone.now())
        return Response({"text": text, "price_cents": price})

    @verb(HandOverDevice, HandOverShape, status=201, example=_HAND_OVER)
    def hand_over(self, request: Request, pk: str) -> Response:
        """Hand the device to the person it is reserved for; keeps the text as signed."""
        facts: Any = read(HandOverDevice, request, hat=self.hat)
        return command(
            request,
            lambda: HandOvers().shape(
                operations.hand_over_device(allocation=int(pk), **facts, by=self.hat)
            ),
            status=201,
        )

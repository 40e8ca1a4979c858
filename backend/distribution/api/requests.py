"""Requests: the queue, and what is decided about it."""

import math
from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response

from backend.accounts.api.resources import Facts, Resource, describe, read, verb
from backend.core.api.commands import CommandSerializer, command
from backend.distribution import operations, queries
from backend.distribution.api.allocations import Allocations
from backend.distribution.api.asked import (
    AllocateDevice,
    AllocateWaiting,
    DeclineRequest,
    SubmitRequest,
)
from backend.distribution.api.rows import by_id
from backend.distribution.api.shapes import (
    AllocationShape,
    ChoiceShape,
    QueuedRequest,
    RequestShape,
    SuggestionShape,
)
from backend.distribution.models import Request

_COLUMNS = (
    "id",
    "reference",
    "state",
    "programme",
    "beneficiary",
    "structure",
    "purpose",
    "urgency",
    "connection",
    "submitted_at",
    "decided_at",
    "decline_reason",
)
_EXAMPLE = {
    "beneficiary": 118,
    "programme": 1,
    "needs": [{"kind": "laptop", "min_ram_gb": 8, "accessories": "mouse"}],
    "purpose": "job_search",
    "urgency": 1,
    "connection": "mobile",
}


class RequestFilter(filters.FilterSet):
    programme = by_id("programme")
    beneficiary = by_id("beneficiary")
    structure = by_id("structure")

    class Meta:
        model = Request
        fields = ["state", "urgency", "reference"]


class Requests(Resource):
    """What counsellors ask for, by person. Nobody but the structure sees who it is for."""

    capabilities = {
        "list": "request.view",
        "retrieve": "request.view",
        "create": "request.submit",
        "cancel": "request.submit",
        "decline": "request.decide",
        "suggestions": "allocation.decide",
        "allocate": "allocation.decide",
        "allocate_waiting": "allocation.decide",
    }
    serializer_class = RequestShape
    filterset_class = RequestFilter

    @property
    def model(self) -> type[Request]:
        """The model behind the shape."""
        return Request

    @property
    def columns(self) -> list[str]:
        """The columns of a request; its lines are read for a whole page at once."""
        return list(_COLUMNS)

    def list(self, request: HttpRequest) -> Response:
        """List the requests that you may see, newest first, with their lines."""
        rows = self.filter_queryset(self.get_queryset()).values(*_COLUMNS)
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(_with_lines(page))

    @extend_schema(responses=QueuedRequest)
    def retrieve(self, request: HttpRequest, pk: str) -> Response:
        """Read one request, its place in the queue and what delay to expect."""
        found = self.one()
        at = timezone.now()
        lines = found.lines.select_related("request").order_by("pk")
        expected = [
            {"line": line.pk, "days": _days(queries.expected_delay(line, at=at))} for line in lines
        ]
        place = queries.place_in_queue(found)
        return Response(self.shape(found) | {"place_in_queue": place, "expected": expected})

    def shape(self, instance: Any) -> Facts:
        """Show a request with its lines."""
        return _with_lines([super().shape(instance)])[0]

    @describe(SubmitRequest, RequestShape, status=201, example=_EXAMPLE)
    def create(self, request: HttpRequest) -> Response:
        """Ask for devices for one person."""
        return self.do(SubmitRequest, operations.submit_request, status=201)

    @verb(CommandSerializer, RequestShape, example={})
    def cancel(self, request: HttpRequest, pk: str) -> Response:
        """Withdraw what is still open of a request."""
        return self.do(CommandSerializer, operations.cancel_request, request=int(pk))

    @verb(DeclineRequest, RequestShape, example={"reason": "Outside the territory."})
    def decline(self, request: HttpRequest, pk: str) -> Response:
        """Refuse a request and say why."""
        return self.do(DeclineRequest, operations.decline_request, request=int(pk))

    @extend_schema(responses=SuggestionShape(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def suggestions(self, request: HttpRequest, pk: str) -> Response:
        """Give for each waiting line the READY devices that fit, the best first."""
        lines = queries.waiting_lines().filter(request=self.one())
        return Response(
            [
                {"line": line.pk, "kind": line.kind, "fits": _fits(line)}
                for line in lines.select_related("request__programme")
            ]
        )

    @verb(AllocateDevice, AllocationShape, status=201, example={"line": 7, "code": "7K3M-9XQ2-9"})
    def allocate(self, request: HttpRequest, pk: str) -> Response:
        """Reserve a READY device for one line of the request."""
        facts = read(AllocateDevice, request, hat=self.hat)

        def act() -> Facts:
            allocation = operations.allocate_device(**facts, by=self.hat)
            if allocation.line.request_id != int(pk):
                raise operations.UnknownRequest(_("This line belongs to another request."))
            return Allocations().shape(allocation)

        return command(request, act, status=201)

    @describe(AllocateWaiting, ChoiceShape(many=True), example={"most": 20})
    @action(detail=False, methods=["post"], url_path="allocate-waiting", pagination_class=None)
    def allocate_waiting(self, request: HttpRequest) -> Response:
        """Reserve for the queue, the most urgent and then the oldest first, and say why."""
        facts = read(AllocateWaiting, request, hat=self.hat)
        return command(
            request,
            lambda: [
                {
                    "line": choice.line_id,
                    "request": choice.request,
                    "kind": choice.kind,
                    "code": choice.code,
                    "allocation": choice.allocation_id,
                    "why": str(choice.why),
                }
                for choice in operations.allocate_waiting(**facts, by=self.hat)
            ],
        )


def _days(delay: timedelta | None) -> int | None:
    return None if delay is None else math.ceil(delay / timedelta(days=1))


def _fits(line: Any) -> list[Facts]:
    return [
        {name: value for name, value in fit._asdict().items() if name != "device_id"}
        for fit in queries.suggest_devices(line)
    ]


def _with_lines(rows: list[Facts]) -> list[Facts]:
    lines = defaultdict(list)
    for line in queries.lines_of([row["id"] for row in rows]):
        lines[line.pop("request")].append(line)
    return [row | {"lines": lines[row["id"]]} for row in rows]

"""Programmes."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Listed, Retrieved, describe, read
from backend.core.api.commands import command
from backend.core.api.etags import IF_MATCH, Tagged
from backend.distribution import operations
from backend.distribution.api.asked import EditProgramme, ProgrammeRules
from backend.distribution.api.shapes import ProgrammeShape
from backend.distribution.models import Programme

_EXAMPLE = {
    "name": "Ordinateurs solidaires",
    "criteria": ["attested", "student"],
    "devices_per_person": 1,
    "period_days": 365,
    "price_cents": 5000,
}


class ProgrammeFilter(filters.FilterSet):
    class Meta:
        model = Programme
        fields = ["is_open"]


class Programmes(Tagged, Listed, Retrieved):
    """The rules by which devices are given, or sold at a solidarity price."""

    capabilities = {
        "list": "programme.view",
        "retrieve": "programme.view",
        "create": "programme.edit",
        "partial_update": "programme.edit",
    }
    serializer_class = ProgrammeShape
    filterset_class = ProgrammeFilter

    def retrieve(self, request: Request, **named: Any) -> Response:
        """Read one, with its ETag."""
        return self.tag(super().retrieve(request, **named))

    @describe(ProgrammeRules, ProgrammeShape, status=201, example=_EXAMPLE)
    def create(self, request: Request) -> Response:
        """Open a programme."""

        def create(*, by: Any, at: Any, **facts: Any) -> Programme:
            return operations.create_programme(facts=facts, by=by, at=at)  # type: ignore[arg-type]  # the serializer's fields are the facts

        return self.tag(self.do(ProgrammeRules, create, status=201))

    @extend_schema(parameters=[IF_MATCH])
    @describe(EditProgramme, ProgrammeShape, example={"is_open": False})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change rules from now on; If-Match says which version you have read."""
        facts: Any = read(EditProgramme, request, hat=self.hat)
        at = facts.pop("at")

        def edit() -> dict[str, Any]:
            programme = self.one_locked()
            self.require_match(request, self.shape(programme))
            return self.shape(
                operations.edit_programme(programme=programme, facts=facts, by=self.hat, at=at)
            )

        return self.tag(command(request, edit))

"""The people who receive, for the structure that accompanies them only."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Facts, Listed, columns_of, describe, read, verb
from backend.core.api.commands import CommandSerializer, command
from backend.core.api.etags import IF_MATCH, Tagged, etag_of
from backend.distribution import operations
from backend.distribution.api.asked import EditBeneficiary, RegisterBeneficiary
from backend.distribution.api.shapes import (
    BeneficiaryCard,
    BeneficiaryFile,
    BeneficiaryShape,
)
from backend.distribution.models import Beneficiary

_EXAMPLE = {
    "case_reference": "2026-118",
    "name": "Personne Exemple",
    "birth_year": 1980,
    "household_size": 3,
    "criteria": ["attested"],
}


class BeneficiaryFilter(filters.FilterSet):
    class Meta:
        model = Beneficiary
        fields = ["case_reference"]


class Beneficiaries(Tagged, Listed):
    """People of your structure. Lists show case references; opening a file is written down."""

    capabilities = {
        "list": "beneficiary.view",
        "retrieve": "beneficiary.view",
        "export": "beneficiary.view",
        "create": "beneficiary.edit",
        "partial_update": "beneficiary.edit",
        "erase": "beneficiary.edit",
    }
    serializer_class = BeneficiaryShape
    filterset_class = BeneficiaryFilter

    def shape(self, instance: Beneficiary) -> Facts:
        """Show what a command answers: answers are remembered, so there is no name in them."""
        checks = instance.criterion_checks.order_by("criterion")
        return columns_of(instance, self.columns) | {
            "criteria": list(checks.values("criterion", "checked_by_label", "checked_at"))
        }

    def file(self, person: Beneficiary) -> Facts:
        """Show the whole file."""
        return self.shape(person) | {"name": person.name, "birth_year": person.birth_year}

    @extend_schema(responses=BeneficiaryFile)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Open a person's file; that you did is written down."""
        person = operations.read_beneficiary(beneficiary=int(pk), by=self.hat, at=timezone.now())
        return self.tag(Response(self.file(person)))

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["get"])
    def export(self, request: Request, pk: str) -> Response:
        """Give everything that is kept about a person, at their request."""
        at = timezone.now()
        return Response(operations.export_beneficiary(beneficiary=int(pk), by=self.hat, at=at))

    @describe(RegisterBeneficiary, BeneficiaryCard, status=201, example=_EXAMPLE)
    def create(self, request: Request) -> Response:
        """Open a person's file in your structure."""
        facts: Any = read(RegisterBeneficiary, request, hat=self.hat)
        return self._written(
            lambda: operations.register_beneficiary(
                **facts, structure=self.hat.organisation, by=self.hat
            ),
            status=201,
        )

    @extend_schema(parameters=[IF_MATCH])
    @describe(EditBeneficiary, BeneficiaryCard, example={"household_size": 4})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct a file or tick criteria; If-Match says which version you have read."""
        facts: Any = read(EditBeneficiary, request, hat=self.hat)
        at, criteria = facts.pop("at"), facts.pop("criteria", None)

        def edit() -> Beneficiary:
            person = self.one_locked()
            self.require_match(request, self.file(person))
            return operations.edit_beneficiary(
                beneficiary=person, facts=facts, criteria=criteria, by=self.hat, at=at
            )

        return self._written(edit)

    def _written(self, act: Callable[[], Beneficiary], *, status: int = 200) -> Response:
        tags: list[str] = []

        def write() -> Facts:
            person = act()
            tags.append(etag_of(self.file(person)))
            return self.shape(person)

        response = command(self.request, write, status=status)
        if "Idempotency-Replayed" not in response:
            response["ETag"] = tags[-1]
        return response

    @verb(CommandSerializer, BeneficiaryCard, example={})
    def erase(self, request: Request, pk: str) -> Response:
        """Erase what names a person, at their request; the statistics stay."""
        return self.do(CommandSerializer, operations.erase_beneficiary, beneficiary=int(pk))

"""Calls for help."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle

from backend.accounts.api.permissions import PUBLIC
from backend.accounts.api.resources import Facts, Listed, Retrieved, describe, read, verb
from backend.core.api.commands import command
from backend.distribution import operations
from backend.distribution.api.asked import CloseSupportCase, OpenSupportCase
from backend.distribution.api.rows import Gathered
from backend.distribution.api.shapes import CallClosed, CallTaken, SupportCaseShape
from backend.distribution.models import SupportCase

_EXAMPLE = {
    "code": "7K3M-9XQ2-9",
    "topic": "fault",
    "message": "The screen stays black.",
    "contact": "06 00 00 00 00",
}


class SupportCaseFilter(filters.FilterSet):
    is_open = filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")
    code = filters.CharFilter(field_name="device__labels__code", max_length=9)

    class Meta:
        model = SupportCase
        fields = ["topic"]


class SupportCases(Gathered, Listed, Retrieved):
    """What people with a device in hand need. Anybody may open one with the label's code."""

    capabilities = {
        "list": "support.view",
        "retrieve": "support.view",
        "create": PUBLIC,
        "close": "support.close",
    }
    serializer_class = SupportCaseShape
    filterset_class = SupportCaseFilter
    throttle_scope = "public"
    paths = {
        "id": "id",
        "code": "device__code",
        "topic": "topic",
        "message": "message",
        "contact": "contact",
        "opened_at": "opened_at",
        "closed_at": "closed_at",
        "closing_note": "closing_note",
    }

    def get_throttles(self) -> list[BaseThrottle]:
        """Slow down who opens many cases without an account."""
        is_stranger = self.action == "create" and not self.request.user.is_authenticated
        return [ScopedRateThrottle()] if is_stranger else []

    def present(self, row: Facts) -> Facts:
        """Keep message and contact for those who answer: neither coordination nor auditors."""
        said = super().present(row)
        if self.hat.sees_all or self.hat.role == "auditor":
            said |= {"message": None, "contact": None}
        return said

    @describe(OpenSupportCase, CallTaken, status=201, example=_EXAMPLE)
    def create(self, request: Request) -> Response:
        """Ask for help with a device, or say that you found one."""
        facts: Any = read(OpenSupportCase, request, hat=None)

        def act() -> Facts:
            case = operations.open_support_case(**facts)
            return {"id": case.pk, "opened_at": case.opened_at}

        return command(request, act, status=201)

    @verb(CloseSupportCase, CallClosed, example={"note": "Charger replaced."})
    def close(self, request: Request, pk: str) -> Response:
        """Close a case and say what was done."""
        return self.do(CloseSupportCase, operations.close_support_case, case=int(pk))

    def shape(self, instance: SupportCase) -> Facts:
        """Show what a command answers: answers are remembered, so no stranger's words in them."""
        return {
            "id": instance.pk,
            "opened_at": instance.opened_at,
            "closed_at": instance.closed_at,
            "closing_note": instance.closing_note,
        }

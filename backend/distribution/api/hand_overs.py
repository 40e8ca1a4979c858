"""Hand-overs and returns."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django_filters import rest_framework as filters
from django_filters.fields import DateRangeWidget, IsoDateTimeField, RangeField
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Listed, Retrieved, describe, verb
from backend.core.api.commands import CommandSerializer
from backend.distribution import operations
from backend.distribution.api.asked import TakeBackDevice
from backend.distribution.api.rows import Gathered, by_id
from backend.distribution.api.shapes import HandOverShape, ReceiptShape, ReturnShape
from backend.distribution.models import HandOver, Return


class MomentInUtc(IsoDateTimeField):
    """A moment in any time zone, given in UTC: PostgreSQL knows no offset beyond 15:59."""

    def to_python(self, value: Any) -> datetime | None:
        """Read the moment. Refuses what is in no year of the calendar once it is in UTC."""
        moment: datetime | None = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentRangeField(RangeField):
    widget = DateRangeWidget

    def __init__(self, **kwargs: Any) -> None:
        """Take two moments, either of which may be left out."""
        super().__init__(fields=(MomentInUtc(), MomentInUtc()), **kwargs)


class MomentRangeFilter(filters.IsoDateTimeFromToRangeFilter):
    field_class = MomentRangeField


class HandOverFilter(filters.FilterSet):
    request = by_id("allocation__line__request")
    code = filters.CharFilter(field_name="allocation__device__labels__code", max_length=9)
    handed_over = MomentRangeFilter(field_name="handed_over_at")

    class Meta:
        model = HandOver
        fields = ["receipt", "taken_by", "signed_by"]


class HandOvers(Gathered, Listed, Retrieved):
    """Who took what, confirmed how, at what price, warranted until when."""

    capabilities = {
        "list": "hand_over.view",
        "retrieve": "hand_over.view",
        "receipt": "hand_over.view",
        "undo": "hand_over.record",
    }
    serializer_class = HandOverShape
    filterset_class = HandOverFilter
    paths = {
        "id": "id",
        "receipt": "receipt",
        "allocation": "allocation_id",
        "request": "allocation__line__request_id",
        "code": "allocation__device__code",
        "kind": "allocation__device__kind",
        "taken_by": "taken_by",
        "signed_by": "signed_by",
        "price_cents": "price_cents",
        "warranty_end": "warranty_end",
        "handed_over_at": "handed_over_at",
        "undone_at": "undone_at",
    }

    @extend_schema(responses=ReceiptShape)
    @action(detail=True, methods=["get"])
    def receipt(self, request: Request, pk: str) -> Response:
        """Give the receipt: the text as signed. Only its structure sees the signature."""
        found = self.one()
        is_theirs = not self.hat.sees_all
        return Response(
            {
                "receipt": found.receipt,
                "text": found.signed_text,
                "signature": found.signature if is_theirs else None,
                "handed_over_at": found.handed_over_at,
                "undone_at": found.undone_at,
            }
        )

    @verb(CommandSerializer, HandOverShape, example={})
    def undo(self, request: Request, pk: str) -> Response:
        """Take back a hand-over recorded by mistake, within a day."""
        return self.do(CommandSerializer, operations.undo_hand_over, hand_over=int(pk))


class ReturnFilter(filters.FilterSet):
    hand_over = by_id("hand_over")

    class Meta:
        model = Return
        fields = ["reason"]


class Returns(Gathered, Listed, Retrieved):
    """Devices that came back from the people who had them."""

    capabilities = {
        "list": "return.view",
        "retrieve": "return.view",
        "create": "return.record",
    }
    serializer_class = ReturnShape
    filterset_class = ReturnFilter
    paths = {
        "id": "id",
        "hand_over": "hand_over_id",
        "code": "hand_over__allocation__device__code",
        "reason": "reason",
        "returned_at": "returned_at",
    }

    @describe(
        TakeBackDevice,
        ReturnShape,
        status=201,
        example={"code": "7K3M-9XQ2-9", "reason": "unused"},
    )
    def create(self, request: Request) -> Response:
        """Take a device back: its data has to be erased all over again."""
        return self.do(TakeBackDevice, operations.take_back_device, status=201)

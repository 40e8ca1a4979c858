"""Transfers of custody between workshops."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Facts, Listed, Retrieved, Seen, describe, verb
from backend.accounts.models import Organisation
from backend.core.api.commands import CommandSerializer
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.api.shapes import TransferLineShape, TransferShape, TransferSheet
from backend.inventory.choices import TransferOutcome, TransferState
from backend.inventory.models import Transfer, TransferLine


class Send(CommandSerializer):
    scanned = serializers.ListField(
        child=asked.code(), min_length=1, max_length=500, help_text="Codes of the devices."
    )
    receiver = Seen(Organisation, narrow="workshops")


class SettleLine(CommandSerializer):
    code = asked.code()
    outcome = serializers.ChoiceField(
        choices=[c for c in TransferOutcome.choices if c[0] != TransferOutcome.PENDING]
    )


class TransferFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=TransferState.choices)

    class Meta:
        model = Transfer
        fields: list[str] = []


class Transfers(Listed, Retrieved):
    """Devices on their way from one workshop to another."""

    capabilities = {
        "list": "transfer.view",
        "retrieve": "transfer.view",
        "create": "transfer.send",
        "receive": "transfer.receive",
    }
    serializer_class = TransferShape
    filterset_class = TransferFilter
    lookup_field = "reference"
    lookup_value_regex = "T-[0-9]{4}-[0-9]{5,9}"

    @extend_schema(responses=TransferSheet)
    def retrieve(self, request: Request, **named: Any) -> Response:
        """Read a transfer with what became of each device."""
        response = super().retrieve(request, **named)
        lines = TransferLine.objects.filter(transfer=response.data["id"]).order_by("pk")
        response.data["lines"] = [
            {"device": code, "outcome": outcome}
            for code, outcome in lines.values_list("device__code", "outcome")
        ]
        return response

    def shape(self, instance: Any) -> Facts:
        """Give a transfer, or the line just settled, the shape of a row."""
        if isinstance(instance, TransferLine):
            return {"device": instance.device.code, "outcome": instance.outcome}
        return super().shape(instance)

    @describe(Send, TransferShape, status=201, example={"scanned": ["7K3M9XQ29"], "receiver": 4})
    def create(self, request: Request) -> Response:
        """Send devices to another workshop. You answer for each until it arrives."""
        return self.do(Send, operations.send_transfer, status=201)

    @verb(SettleLine, TransferLineShape, example={"code": "7K3M9XQ29", "outcome": "received"})
    def receive(self, request: Request, reference: str) -> Response:
        """Settle one device: received, lost, or found later."""
        return self.do(SettleLine, operations.receive_transfer_line, transfer=self.one())

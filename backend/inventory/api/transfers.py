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
from backend.inventory.api.place_shapes import ArrivalShape, TransferShape, TransferSheet
from backend.inventory.choices import TransferOutcome, TransferState
from backend.inventory.models import Lot, StrayScan, Transfer, TransferLine
from backend.inventory.operations import Arrived


class Send(CommandSerializer):
    """Devices, scanned or all of a lot."""

    scanned = serializers.ListField(
        child=asked.code(), required=False, max_length=500, help_text="Codes of the devices."
    )
    lot = Seen(Lot, required=False, allow_null=True)
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
        strays = StrayScan.objects.filter(transfer=response.data["id"]).order_by("pk")
        columns = ("device__code", "outcome", "settled_at", "settled_by_label")
        response.data["lines"] = [
            {"device": code, "outcome": outcome, "settled_at": at, "settled_by_label": by}
            for code, outcome, at, by in lines.values_list(*columns)
        ]
        response.data["strays"] = list(strays.values_list("code", flat=True))
        return response

    def shape(self, instance: Any) -> Facts:
        """Give a transfer, or one scan on arrival, the shape of a row."""
        if isinstance(instance, Arrived):
            return _arrival_of(instance)
        return super().shape(instance)

    @describe(Send, TransferShape, status=201, example={"scanned": ["7K3M9XQ29"], "receiver": 4})
    def create(self, request: Request) -> Response:
        """Send devices to another workshop. You answer for each until it arrives."""
        return self.do(Send, operations.send_transfer, status=201)

    @verb(SettleLine, ArrivalShape, example={"code": "7K3M9XQ29", "outcome": "received"})
    def receive(self, request: Request, reference: str) -> Response:
        """Settle one device: received, lost, or found later.

        A label that is on no list of this transfer is noted beside; its outcome is null.
        """
        return self.do(SettleLine, operations.settle_or_note, transfer=self.one())


def _arrival_of(arrived: Arrived) -> Facts:
    line = arrived.line
    return {
        "code": arrived.code,
        "device": line.device.code if line else None,
        "outcome": line.outcome if line else None,
        "settled_at": line.settled_at if line else None,
        "settled_by_label": line.settled_by_label if line else "",
    }

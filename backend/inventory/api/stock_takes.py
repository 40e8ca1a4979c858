"""Counting what lies at a place."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Facts, Listed, Retrieved, Seen, describe, verb
from backend.core.api.commands import CommandSerializer
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.api.place_shapes import (
    CountShape,
    SettledShape,
    StockTakeShape,
    StockTakeSheet,
)
from backend.inventory.models import Location, StockTakeLine, StrayScan
from backend.inventory.operations import Counted


class OpenStockTake(CommandSerializer):
    location = Seen(Location)
    with_inside = serializers.BooleanField(
        required=False, help_text="Count the places inside too."
    )


class Count(CommandSerializer):
    code = asked.code()


class SettleDifference(CommandSerializer):
    code = asked.code(required=False)


class StockTakes(Listed, Retrieved):
    """Counting one place, perhaps with those inside: what should be there, what is."""

    capabilities = {
        "list": "stock_take.view",
        "retrieve": "stock_take.view",
        "create": "stock_take.do",
        "count": "stock_take.do",
        "close": "stock_take.do",
        "report_missing": "device.report_missing",
        "put_here": "device.place",
    }
    serializer_class = StockTakeShape

    @extend_schema(responses=StockTakeSheet)
    def retrieve(self, request: Request, **named: Any) -> Response:
        """Read a stock-take with what it says of each device."""
        response = super().retrieve(request, **named)
        lines = StockTakeLine.objects.filter(stock_take=response.data["id"]).order_by("pk")
        strays = StrayScan.objects.filter(stock_take=response.data["id"]).order_by("pk")
        columns = ("device__code", "finding", "counted_at", "counted_by_label")
        response.data["lines"] = [
            {"device": code, "finding": finding, "counted_at": at, "counted_by_label": by}
            for code, finding, at, by in lines.values_list(*columns)
        ]
        response.data["strays"] = list(strays.values_list("code", flat=True))
        return response

    def shape(self, instance: Any) -> Facts:
        """Give a stock-take, one count, or the devices just settled, the shape of a row."""
        if isinstance(instance, Counted):
            return _count_of(instance)
        if isinstance(instance, list):
            return {"devices": [device.code for device in instance]}
        return super().shape(instance)

    @describe(OpenStockTake, StockTakeShape, status=201, example={"location": 7})
    def create(self, request: Request) -> Response:
        """Open a stock-take of one place."""
        return self.do(OpenStockTake, operations.open_stock_take, status=201)

    @verb(Count, CountShape, example={"code": "7K3M9XQ29"})
    def count(self, request: Request, pk: str) -> Response:
        """Count one scanned device: found, or unexpected here. Scanning twice counts once.

        A label that leads to no device of yours is noted beside; its finding is null.
        """
        return self.do(Count, operations.count_or_note, stock_take=self.one())

    @verb(CommandSerializer, StockTakeShape, example={})
    def close(self, request: Request, pk: str) -> Response:
        """Close a stock-take: what should still be here and was not seen is missing here."""
        return self.do(CommandSerializer, operations.close_stock_take, stock_take=self.one())

    @verb(SettleDifference, SettledShape, example={})
    def report_missing(self, request: Request, pk: str) -> Response:
        """Report missing what a closed stock-take did not see: one device, or all."""
        return self.do(SettleDifference, operations.report_what_is_missing, stock_take=self.one())

    @verb(SettleDifference, SettledShape, example={})
    def put_here(self, request: Request, pk: str) -> Response:
        """Put at the place counted what was seen there unexpectedly: one device, or all."""
        return self.do(SettleDifference, operations.put_what_was_found, stock_take=self.one())


def _count_of(counted: Counted) -> Facts:
    line = counted.line
    return {
        "code": counted.code,
        "device": line.device.code if line else None,
        "finding": line.finding if line else None,
        "counted_at": line.counted_at if line else None,
        "counted_by_label": line.counted_by_label if line else "",
        "is_new": counted.is_new,
    }

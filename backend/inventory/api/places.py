"""Where things stand: places, lots, stock-takes."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Facts, Listed, Retrieved, Seen, describe, verb
from backend.accounts.models import Membership
from backend.core.api.commands import CommandSerializer
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.api.shapes import (
    LocationShape,
    LotShape,
    StockTakeLineShape,
    StockTakeShape,
    StockTakeSheet,
)
from backend.inventory.choices import PlaceKind
from backend.inventory.models import Location, Lot, StockTakeLine


class AddLocation(CommandSerializer):
    kind = serializers.ChoiceField(choices=PlaceKind.choices)
    name = asked.text(60, required=True)
    parent = Seen(Location, required=False, allow_null=True)  # type: ignore[assignment]


class OpenLot(CommandSerializer):
    name = asked.text(60, required=True)


class OpenStockTake(CommandSerializer):
    location = Seen(Location)


class Count(CommandSerializer):
    code = asked.code()


class LocationFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=PlaceKind.choices)

    class Meta:
        model = Location
        fields: list[str] = []


class Locations(Listed, Retrieved):
    """Places in a tree: site, zone, shelf."""

    capabilities = {
        "list": "location.view",
        "retrieve": "location.view",
        "create": "location.edit",
    }
    serializer_class = LocationShape
    filterset_class = LocationFilter

    @describe(AddLocation, LocationShape, status=201, example={"kind": "site", "name": "Hangar"})
    def create(self, request: Request) -> Response:
        """Add a place: a site stands alone, a zone lies in a site, a shelf in a zone."""

        def create(*, by: Membership, **facts: Any) -> Location:
            return operations.create_location(organisation=by.organisation, by=by, **facts)

        return self.do(AddLocation, create, status=201)


class Lots(Listed, Retrieved):
    """Things that move together: a pallet, a box."""

    capabilities = {"list": "location.view", "retrieve": "location.view", "create": "lot.edit"}
    serializer_class = LotShape

    @describe(OpenLot, LotShape, status=201, example={"name": "Pallet 12"})
    def create(self, request: Request) -> Response:
        """Open a lot."""

        def create(*, by: Membership, **facts: Any) -> Lot:
            return operations.open_lot(organisation=by.organisation, by=by, **facts)

        return self.do(OpenLot, create, status=201)


class StockTakes(Listed, Retrieved):
    """Counting one place: what should be there, what is."""

    capabilities = {
        "list": "stock_take.view",
        "retrieve": "stock_take.view",
        "create": "stock_take.do",
        "count": "stock_take.do",
        "close": "stock_take.do",
    }
    serializer_class = StockTakeShape

    @extend_schema(responses=StockTakeSheet)
    def retrieve(self, request: Request, **named: Any) -> Response:
        """Read a stock-take with what it says of each device."""
        response = super().retrieve(request, **named)
        lines = StockTakeLine.objects.filter(stock_take=response.data["id"]).order_by("pk")
        response.data["lines"] = [
            {"device": code, "finding": finding}
            for code, finding in lines.values_list("device__code", "finding")
        ]
        return response

    def shape(self, instance: Any) -> Facts:
        """Give a stock-take, or the line just counted, the shape of a row."""
        if isinstance(instance, StockTakeLine):
            return {"device": instance.device.code, "finding": instance.finding}
        return super().shape(instance)

    @describe(OpenStockTake, StockTakeShape, status=201, example={"location": 7})
    def create(self, request: Request) -> Response:
        """Open a stock-take of one place."""
        return self.do(OpenStockTake, operations.open_stock_take, status=201)

    @verb(Count, StockTakeLineShape, example={"code": "7K3M9XQ29"})
    def count(self, request: Request, pk: str) -> Response:
        """Count one scanned device: found, or unexpected here. Scanning twice counts once."""
        return self.do(Count, operations.count_in_stock_take, stock_take=self.one())

    @verb(CommandSerializer, StockTakeShape, example={})
    def close(self, request: Request, pk: str) -> Response:
        """Close a stock-take: what was expected and not seen is missing here."""
        return self.do(CommandSerializer, operations.close_stock_take, stock_take=self.one())

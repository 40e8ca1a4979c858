"""Where things stand: places and lots."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Listed, Retrieved, Seen, describe, verb
from backend.accounts.models import Membership
from backend.core.api.commands import CommandSerializer
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.api.place_shapes import LocationShape, LotShape
from backend.inventory.choices import PlaceKind
from backend.inventory.models import Location, Lot


class AddLocation(CommandSerializer):
    kind = serializers.ChoiceField(choices=PlaceKind.choices)
    name = asked.text(60, required=True)
    parent = Seen(Location, required=False, allow_null=True)  # type: ignore[assignment]  # a field, over the property


class ChangeLocation(CommandSerializer):
    name = asked.text(60, required=False, allow_blank=False)
    parent = Seen(Location, required=False, allow_null=True)  # type: ignore[assignment]  # a field, over the property


class MoveTo(CommandSerializer):
    to = Seen(Location)


class OpenLot(CommandSerializer):
    name = asked.text(60, required=True)
    location = Seen(Location, required=False, allow_null=True)


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
        "change": "location.edit",
        "close": "location.edit",
        "reopen": "location.edit",
        "move_all": "device.place",
    }
    serializer_class = LocationShape
    filterset_class = LocationFilter

    @describe(AddLocation, LocationShape, status=201, example={"kind": "site", "name": "Hangar"})
    def create(self, request: Request) -> Response:
        """Add a place: a site stands alone, a zone lies in a site, a shelf in a zone."""

        def create(*, by: Membership, **facts: Any) -> Location:
            return operations.create_location(organisation=by.organisation, by=by, **facts)

        return self.do(AddLocation, create, status=201)

    @verb(ChangeLocation, LocationShape, example={"name": "Shelf A2"})
    def change(self, request: Request, pk: str) -> Response:
        """Rename a place, or hang it elsewhere in the tree with all that lies in it."""
        return self.do(ChangeLocation, operations.change_location, location=self.one())

    @verb(CommandSerializer, LocationShape, example={})
    def close(self, request: Request, pk: str) -> Response:
        """Close an empty place: it takes nothing more."""
        return self.do(CommandSerializer, operations.close_location, location=self.one())

    @verb(CommandSerializer, LocationShape, example={})
    def reopen(self, request: Request, pk: str) -> Response:
        """Let a closed place take something again."""
        return self.do(CommandSerializer, operations.reopen_location, location=self.one())

    @verb(MoveTo, LocationShape, example={"to": 8})
    def move_all(self, request: Request, pk: str) -> Response:
        """Carry all that lies at a place to another; one event for each device."""
        return self.do(MoveTo, operations.move_all, location=self.one())


class Lots(Listed, Retrieved):
    """Things that move together: a pallet, a box."""

    capabilities = {
        "list": "location.view",
        "retrieve": "location.view",
        "create": "lot.edit",
        "close": "lot.edit",
        "move": "lot.edit",
    }
    serializer_class = LotShape

    @describe(OpenLot, LotShape, status=201, example={"name": "Pallet 12"})
    def create(self, request: Request) -> Response:
        """Open a lot."""

        def create(*, by: Membership, **facts: Any) -> Lot:
            return operations.open_lot(organisation=by.organisation, by=by, **facts)

        return self.do(OpenLot, create, status=201)

    @verb(CommandSerializer, LotShape, example={})
    def close(self, request: Request, pk: str) -> Response:
        """Close a lot: nothing more goes in; it is still moved and sent."""
        return self.do(CommandSerializer, operations.close_lot, lot=self.one())

    @verb(MoveTo, LotShape, example={"to": 8})
    def move(self, request: Request, pk: str) -> Response:
        """Carry a lot with all that is in it to a place; one event for each device."""
        return self.do(MoveTo, operations.move_lot, lot=self.one())

"""Parts in stock, their movements, and the repairs that use them."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import (
    BIGGEST_ID,
    Facts,
    Listed,
    Retrieved,
    as_facts,
    describe,
    verb,
)
from backend.core import codes
from backend.core.api.commands import CommandSerializer
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.choices import PartCondition, PartKind
from backend.inventory.models import Part, PartMovement, RepairAction
from backend.inventory.operations.stocking import MOST_AT_ONCE

_CONDITIONS = [PartCondition.NEW, PartCondition.REUSED]


class PartShape(serializers.ModelSerializer[Part]):
    """Parts of one sort; `source` is the code of the device they came out of."""

    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # DRF has the name too

    class Meta:
        model = Part
        fields = [
            "id",
            "organisation",
            "kind",
            "description",
            "compatible_with",
            "condition",
            "price_cents",
            "quantity",
            "source",
            "unit",
        ]


class PartMovementShape(serializers.ModelSerializer[PartMovement]):
    class Meta:
        model = PartMovement
        fields = ["id", "part", "kind", "change", "repair", "note", "by_label", "at"]


class RepairShape(serializers.ModelSerializer[RepairAction]):
    device = serializers.CharField(help_text="Code of the device.")

    class Meta:
        model = RepairAction
        fields = [
            "id",
            "device",
            "at",
            "what",
            "part",
            "part_condition",
            "minutes",
            "cost_cents",
            "rate_cents",
            "stock_part",
            "undone_at",
            "undone_reason",
        ]


class PartAsked(CommandSerializer):
    """A sort of part. Price of one in euro cents."""

    kind = serializers.ChoiceField(choices=PartKind.choices)
    description = asked.text(120, required=True)
    compatible_with = asked.text(240)
    price_cents = asked.whole(10_000_000)
    quantity = asked.whole(MOST_AT_ONCE, least=1, default=1)


class AddPart(PartAsked):
    condition = serializers.ChoiceField(
        choices=[(c.value, c.label) for c in _CONDITIONS], default=PartCondition.NEW.value
    )


class TakeOutPart(PartAsked):
    unit_id = asked.whole(
        BIGGEST_ID, least=1, allow_null=True, help_text="The storage unit, for a drive."
    )


class Restock(CommandSerializer):
    quantity = asked.whole(MOST_AT_ONCE, least=1, required=True)
    note = asked.text(240)


class CountPart(CommandSerializer):
    counted = asked.whole(MOST_AT_ONCE, required=True)
    reason = asked.text(240, required=True)


class PartFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=PartKind.choices)
    in_stock = filters.BooleanFilter(method="left", help_text="Only what is left, or not.")
    source = filters.CharFilter(method="out_of", max_length=60, help_text="A device's code.")

    class Meta:
        model = Part
        fields: list[str] = []

    def left(self, parts: Any, _name: str, is_left: bool) -> Any:
        """Keep what is on the shelf, or what is used up."""
        return parts.filter(quantity__gt=0) if is_left else parts.filter(quantity=0)

    def out_of(self, parts: Any, _name: str, code: str) -> Any:
        """Keep what came out of the device under this code."""
        return parts.filter(source__labels__code=codes.read(code))


class Parts(Listed, Retrieved):
    """Parts of your workshop: bought, or taken out of devices."""

    capabilities = {
        "list": "part.view",
        "retrieve": "part.view",
        "create": "part.record",
        "restock": "part.record",
        "count": "part.record",
    }
    serializer_class = PartShape
    filterset_class = PartFilter

    @property
    def columns(self) -> list[str]:
        """The part's columns, its device by code."""
        return ["source__code" if name == "source" else name for name in super().columns]

    def present(self, row: Facts) -> Facts:
        """Name the device's code in short."""
        return {name.removesuffix("__code"): value for name, value in row.items()}

    def shape(self, instance: Part) -> Facts:
        """Give a part the shape of a row."""
        return row_of_part(instance)

    @describe(
        AddPart,
        PartShape,
        status=201,
        example={"kind": "ram", "description": "DDR4 8 GB", "price_cents": 1800, "quantity": 4},
    )
    def create(self, request: Request) -> Response:
        """Put a new sort of part into stock, bought or given without a device."""
        return self.do(AddPart, _with_quantity(operations.add_part), status=201)

    @verb(Restock, PartShape, example={"quantity": 4})
    def restock(self, request: Request, pk: str) -> Response:
        """Put more of a part into stock."""
        return self.do(Restock, operations.restock_part, part_id=int(pk))

    @verb(CountPart, PartShape, example={"counted": 3, "reason": "One was broken"})
    def count(self, request: Request, pk: str) -> Response:
        """Write down how many there are on the shelf."""
        return self.do(CountPart, operations.count_part, part_id=int(pk))


def row_of_part(part: Part) -> Facts:
    """Give a part the shape of a row."""
    names = set(PartShape.Meta.fields) - {"organisation", "source", "unit"}
    row = {name: getattr(part, name) for name in names}
    source = part.source.code if part.source else None
    return row | {"organisation": part.organisation_id, "source": source, "unit": part.unit_id}


def _with_quantity(operation: Any) -> Any:
    def act(*, quantity: int, **given: Any) -> Any:
        return as_facts(lambda **said: operation(quantity=quantity, **said))(**given)

    return act


take_out = _with_quantity(operations.take_out_part)


class PartMovementFilter(filters.FilterSet):
    part = filters.NumberFilter("part_id", min_value=1, max_value=BIGGEST_ID)

    class Meta:
        model = PartMovement
        fields: list[str] = []


class PartMovements(Listed):
    """The ledger of the parts: every change of stock, for ever."""

    capabilities = {"list": "part.view"}
    serializer_class = PartMovementShape
    filterset_class = PartMovementFilter


class RepairFilter(filters.FilterSet):
    device = filters.CharFilter(method="of_device", max_length=60, help_text="A device's code.")

    class Meta:
        model = RepairAction
        fields: list[str] = []

    def of_device(self, repairs: Any, _name: str, code: str) -> Any:
        """Keep those of the device under this code."""
        return repairs.filter(device__labels__code=codes.read(code))


class Repairs(Listed):
    """What was done to devices; a repair taken back stays to be read and counts for nothing."""

    capabilities = {"list": "part.view", "undo": "repair.record"}
    serializer_class = RepairShape
    filterset_class = RepairFilter

    @property
    def columns(self) -> list[str]:
        """The repair's columns, its device by code."""
        return ["device__code" if name == "device" else name for name in super().columns]

    def present(self, row: Facts) -> Facts:
        """Name the device's code in short."""
        return {name.removesuffix("__code"): value for name, value in row.items()}

    def shape(self, instance: RepairAction) -> Facts:
        """Give a repair the shape of a row."""
        names = set(RepairShape.Meta.fields) - {"device", "stock_part"}
        row = {name: getattr(instance, name) for name in names}
        return row | {"device": instance.device.code, "stock_part": instance.stock_part_id}

    @verb(asked.ReasonAsked, RepairShape, example={"reason": "Another machine"})
    def undo(self, request: Request, pk: str) -> Response:
        """Take a repair back: it counts for nothing, its part is in stock again."""
        return self.do(asked.ReasonAsked, operations.undo_repair, repair_id=int(pk))

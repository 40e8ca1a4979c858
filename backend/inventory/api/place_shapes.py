"""What the API says of places, lots, what is counted and what is on its way."""

from typing import Any

from rest_framework import serializers

from backend.inventory.choices import StockTakeFinding, TransferOutcome
from backend.inventory.models import (
    Location,
    Lot,
    StockTake,
    StockTakeLine,
    Transfer,
    TransferLine,
)


class LocationShape(serializers.ModelSerializer[Location]):
    class Meta:
        model = Location
        fields = ["id", "organisation", "parent", "kind", "name", "closed_at"]


class LotShape(serializers.ModelSerializer[Lot]):
    class Meta:
        model = Lot
        fields = ["id", "organisation", "name", "location", "opened_at", "closed_at"]


class TransferShape(serializers.ModelSerializer[Transfer]):
    class Meta:
        model = Transfer
        fields = ["id", "reference", "sender", "receiver", "state", "sent_at", "received_at"]


class TransferLineShape(serializers.ModelSerializer[TransferLine]):
    device = serializers.CharField(help_text="Code of the device.")

    class Meta:
        model = TransferLine
        fields = ["device", "outcome", "settled_at", "settled_by_label"]


class ArrivalShape(TransferLineShape):
    """What one scan says; `outcome` null: on no list of this transfer, and noted."""

    code = serializers.CharField(help_text="The code scanned.")
    device = serializers.CharField(allow_null=True, help_text="Code of the device.")
    outcome = serializers.ChoiceField(choices=TransferOutcome.choices, allow_null=True)

    class Meta(TransferLineShape.Meta):
        fields = ["code", *TransferLineShape.Meta.fields]


class TransferSheet(TransferShape):
    lines = TransferLineShape(many=True)
    strays = serializers.ListField(
        child=serializers.CharField(), help_text="Codes scanned on arrival that are on no list."
    )

    class Meta(TransferShape.Meta):
        fields = [*TransferShape.Meta.fields, "lines", "strays"]


class StockTakeShape(serializers.ModelSerializer[StockTake]):
    class Meta:
        model = StockTake
        fields = ["id", "organisation", "location", "with_inside", "opened_at", "closed_at"]


class StockTakeLineShape(serializers.ModelSerializer[StockTakeLine]):
    device = serializers.CharField(help_text="Code of the device.")

    class Meta:
        model = StockTakeLine
        fields = ["device", "finding", "counted_at", "counted_by_label"]


class CountShape(StockTakeLineShape):
    """What one scan says; `finding` null: a label of no device of yours, and noted."""

    code = serializers.CharField(help_text="The code scanned.")
    device = serializers.CharField(allow_null=True, help_text="Code of the device.")
    finding = serializers.ChoiceField(choices=StockTakeFinding.choices, allow_null=True)
    is_new = serializers.BooleanField(help_text="False: counted before.")

    class Meta(StockTakeLineShape.Meta):
        fields = ["code", *StockTakeLineShape.Meta.fields, "is_new"]


class StockTakeSheet(StockTakeShape):
    lines = StockTakeLineShape(many=True)
    strays = serializers.ListField(
        child=serializers.CharField(), help_text="Codes scanned of no device of yours."
    )

    class Meta(StockTakeShape.Meta):
        fields = [*StockTakeShape.Meta.fields, "lines", "strays"]


class SettledShape(serializers.Serializer[Any]):
    """The devices that a closed stock-take's differences were settled for."""

    devices = serializers.ListField(child=serializers.CharField())

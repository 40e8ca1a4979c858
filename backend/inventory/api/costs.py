"""What the API says of the cost of repairs."""

from typing import Any

from rest_framework import serializers

from backend.inventory.queries.costs import Cost


class CostShape(serializers.Serializer[Any]):
    """What repairs cost, in euro cents: minutes at the rate of their day, parts at their price."""

    repairs = serializers.IntegerField()
    minutes = serializers.IntegerField()
    labour_cents = serializers.IntegerField()
    parts_cents = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    new_parts = serializers.IntegerField()
    reused_parts = serializers.IntegerField()


def row_of_cost(cost: Cost) -> dict[str, int]:
    """Give a cost the shape of a row."""
    return {str(name): getattr(cost, str(name)) for name in CostShape().fields}

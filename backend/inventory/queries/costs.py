"""What repairs cost: minutes at the rate of their day, parts at their price. Euro cents.

Transport is not known here, and not counted. A reused part costs what the workshop says it
does, usually nothing.
"""

from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum

from backend.inventory.choices import PartCondition
from backend.inventory.models import Device, Pledge, RepairAction

_MINUTES_AN_HOUR = 60


class Cost(NamedTuple):
    """The cost of some repairs. `worked` is minutes × cents an hour, rounded only at the end."""

    repairs: int
    minutes: int
    worked: int
    parts_cents: int
    new_parts: int
    reused_parts: int

    @property
    def labour_cents(self) -> int:
        """What the minutes cost."""
        return (self.worked + _MINUTES_AN_HOUR // 2) // _MINUTES_AN_HOUR

    @property
    def total_cents(self) -> int:
        """Minutes and parts together."""
        return self.labour_cents + self.parts_cents

    @property
    def labour(self) -> Decimal:
        """What the minutes cost, in euros."""
        return Decimal(self.labour_cents) / 100

    @property
    def parts(self) -> Decimal:
        """What the parts cost, in euros."""
        return Decimal(self.parts_cents) / 100

    @property
    def total(self) -> Decimal:
        """All of it, in euros."""
        return Decimal(self.total_cents) / 100


def _sums(path: str = "") -> dict[str, Any]:
    counts = Q(**{f"{path}undone_at": None, f"{path}pk__isnull": False})
    condition = f"{path}part_condition"
    return {
        "repairs": Count(f"{path}pk", filter=counts),
        "minutes_spent": Sum(f"{path}minutes", filter=counts, default=0),
        "worked": Sum(F(f"{path}minutes") * F(f"{path}rate_cents"), filter=counts, default=0),
        "parts_cents": Sum(f"{path}cost_cents", filter=counts, default=0),
        "new_parts": Count(f"{path}pk", filter=counts & Q(**{condition: PartCondition.NEW})),
        "reused_parts": Count(f"{path}pk", filter=counts & Q(**{condition: PartCondition.REUSED})),
    }


def _cost(row: dict[str, Any]) -> Cost:
    return Cost(
        row["repairs"],
        row["minutes_spent"],
        row["worked"],
        row["parts_cents"],
        row["new_parts"],
        row["reused_parts"],
    )


def _total(repairs: "QuerySet[RepairAction]") -> Cost:
    return _cost(repairs.aggregate(**_sums()))


def cost_of_device(device: Device) -> Cost:
    """Add up a device's repairs: one statement."""
    return _total(RepairAction.objects.filter(device=device))


def cost_of_pledge(pledge: Pledge) -> Cost:
    """Add up the repairs of all devices of a pledge: one statement."""
    return _total(RepairAction.objects.filter(device__pledge=pledge))


def costs_by_device(pledge: Pledge) -> list[tuple[Device, Cost]]:
    """Give each device of a pledge with its cost, in the order of arrival: one statement."""
    devices = Device.objects.filter(pledge=pledge).annotate(**_sums("repairactions__"))
    return [(device, _cost(vars(device))) for device in devices.order_by("pk")]

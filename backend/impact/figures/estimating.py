"""Estimate of greenhouse gas avoided, method v1: never added to a fact.

    avoided = displacement x avoided share x new device / new life x second life

per device handed over, once per machine, with low, central and high values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.impact.choices import Metric
from backend.impact.models import FactorSet

METHOD = "v1"
BOUNDS = ("low", "central", "high")


@dataclass(frozen=True)
class Estimate:
    """kgCO2e avoided (low, central, high), and how many devices it covers."""

    low: float = 0
    central: float = 0
    high: float = 0
    devices: int = 0
    not_estimated: Mapping[str, int] = field(default_factory=dict)
    factor_set: str = ""


def per_device(factor_set: FactorSet) -> dict[str, tuple[float, ...]]:
    """Give kgCO2e avoided per device handed over, by kind: low, central, high."""
    factors = {(f.kind, f.metric): f for f in factor_set.factors.all()}
    displacement = factors["", Metric.DISPLACEMENT.value]
    kinds = {kind for kind, metric in factors if metric == Metric.NEW_DEVICE}
    return {
        kind: tuple(
            getattr(displacement, bound)
            * getattr(factors[kind, Metric.AVOIDED_SHARE.value], bound)
            * factors[kind, Metric.NEW_DEVICE.value].central
            / factors[kind, Metric.NEW_LIFE.value].central
            * getattr(factors[kind, Metric.SECOND_LIFE.value], bound)
            for bound in BOUNDS
        )
        for kind in kinds
    }


def estimate_avoided(machines: Mapping[str, int]) -> Estimate:
    """Estimate what these distinct machines (kind → number) avoid, with the latest factors."""
    factor_set = FactorSet.objects.prefetch_related("factors").latest()
    known = per_device(factor_set)
    low, central, high = (
        sum(number * known[kind][place] for kind, number in machines.items() if kind in known)
        for place in range(len(BOUNDS))
    )
    return Estimate(
        low,
        central,
        high,
        devices=sum(number for kind, number in machines.items() if kind in known),
        not_estimated={k: n for k, n in machines.items() if n and k not in known},
        factor_set=factor_set.version,
    )

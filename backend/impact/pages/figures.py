"""The public page of the figures."""

from dataclasses import dataclass
from math import floor, log10
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format

from backend.accounts.pages.access import public
from backend.impact import figures
from backend.impact.choices import Figure
from backend.impact.models import FactorSet
from backend.inventory.choices import Kind

HEADLINES = (Figure.DEVICES_COLLECTED, Figure.DEVICES_RECONDITIONED, Figure.PEOPLE_EQUIPPED)
OTHERS = (
    Figure.DEVICES_HANDED_OVER,
    Figure.DEVICES_RETURNED,
    Figure.OTHER_DEVICES_RECONDITIONED,
    Figure.ERASURES_DONE,
    Figure.DEVICES_REFUSED,
    Figure.DEVICES_RECYCLED,
)


@dataclass(frozen=True)
class Bar:
    """One month of one figure: its value, and its length on a scale of 0 to 100."""

    month: Any
    value: int
    length: int


@public
def show(request: HttpRequest) -> HttpResponse:
    """Show the figures, what they rest on, and the estimate apart."""
    totals = figures.totals()
    months = figures.by_month()
    kinds = figures.by_kind()
    machines = {kind: found[Figure.MACHINES_GIVEN] for kind, found in kinds.items()}
    estimate = figures.estimate_avoided(machines)
    return render(
        request,
        "impact/figures.html",
        {
            "headlines": [(figure.label, totals[figure]) for figure in HEADLINES],
            "others": [(figure.label, totals[figure]) for figure in OTHERS],
            "kg_handed_over": round(totals[Figure.GRAMS_HANDED_OVER] / 1000),
            "kg_recycled": round(totals[Figure.GRAMS_RECYCLED] / 1000),
            "charts": [(figure.label, _bars(months, figure)) for figure in HEADLINES],
            "territories": [
                (code, [found[figure] for figure in HEADLINES])
                for code, found in figures.by_territory().items()
            ],
            "estimate": estimate,
            "tonnes": [two_digits(kg / 1000) for kg in (estimate.low, estimate.high)],
            "central": two_digits(estimate.central / 1000),
            "not_estimated": [(Kind(kind).label, n) for kind, n in estimate.not_estimated.items()],
            "factors": FactorSet.objects.latest().factors.order_by("metric", "kind"),
        },
    )


def _bars(months: dict[Any, dict[str, int]], figure: Figure) -> list[Bar]:
    most = max((found[figure] for found in months.values()), default=0) or 1
    return [
        Bar(month, found[figure], round(100 * max(found[figure], 0) / most))
        for month, found in list(months.items())[-12:]
    ]


def two_digits(value: float) -> str:
    """Write a number with two significant figures: an estimate claims no more."""
    rounded = float(f"{value:.2g}")
    decimals = max(0, 1 - floor(log10(rounded))) if rounded else 0
    return number_format(rounded, decimals, force_grouping=True)

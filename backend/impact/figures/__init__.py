"""Figures: counted by day, counted anew, read, and the estimate that stands apart."""

from backend.impact.figures.counting import COUNTED, count_day, count_devices
from backend.impact.figures.days import days_touched_by, paris_day
from backend.impact.figures.estimating import Estimate, estimate_avoided
from backend.impact.figures.reading import by_kind, by_month, by_territory, by_workshop, totals
from backend.impact.figures.recounting import recount

__all__ = [
    "COUNTED",
    "Estimate",
    "by_kind",
    "by_month",
    "by_territory",
    "by_workshop",
    "count_day",
    "count_devices",
    "days_touched_by",
    "estimate_avoided",
    "paris_day",
    "recount",
    "totals",
]

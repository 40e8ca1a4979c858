"""The tables of impact."""

from backend.impact.models.factors import Factor, FactorSet
from backend.impact.models.replayed import ReplayedDay
from backend.impact.models.statements import Statement
from backend.impact.models.tallies import DailyTally, TouchedDay

__all__ = ["DailyTally", "Factor", "FactorSet", "ReplayedDay", "Statement", "TouchedDay"]

"""What tools print of a machine, read into one form. No rows, no clock, no network."""

from backend.inventory.reports.hardware import Battery, Drive, Hardware, Module, from_facts
from backend.inventory.reports.reading import (
    LARGEST,
    ReportTooLarge,
    UnknownReport,
    UnreadableReport,
    read_report,
    together,
)

__all__ = [
    "LARGEST",
    "Battery",
    "Drive",
    "Hardware",
    "Module",
    "ReportTooLarge",
    "UnknownReport",
    "UnreadableReport",
    "from_facts",
    "read_report",
    "together",
]

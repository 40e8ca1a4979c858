"""The performance scale in words: its points in groups, each with its reason."""

from typing import Any

from django.utils.translation import gettext as _

from backend.inventory.choices import Medium
from backend.inventory.performance import FAMILIES, RAM_STEPS, REFERENCE_YEAR, SIZE_STEPS

Group = tuple[str, str, list[tuple[str, Any]]]


def groups() -> list[Group]:
    """Give all keys of the scale once, group by group, each with its words."""
    return [
        (
            _("Classes"),
            _("The three parts are weighed; their sum, from 0 to 100, makes the class."),
            [
                ("weight_cpu", _("Weight of the processor (%)")),
                ("weight_ram", _("Weight of the memory (%)")),
                ("weight_disk", _("Weight of the storage (%)")),
                ("from_a", _("Class A from (points)")),
                ("from_b", _("Class B from (points)")),
            ],
        ),
        (
            _("Processor"),
            _(
                "Points of a model of %(year)s; each year younger adds points, a low-power model "
                "(U, Y, G) loses some. From 0 to 100 in all."
            )
            % {"year": REFERENCE_YEAR},
            [
                ("per_year", _("For each year after %(year)s") % {"year": REFERENCE_YEAR}),
                ("low_power", _("Low-power model")),
                *((f"cpu_{family}", words) for family, words in FAMILIES.items()),
            ],
        ),
        (
            _("Memory"),
            _("The highest step reached counts; less than the first gives nothing."),
            [(f"ram_{gb}", _from_gb(gb)) for gb in RAM_STEPS],
        ),
        (
            _("Storage: type"),
            _("The storage counts half by its type, half by its size."),
            [(f"medium_{medium}", medium.label) for medium in Medium],
        ),
        (
            _("Storage: size"),
            _("The highest step reached counts; less than the first gives nothing."),
            [(f"size_{gb}", _from_gb(gb)) for gb in SIZE_STEPS],
        ),
    ]


def _from_gb(gb: int) -> str:
    return _("From %(gb)s GB") % {"gb": gb}

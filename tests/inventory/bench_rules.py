"""Rules of the database about parts, photos and what is published: a story that breaks each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import models

from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.models import (
    Checklist,
    HandGrade,
    HourlyRate,
    Inspection,
    InspectionPhoto,
    Part,
    PartMovement,
    PerformanceScale,
    RepairAction,
)
from backend.inventory.performance import STANDARD
from tests.inventory.stories import NOW, Workshop

Story = Callable[[Workshop], Any]


def update(rows: Any, **columns: Any) -> None:
    rows.update(**columns)


def again(row: models.Model) -> None:
    """Insert the same row once more, past every check of Python."""
    row.pk = None
    row._state.adding = True
    type(row)._base_manager.bulk_create([row])


def part(workshop: Workshop, **facts: Any) -> Any:
    told: dict[str, Any] = {"kind": "ram", "description": "DDR4", "condition": "new"}
    made = operations.add_part(facts={**told, **facts}, quantity=1, by=workshop.technician, at=NOW)
    return Part.objects.filter(pk=made.pk)


def movements(workshop: Workshop) -> Any:
    return PartMovement.objects.filter(part__in=part(workshop))


def move(workshop: Workshop, **facts: Any) -> None:
    told = {"part": part(workshop).get(), "kind": "bought", "change": 1, "at": NOW}
    PartMovement.objects.bulk_create([PartMovement(**{**told, **facts})])


def used_part(workshop: Workshop) -> PartMovement:
    operations.record_repair(
        code=workshop.device(State.IN_WORKSHOP).code,
        what="x",
        stock_part=part(workshop).get(),
        by=workshop.technician,
        at=NOW,
    )
    return PartMovement.objects.get(kind="used")


def checklist(workshop: Workshop) -> Any:
    point: operations.Point = {"key": "final_test", "fr": "Essai", "en": ""}
    made = operations.publish_checklist(
        kind="laptop", points=[point], replaces=0, by=workshop.manager, at=NOW
    )
    return Checklist.objects.filter(pk=made.pk)


def scale(workshop: Workshop) -> Any:
    made = operations.publish_performance_scale(
        points=STANDARD, replaces=0, by=workshop.manager, at=NOW
    )
    return PerformanceScale.objects.filter(pk=made.pk)


def rate(workshop: Workshop) -> Any:
    made = operations.set_hourly_rate(cents=1, by=workshop.manager, at=NOW)
    return HourlyRate.objects.filter(pk=made.pk)


def photo(workshop: Workshop, number: int = 1) -> Any:
    workshop.triage(workshop.receive())
    seen = InspectionPhoto(inspection=Inspection.objects.latest("pk"), number=number, at=NOW)
    InspectionPhoto.objects.bulk_create([seen])
    return InspectionPhoto.objects.filter(pk=seen.pk)


def undone_without_reason(workshop: Workshop) -> None:
    action = RepairAction(device=workshop.receive(), at=NOW, what="x", undone_at=NOW)
    RepairAction.objects.bulk_create([action])


def earlier(row: Any) -> None:
    """Publish the same once more, dated before."""
    row.published_at -= timedelta(seconds=1)
    row.version = 2
    again(row)


RULES: dict[str, Story] = {
    "repair_takes_at_most_a_hundred_hours": lambda w: RepairAction.objects.bulk_create(
        [RepairAction(device=w.receive(), at=NOW, what="x", minutes=6001)]
    ),
    "repair_undone_has_its_reason": lambda w: undone_without_reason(w),
    "hand_grade_has_its_reason": lambda w: HandGrade.objects.bulk_create(
        [HandGrade(device=w.receive(), at=NOW, letter="A")]
    ),
    "inspection_photo_number_once": lambda w: again(photo(w).get()),
    "inspection_has_at_most_six_photos": lambda w: photo(w, 7),
    "inspection_photo_never_changed": lambda w: update(photo(w), sha256="other"),
    # parts
    "part_stock_never_below_zero": lambda w: update(part(w), quantity=-1),
    "part_in_stock_is_new_or_reused": lambda w: update(part(w), condition="none"),
    "part_out_of_a_device_is_reused": lambda w: update(part(w), source=w.receive()),
    "part_used_drive_knows_its_unit": lambda w: update(part(w), kind="ssd", condition="reused"),
    "part_movement_changes_something": lambda w: move(w, change=0),
    "part_movement_of_a_repair_names_it": lambda w: move(w, kind="used", change=-1),
    "part_moves_once_each_way": lambda w: again(used_part(w)),
    "part_movement_never_changed": lambda w: update(movements(w), change=2),
    "part_movement_never_deleted": lambda w: movements(w).delete(),
    # what is published
    "checklist_version_once": lambda w: again(checklist(w).get()),
    "checklist_version_from_one": lambda w: Checklist.objects.bulk_create(
        [Checklist(organisation=w.organisation, version=0, points=[], published_at=NOW)]
    ),
    "checklist_never_changed": lambda w: update(checklist(w), points=[]),
    "checklist_never_deleted": lambda w: checklist(w).delete(),
    "checklist_published_in_order": lambda w: earlier(checklist(w).get()),
    "performance_scale_published_in_order": lambda w: earlier(scale(w).get()),
    "hourly_rate_published_in_order": lambda w: earlier(rate(w).get()),
    "performance_scale_version_from_one": lambda w: PerformanceScale.objects.bulk_create(
        [PerformanceScale(version=0, points={}, published_at=NOW)]
    ),
    "performance_scale_never_changed": lambda w: update(scale(w), points={}),
    "performance_scale_never_deleted": lambda w: scale(w).delete(),
    "hourly_rate_never_changed": lambda w: update(rate(w), cents=2),
    "hourly_rate_never_deleted": lambda w: rate(w).delete(),
}
TRIGGERS = {name for name in RULES if "_never_" in name or name.endswith("_in_order")}

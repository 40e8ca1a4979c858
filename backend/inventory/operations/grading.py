"""The performance class of a device: computed when its configuration is known, or said by hand."""

import json
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput
from backend.core.models import insert
from backend.core.transactions import operation
from backend.inventory import performance
from backend.inventory.choices import IN_HOUSE, DataOutcome, Medium, PerformanceClass
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.models import (
    Device,
    DeviceQuerySet,
    HandGrade,
    PerformanceScale,
    StorageUnit,
)
from backend.inventory.operations.moving import change, locked_device

_READ = ("scale_version", "scale_points", "drive_medium", "drive_gb")


def with_scale(_by: Any) -> DeviceQuerySet:
    """Let each device know the scale that holds now, and its biggest drive."""
    scale = PerformanceScale.objects.order_by("-version")[:1]
    there = StorageUnit.objects.filter(device=OuterRef("pk")).exclude(
        outcome__in=[DataOutcome.ABSENT, DataOutcome.DESTROYED]
    )
    biggest = there.order_by(F("size_gb").desc(nulls_last=True), "pk")[:1]
    return Device.objects.annotate(
        scale_version=Subquery(scale.values("version")),
        scale_points=Subquery(scale.values("points")),
        drive_medium=Subquery(biggest.values("medium")),
        drive_gb=Subquery(biggest.values("size_gb")),
    )


def graded(device: Device, *, letter: str = "", **known: Any) -> dict[str, Any]:
    """Give the columns that a class changes: computed, or `letter` said by hand.

    `known` are columns about to change (`specs`, `year`). What was said by hand stays until
    somebody says otherwise; what cannot be computed leaves the class as it is. A device not
    loaded `with_scale` costs one statement.
    """
    judged = _judged(device, known)
    if letter and letter != judged.get("letter"):
        return _columns(letter, judged | {"by_hand": letter})
    kept = device.performance.get("by_hand")
    if kept and not letter:
        return _columns(device.performance_class, judged | {"by_hand": kept})
    if not judged:
        return {}
    return _columns(judged["letter"] or device.performance_class, judged)


def _columns(letter: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"performance_class": letter, "performance": said}


def _judged(device: Device, known: dict[str, Any]) -> dict[str, Any]:
    if device.kind not in performance.JUDGED:
        return {}
    if not hasattr(device, "scale_version"):
        row = with_scale(None).filter(pk=device.pk).values(*_READ).get()
        vars(device).update(row)
    seen: Any = device
    specs = known.get("specs", device.specs)
    machine = performance.Machine(
        kind=device.kind,
        cpu=str(specs.get("cpu") or ""),
        ram_gb=_number(specs.get("ram_gb")),
        storage_gb=_number(specs.get("storage_gb")) or seen.drive_gb or 0,
        medium=seen.drive_medium or Medium.UNKNOWN,
        year=known.get("year", device.year),
    )
    if seen.scale_version is None:
        return performance.judge(machine, scale=performance.STANDARD, version=0)
    points = seen.scale_points
    scale = json.loads(points) if isinstance(points, str) else points
    return performance.judge(machine, scale=scale, version=seen.scale_version)


def _number(told: Any) -> float:
    # Doors check what comes in now; rows may hold what somebody typed before they did.
    return told if isinstance(told, int | float) else 0


@operation
def grade_device(
    *, code: str, performance_class: str, reason: str, by: Membership, at: datetime
) -> Device:
    """Say the class by hand, with the reason; "" has it computed again, from today's scale."""
    device = locked_device(code=code, by=by, at=at, among=with_scale, reads=(StorageUnit,))
    if device.state not in IN_HOUSE:
        raise ForbiddenMove(
            _("This device is not in the house. Look at its page."),
            state=device.state,
            move="grade",
        )
    if performance_class and not reason.strip():
        raise InvalidInput(_("Say why you choose this class."), fields={"reason": [_("required")]})
    if performance_class:
        columns = graded(device, letter=PerformanceClass(performance_class).value)
        grade = HandGrade(
            device=device, by_id=by.user_id, at=at, letter=performance_class, reason=reason
        )
        grade.clean_fields(exclude=["device", "by"])
        insert(grade)
    else:
        device.performance = {}
        columns = graded(device) or {"performance_class": "", "performance": {}}
    said = change(device, at=at, **columns)
    events.record(
        "device.graded",
        subject=device,
        by=by,
        at=at,
        **said,
        performance_class=device.performance_class,
        is_by_hand="by_hand" in device.performance,
    )
    return device

"""Which checklist holds for a device at a moment, told by the look-up that locks it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery

from backend.inventory.choices import checklist_for
from backend.inventory.models import Checklist, Device, DeviceQuerySet
from backend.inventory.operations.gathering import versions_of
from backend.inventory.operations.looking_up import moment


class Asked(NamedTuple):
    """The list that a check answers: its row (None for the standard one) and its keys."""

    checklist_id: int | None
    keys: list[str]

    def open_points(self, answers: Mapping[str, bool]) -> list[str]:
        """Give the points that were not answered yes."""
        return [key for key in self.keys if answers.get(key) is not True]

    def kept(self, answers: Mapping[str, bool]) -> dict[str, bool]:
        """Give the answers to what was asked."""
        return {key: answers[key] for key in self.keys if key in answers}


def with_checklist(devices: DeviceQuerySet) -> DeviceQuerySet:
    """Let each device know the latest list of its workshop for its kind."""
    latest = Checklist.objects.filter(
        organisation=OuterRef("custodian"), kind=OuterRef("kind")
    ).order_by("-version")[:1]
    return devices.annotate(
        checklist_id=Subquery(latest.values("pk")),
        checklist_points=Subquery(latest.values("points")),
        checklist_since=Subquery(latest.values("published_at")),
    )


def asked_of(device: Any, *, at: datetime) -> Asked:
    """Give the list that held when the check was made.

    A scan made without network names no version: the list of its moment is the one that was on
    the wall. Only where a scan is older than the latest version, one more statement is needed.
    """
    if device.checklist_id is None:
        return Asked(None, list(checklist_for(device.kind)))
    if moment(device.checklist_since) <= at:
        return Asked(device.checklist_id, _keys(device.checklist_points))
    before = _list_before(device, at=at)
    if before is None:
        return Asked(None, list(checklist_for(device.kind)))
    return Asked(before.pk, _keys(before.points))


def _list_before(device: Device, *, at: datetime) -> Checklist | None:
    lists = versions_of(Checklist, device.custodian_id)
    of_its_kind = (row for row in lists if row.kind == device.kind)
    return next((row for row in of_its_kind if row.published_at <= at), None)


def _keys(points: Any) -> list[str]:
    read = json.loads(points) if isinstance(points, str) else points
    return [point["key"] for point in read]

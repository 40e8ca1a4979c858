"""What the workshop's page of a device shows of its own work: photos, class, repairs, cost."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from backend.accounts.models import Membership
from backend.accounts.roles import can
from backend.inventory.choices import Medium, State
from backend.inventory.models import Device, InspectionPhoto, RepairAction
from backend.inventory.performance import FAMILIES
from backend.inventory.queries.checking import who_has_to_check
from backend.inventory.queries.costs import cost_of_device

MOST_REPAIRS = 20


class Line(NamedTuple):
    """One line of "why this class": what counts, in words, its points and its weight."""

    label: str
    words: str
    points: int
    weight: int


def sheet(device: Device, hat: Membership, *, main: str) -> dict[str, Any]:
    """Give what the page shows, in four statements, six where a check waits."""
    is_ours = device.custodian_id == hat.organisation_id
    photos = InspectionPhoto.objects.filter(inspection__device=device)
    repairs = RepairAction.objects.filter(device=device).order_by("-pk")
    is_for_parts = device.state == State.FOR_PARTS
    return {
        "photos": list(photos.select_related("inspection").order_by("-inspection", "number")),
        "why": why(device),
        "hand_grade": _reason_by_hand(device),
        "repairs": list(repairs[:MOST_REPAIRS]),
        "may_undo_repair": is_ours
        and can(hat, "repair.record")
        and device.state == State.IN_WORKSHOP,
        "cost": cost_of_device(device) if can(hat, "cost.view") else None,
        "may_take_parts": is_ours and is_for_parts and can(hat, "part.record"),
        "given": list(device.parts_given.order_by("pk")),
        "ask_to_check": who_has_to_check(device, by=hat) if main == "controle" else [],
    }


def _reason_by_hand(device: Device) -> str:
    if "by_hand" not in device.performance:
        return ""
    chosen = device.handgrades.order_by("-at", "-pk").first()
    sorted_as = device.inspections.exclude(performance_class="").order_by("-at", "-pk").first()
    found = [row for row in (sorted_as, chosen) if row is not None]
    return max(found, key=lambda row: row.at).reason if found else ""


def why(device: Device) -> dict[str, Any]:
    """Tell how the class came about; {} where nothing is computed."""
    said = device.performance
    if not said.get("parts") and not said.get("missing"):
        return {}
    return {
        "letter": said["letter"],
        "score": said["score"],
        "version": said["version"],
        "lines": [_line(part) for part in said["parts"]],
        "missing": [_missing_words(name, device) for name in said["missing"]],
        "by_hand": said.get("by_hand", ""),
    }


def _line(part: dict[str, Any]) -> Line:
    labels = {"cpu": _("Processor"), "ram": _("Memory"), "disk": _("Storage")}
    words = {"cpu": _cpu_words, "ram": _ram_words, "disk": _disk_words}[part["part"]](part["why"])
    return Line(labels[part["part"]], words, part["points"], part["weight"])


def _cpu_words(said: dict[str, Any]) -> str:
    words = f"{FAMILIES[said['family']]}, {said['year']}"
    return f"{words}, {_('low power')}" if said["is_low_power"] else words


def _ram_words(said: dict[str, Any]) -> str:
    return _("%(gb)s GB") % {"gb": said["gb"]}


def _disk_words(said: dict[str, Any]) -> str:
    return f"{_('%(gb)s GB') % {'gb': said['gb']}}, {Medium(said['medium']).label}"


def _missing_words(name: str, device: Device) -> str:
    if name == "cpu" and device.specs.get("cpu"):
        cpu = device.specs["cpu"]
        return _("The scale does not know the processor “%(cpu)s”.") % {"cpu": cpu}
    return {
        "cpu": _("The processor is not known."),
        "ram": _("The memory is not known."),
        "disk": _("The size of the storage is not known."),
    }[name]

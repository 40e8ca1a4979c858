"""The verbs of a device, once, for its POST actions and for scans."""

from collections.abc import Callable
from typing import Any, NamedTuple

from rest_framework import serializers

from backend.accounts.api.resources import as_facts
from backend.core.api.commands import CommandSerializer
from backend.inventory import operations
from backend.inventory.api import asked


class Verb(NamedTuple):
    """What a verb needs: a capability, an input, an operation taking `code`, `by` and `at`."""

    capability: str
    asked: type[serializers.Serializer[Any]]
    act: Callable[..., Any]


_FACTS = {"maker", "model", "year", "serial", "asset_number", "specs", "mass_g", "kind"}


def receive(**given: Any) -> Any:
    """Hand the machine's facts together to the operation."""
    facts: Any = {name: given.pop(name) for name in _FACTS & given.keys()}
    return operations.receive_device(facts=facts, **given)


def repair(*, code: str, **given: Any) -> Any:
    """Record a repair and give the device."""
    return operations.record_repair(code=code, **given).device


VERBS = {
    "receive": Verb("device.receive", asked.Receive, receive),
    "triage": Verb("device.triage", asked.TriageAsked, operations.triage_device),
    "pass_quality_check": Verb(
        "device.check", asked.PassQualityCheck, operations.pass_quality_check
    ),
    "fail_quality_check": Verb(
        "device.check", asked.FailQualityCheck, operations.fail_quality_check
    ),
    "place": Verb("device.place", asked.Place, operations.place_device),
    "dismantle": Verb("device.dismantle", CommandSerializer, operations.dismantle_device),
    "recycle": Verb("device.recycle", asked.Recycle, operations.recycle_device),
    "report_missing": Verb(
        "device.report_missing", asked.ReasonAsked, operations.report_device_missing
    ),
    "find": Verb("device.report_missing", CommandSerializer, operations.find_device),
    "undo": Verb("device.undo", CommandSerializer, operations.undo_last_move),
    "relabel": Verb("device.edit", asked.Relabel, operations.relabel_device),
    "unlock": Verb("device.edit", CommandSerializer, operations.unlock_device),
    "repair": Verb("repair.record", asked.Repair, repair),
    "correct": Verb("device.edit", asked.DeviceDetails, as_facts(operations.correct_device)),
}

"""The verbs of a device, once, for its POST actions and for scans."""

from collections.abc import Callable
from typing import Any, NamedTuple

from rest_framework import serializers

from backend.accounts.api.resources import as_facts
from backend.core.api.commands import CommandSerializer
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.models import Device
from backend.inventory.operations import GOALS


class Verb(NamedTuple):
    """What a verb needs: a capability, an input, an operation taking `code`, `by` and `at`.

    `goal` says how a scan sees that the device is already where the verb leads. `finds` looks
    the device up where the verb is about one that is not yet this workshop's.
    """

    capability: str
    asked: type[serializers.Serializer[Any]]
    act: Callable[..., Any]
    goal: operations.Goal | operations.LineGoal = operations.NEVER
    finds: Callable[[dict[str, Any]], Device | None] | None = None


_FACTS = {"maker", "model", "year", "serial", "asset_number", "specs", "mass_g", "kind"}


def receive(**given: Any) -> Any:
    """Hand the machine's facts together to the operation."""
    facts: Any = {name: given.pop(name) for name in _FACTS & given.keys()}
    return operations.receive_device(facts=facts, **given)


def repair(*, code: str, **given: Any) -> Any:
    """Record a repair and give the device."""
    return operations.record_repair(code=code, **given).device


def count(**given: Any) -> Any:
    """Count a device and give it."""
    line = operations.count_in_stock_take(**given).line
    return line and line.device


def receive_transfer(**given: Any) -> Any:
    """Settle a line of a transfer and give its device."""
    return operations.receive_transfer_line(**given).device


VERBS = {
    "receive": Verb("device.receive", asked.Receive, receive, GOALS["receive"]),
    "triage": Verb("device.triage", asked.TriageAsked, operations.triage_device, GOALS["triage"]),
    "pass_quality_check": Verb(
        "device.check",
        asked.PassQualityCheck,
        operations.pass_quality_check,
        GOALS["pass_quality_check"],
    ),
    "fail_quality_check": Verb(
        "device.check",
        asked.FailQualityCheck,
        operations.fail_quality_check,
        GOALS["fail_quality_check"],
    ),
    "place": Verb("device.place", asked.Place, operations.place_device, GOALS["place"]),
    "dismantle": Verb(
        "device.dismantle", CommandSerializer, operations.dismantle_device, GOALS["dismantle"]
    ),
    "recycle": Verb("device.recycle", asked.Recycle, operations.recycle_device, GOALS["recycle"]),
    "report_missing": Verb(
        "device.report_missing",
        asked.ReasonAsked,
        operations.report_device_missing,
        GOALS["report_missing"],
    ),
    "find": Verb(
        "device.report_missing", CommandSerializer, operations.find_device, GOALS["find"]
    ),
    "undo": Verb("device.undo", asked.Undo, operations.undo_last_move),
    "relabel": Verb("device.edit", asked.Relabel, operations.relabel_device),
    "unlock": Verb("device.edit", CommandSerializer, operations.unlock_device, GOALS["unlock"]),
    "repair": Verb("repair.record", asked.Repair, repair),
    "grade": Verb("device.triage", asked.Grade, operations.grade_device),
    "erase": Verb(
        "erasure.record", asked.Erase, as_facts(operations.erase_device), GOALS["erase"]
    ),
    "count": Verb("stock_take.do", asked.CountAsked, count, GOALS["count"]),
    "receive_transfer": Verb(
        "transfer.receive",
        asked.ReceiveTransfer,
        receive_transfer,
        GOALS["receive_transfer"],
        operations.device_on_its_way,
    ),
    "correct": Verb("device.edit", asked.DeviceDetails, as_facts(operations.correct_device)),
}

"""Devices by the code of any of their labels: look-up, list, one POST action per verb."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from backend.accounts.api.resources import BIGGEST_ID, Facts, Listed, describe, read, verb
from backend.core import codes
from backend.core.api.commands import CommandSerializer, command
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.api.costs import CostShape, row_of_cost
from backend.inventory.api.parts import PartShape, TakeOutPart, row_of_part, take_out
from backend.inventory.api.shapes import DeviceShape, DeviceSheet, LabelShape, label_row
from backend.inventory.api.verbs import VERBS
from backend.inventory.choices import Kind, State
from backend.inventory.lifecycle import possible_moves
from backend.inventory.models import Device
from backend.inventory.operations import unknown_code
from backend.inventory.queries.costs import cost_of_device

_CODE = OpenApiParameter(
    "code",
    str,
    OpenApiParameter.PATH,
    description="A code of the device, in any spelling: `7K3M9XQ29`, `7k3m-9xq2-9`.",
)
_COLUMNS = {
    "code": "code",
    "kind": "kind",
    "state": "state",
    "maker": "maker",
    "model": "model",
    "year": "year",
    "serial": "serial",
    "serial_quality": "serial_quality",
    "asset_number": "asset_number",
    "specs": "specs",
    "mass_g": "mass_g",
    "pledge": "pledge_id",
    "pledge_line": "pledge_line_id",
    "unexpected_reason": "unexpected_reason",
    "workshop": "custodian_id",
    "promised_to": "promised_to_id",
    "location": "location_id",
    "lot": "lot_id",
    "pending_units": "pending_units",
    "is_locked": "is_locked",
    "performance_class": "performance_class",
    "condition": "condition",
    "received_at": "received_at",
    "changed_at": "changed_at",
}
_NAMES = {
    "workshop_name": "custodian__name",
    "location_name": "location__name",
    "lot_name": "lot__name",
    "pledge_reference": "pledge__reference",
    "performance": "performance",
    "previous": "previous__code",
}


class DeviceFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices)
    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    workshop = filters.NumberFilter("custodian_id", min_value=1, max_value=BIGGEST_ID)
    location = filters.NumberFilter("location_id", min_value=1, max_value=BIGGEST_ID)
    lot = filters.NumberFilter("lot_id", min_value=1, max_value=BIGGEST_ID)
    pledge = filters.CharFilter("pledge__reference", max_length=20)
    serial = filters.CharFilter(max_length=80)
    asset_number = filters.CharFilter(max_length=80)

    class Meta:
        model = Device
        fields: list[str] = []


def row_of(device: Device) -> Facts:
    """Give a device the shape of a row."""
    return _finished({name: getattr(device, column) for name, column in _COLUMNS.items()})


def _finished(row: Facts) -> Facts:
    row["spelled"] = codes.spell(row["code"])
    row["possible_moves"] = possible_moves(row["state"])
    return row


def _verbs(cls: Any) -> Any:
    """Document the address of every action."""
    return extend_schema_view(
        **{
            action: extend_schema(parameters=[_CODE])
            for action in cls.capabilities
            if action not in {"list", "create"}
        }
    )(cls)


@_verbs
class Devices(Listed):
    """Machines, from the workshop's door to their last day."""

    capabilities = {
        "list": "device.view",
        "retrieve": "device.view",
        "create": VERBS["receive"].capability,
        "partial_update": VERBS["correct"].capability,
        "triage": VERBS["triage"].capability,
        "pass_quality_check": VERBS["pass_quality_check"].capability,
        "fail_quality_check": VERBS["fail_quality_check"].capability,
        "place": VERBS["place"].capability,
        "dismantle": VERBS["dismantle"].capability,
        "recycle": VERBS["recycle"].capability,
        "report_missing": VERBS["report_missing"].capability,
        "find": VERBS["find"].capability,
        "undo": VERBS["undo"].capability,
        "relabel": VERBS["relabel"].capability,
        "replace_label": VERBS["relabel"].capability,
        "unlock": VERBS["unlock"].capability,
        "repairs": VERBS["repair"].capability,
        "grade": VERBS["grade"].capability,
        "parts": "part.record",
        "costs": "cost.view",
    }
    serializer_class = DeviceShape
    filterset_class = DeviceFilter
    lookup_field = "code"
    lookup_value_regex = "[^/]{1,60}"

    @property
    def columns(self) -> list[str]:
        """The columns of a row of the list."""
        return list(_COLUMNS.values())

    def present(self, row: Facts) -> Facts:
        """Name columns as the API does."""
        return _finished({name: row[column] for name, column in _COLUMNS.items()})

    def shape(self, instance: Device) -> Facts:
        """Give a device the shape of a row, from what was just written."""
        return row_of(instance)

    @extend_schema(responses=DeviceSheet)
    def retrieve(self, request: Request, code: str) -> Response:
        """Look a device up by the code of any of its labels."""
        found: QuerySet[Device] = Device.objects.seen_by(self.hat).with_code(codes.read(code))
        row = found.values(*_COLUMNS.values(), *_NAMES.values()).first()
        if row is None:
            raise unknown_code()
        names = {name: row[column] for name, column in _NAMES.items()}
        return Response(self.present(row) | names)

    @describe(
        asked.Receive,
        DeviceShape,
        status=201,
        example={"code": "7K3M-9XQ2-9", "line": 12, "serial": "PF2K9XYZ", "mass_g": 1480},
    )
    def create(self, request: Request) -> Response:
        """Receive a machine under the label stuck on it."""
        return self.do(asked.Receive, VERBS["receive"].act, status=201)

    @describe(asked.DeviceDetails, DeviceShape, example={"specs": {"ram_gb": 16}})
    def partial_update(self, request: Request, code: str) -> Response:
        """Correct what is known of a machine."""
        return self._do("correct", code)

    @verb(asked.TriageAsked, DeviceShape, example={"decision": "repair", "reason": "Starts"})
    def triage(self, request: Request, code: str) -> Response:
        """Decide where a received or returned device goes: repair, parts or recycling."""
        return self._do("triage", code)

    @verb(asked.PassQualityCheck, DeviceShape, example={"answers": {"powers_on": True}})
    def pass_quality_check(self, request: Request, code: str) -> Response:
        """Declare a device ready: data gone, no lock, every point of the checklist yes."""
        return self._do("pass_quality_check", code)

    @verb(asked.FailQualityCheck, DeviceShape, example={"decision": "parts", "reason": "Screen"})
    def fail_quality_check(self, request: Request, code: str) -> Response:
        """Send a device back from the check and say where it goes."""
        return self._do("fail_quality_check", code)

    @verb(asked.Place, DeviceShape, example={"location": 7})
    def place(self, request: Request, code: str) -> Response:
        """Put a device somewhere; null clears the place or the lot."""
        return self._do("place", code)

    @verb(CommandSerializer, DeviceShape, example={})
    def dismantle(self, request: Request, code: str) -> Response:
        """Take a device apart: what is left goes to recycling."""
        return self._do("dismantle", code)

    @verb(asked.Recycle, DeviceShape, example={"mass_g": 1480, "waste_slip": "BSD-20260915-1"})
    def recycle(self, request: Request, code: str) -> Response:
        """Give a device to recycling, weighed, with its waste slip."""
        return self._do("recycle", code)

    @verb(asked.ReasonAsked, DeviceShape, example={"reason": "Not on its shelf"})
    def report_missing(self, request: Request, code: str) -> Response:
        """Say that a device is not where it should be."""
        return self._do("report_missing", code)

    @verb(CommandSerializer, DeviceShape, example={})
    def find(self, request: Request, code: str) -> Response:
        """Bring a missing device back to the state it was in."""
        return self._do("find", code)

    @verb(asked.Undo, DeviceShape, example={"undoes": "triage"})
    def undo(self, request: Request, code: str) -> Response:
        """Take the last move back: a new event, nothing is deleted."""
        return self._do("undo", code)

    @verb(asked.Relabel, DeviceShape, example={"new_code": "7K3M-9XQ2-9"})
    def relabel(self, request: Request, code: str) -> Response:
        """Stick one more label on a device; the old one still finds it."""
        return self._do("relabel", code)

    @verb(CommandSerializer, LabelShape, status=201, example={})
    def replace_label(self, request: Request, code: str) -> Response:
        """Mint a new code for a device whose label is damaged; the old one still finds it."""
        facts = read(CommandSerializer, request, hat=self.hat)

        def replace() -> Facts:
            new = operations.replace_label(code=code, by=self.hat, **facts)
            return label_row(new, device=codes.read(code), claimed_at=facts["at"])

        return command(request, replace, status=201)

    @verb(CommandSerializer, DeviceShape, example={})
    def unlock(self, request: Request, code: str) -> Response:
        """Record that the account, BIOS or fleet lock is gone."""
        return self._do("unlock", code)

    @verb(asked.Repair, DeviceShape, example={"what": "New battery", "part": "battery"})
    def repairs(self, request: Request, code: str) -> Response:
        """Write down one repair."""
        return self._do("repair", code)

    @verb(asked.Grade, DeviceShape, example={"performance_class": "C", "reason": "Slow fan"})
    def grade(self, request: Request, code: str) -> Response:
        """Choose the performance class by hand, with the reason; empty: computed again."""
        return self._do("grade", code)

    @verb(
        TakeOutPart, PartShape, status=201, example={"kind": "battery", "description": "L16M4PB1"}
    )
    def parts(self, request: Request, code: str) -> Response:
        """Take a part out of a device that is there for parts, into stock."""
        facts = read(TakeOutPart, request, hat=self.hat)
        return command(
            request,
            lambda: row_of_part(take_out(code=code, by=self.hat, **facts)),
            status=201,
        )

    @extend_schema(responses=CostShape)
    @action(detail=True)
    def costs(self, request: Request, code: str) -> Response:
        """Add up what the repairs of a device cost."""
        found = Device.objects.seen_by(self.hat).with_code(codes.read(code)).first()
        if found is None:
            raise unknown_code()
        return Response(row_of_cost(cost_of_device(found)))

    def _do(self, name: str, code: str) -> Response:
        asked_for: type[Serializer[Any]] = VERBS[name].asked
        return self.do(asked_for, VERBS[name].act, code=code)

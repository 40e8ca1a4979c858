"""Reports of what tools found in a machine: kept, filled in, matched."""

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Facts, Listed, Retrieved, read
from backend.core.api.commands import CommandSerializer, command
from backend.core.api.parsers import FormWithFile, JSONBody, RawBody
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.api.devices import row_of
from backend.inventory.api.shapes import DeviceShape
from backend.inventory.api.storage import ByDeviceFilter
from backend.inventory.models import HardwareReport
from backend.inventory.queries.reports import Match, matches
from backend.inventory.reports import LARGEST, Hardware, read_report

_REASONS = ["serial", "drive", "uuid"]


@extend_schema_field({"oneOf": [{"type": "object"}, {"type": "array"}, {"type": "string"}]})
class ReportField(serializers.Field[bytes, Any, Any, Any]):
    """What a tool printed: its JSON, its text, or the file."""

    def to_internal_value(self, data: Any) -> bytes:
        """Give the bytes, no more of them than any report has."""
        if isinstance(data, UploadedFile):
            content: bytes = data.read(LARGEST + 1)
            return content
        if isinstance(data, bytes):
            return data
        said = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        return said.encode()


class ReportAsked(CommandSerializer):
    """A report, and the device that it is of; left out, devices are proposed."""

    code = asked.code(required=False, allow_blank=True, default="")
    report = ReportField()


class ReportFile(CommandSerializer):
    """The same as a form with the file."""

    code = asked.code(required=False, allow_blank=True, default="")
    report = serializers.FileField(max_length=100)


class HardwareReportShape(serializers.ModelSerializer[HardwareReport]):
    """`facts` is what was read: sizes in bytes and MiB, memory in GiB, energy in Wh."""

    device = serializers.CharField(help_text="Code of the device.")
    facts = serializers.DictField()
    filled = serializers.ListField(child=serializers.CharField())
    differences = serializers.ListField(
        child=serializers.DictField(),
        help_text="`what` was `was` and is `now`, `against` the last report, what was typed, "
        "or the storage units.",
    )

    class Meta:
        model = HardwareReport
        fields = [
            "id",
            "device",
            "tool",
            "tool_version",
            "made_at",
            "received_at",
            "by_label",
            "facts",
            "filled",
            "differences",
            "size",
            "sha256",
        ]


class MatchShape(serializers.Serializer[Any]):
    """A device that the report may be of."""

    device = DeviceShape()
    because = serializers.ListField(child=serializers.ChoiceField(choices=_REASONS))


class ReportAnswer(serializers.Serializer[Any]):
    """What became of a report. `matches`: nothing was kept, send it again with a code."""

    outcome = serializers.ChoiceField(choices=["recorded", "already_known", "matches"])
    report = HardwareReportShape(allow_null=True)
    device = DeviceShape(allow_null=True)
    matches = MatchShape(many=True)
    hardware = serializers.DictField(help_text="What was read, as in `facts`.")


_EXAMPLE = OpenApiExample(
    "example",
    value={
        "code": "7K3M-9XQ2-9",
        "report": {"id": "pc", "class": "system", "vendor": "Dell Inc.", "serial": "5CQ6VY1"},
    },
    request_only=True,
    media_type="application/json",
)
_CODE = OpenApiParameter(
    "code", str, description="The device's code, when the body is the file itself."
)


class HardwareReports(Listed, Retrieved):
    """Reports of lshw, smartctl, inxi, dmidecode, eReuse workbench and the bench stick."""

    capabilities = {
        "list": "report.view",
        "retrieve": "report.view",
        "raw": "report.view",
        "create": "report.record",
    }
    serializer_class = HardwareReportShape
    filterset_class = ByDeviceFilter
    parser_classes = [JSONBody, FormWithFile, RawBody]

    @property
    def columns(self) -> list[str]:
        """The report's columns, its device by code."""
        return ["device__code" if name == "device" else name for name in super().columns]

    def present(self, row: Facts) -> Facts:
        """Name the device's code in short."""
        return {name.removesuffix("__code"): value for name, value in row.items()}

    def shape(self, instance: HardwareReport) -> Facts:
        """Give a report the shape of a row."""
        names = HardwareReportShape.Meta.fields
        return {name: getattr(instance, name) for name in names} | {"device": instance.device.code}

    @extend_schema(
        request={
            "application/json": ReportAsked,
            "multipart/form-data": ReportFile,
            "application/octet-stream": OpenApiTypes.BINARY,
        },
        parameters=[_CODE],
        responses=ReportAnswer,
        examples=[_EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Keep a report of a device and fill in what it says; without a code, propose devices."""
        facts = read(ReportAsked, request, hat=self.hat)
        return command(request, lambda: self._answer(**facts))

    def _answer(self, *, code: str, report: bytes, at: Any) -> Facts:
        if not code.strip():
            hardware = read_report(report)
            proposed = [_shown(match) for match in matches(hardware, reader=self.hat)]
            return _told("matches", hardware) | {"matches": proposed}
        recorded = operations.record_hardware_report(code=code, content=report, by=self.hat, at=at)
        row = self.shape(recorded.report)
        outcome = "recorded" if recorded.is_new else "already_known"
        said = {"report": row, "device": row_of(recorded.device), "hardware": row["facts"]}
        return _told(outcome, None) | said

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def raw(self, request: Request, pk: str) -> HttpResponse:
        """Download the file as it came in. It may hold host names and network addresses."""
        report: HardwareReport = self.one()
        return raw_file(report)


def raw_file(report: HardwareReport) -> HttpResponse:
    """Give a report's file, for the reader's disk and not for its browser."""
    response = HttpResponse(report.content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="releve-{report.pk}.txt"'
    return response


def _told(outcome: str, hardware: Hardware | None) -> Facts:
    facts = hardware.as_facts() if hardware else {}
    return {"outcome": outcome, "report": None, "device": None, "matches": [], "hardware": facts}


def _shown(match: Match) -> Facts:
    return {"device": row_of(match.device), "because": match.because}

"""Storage units and the proof that their data is gone."""

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import (
    Facts,
    Listed,
    Retrieved,
    as_facts,
    describe,
    verb,
)
from backend.core import codes
from backend.core.api.parsers import FormWithFile, JSONBody
from backend.core.errors import InvalidInput, NotFound
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.api.shapes import ErasureShape, StorageUnitShape
from backend.inventory.choices import DataOutcome, ErasureResult
from backend.inventory.models import Device, Erasure, StorageUnit

LONGEST_REPORT = 5_000_000  # bytes
_STARTS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".json": (b"{", b"["),
    ".xml": (b"<",),
    ".txt": (b"",),
    ".log": (b"",),
}


class UnfitReport(InvalidInput):
    """The file is no report: too large, of another type, or not what its name says."""

    code = "unfit_report"
    title = _("This file is not a report")


def checked_report(report: "UploadedFile[bytes] | None") -> "UploadedFile[bytes] | None":
    """Give the report, or refuse what is not a PDF, JSON, XML or text of at most 5 MB."""
    if report is None:
        return None
    starts = _STARTS.get(PurePath(report.name or "").suffix.lower())
    if starts is None or not report.size or report.size > LONGEST_REPORT:
        raise UnfitReport(
            _("Send a PDF, JSON, XML or text file of at most 5 MB."),
            fields={"report": [_("not accepted")]},
        )
    head = report.read(1024).lstrip(b"\xef\xbb\xbf \r\n\t")
    report.seek(0)
    is_text = starts != _STARTS[".pdf"]
    if not head.startswith(starts) or (is_text and b"\0" in head):
        raise UnfitReport(
            _("The file's content is not what its name says."),
            fields={"report": [_("not accepted")]},
        )
    return report


class ByDeviceFilter(filters.FilterSet):
    """Narrows to one device, by any of its codes."""

    device = filters.CharFilter(method="of_device", max_length=60, help_text="A device's code.")
    path_to_device = "device"

    def of_device(self, rows: Any, _name: str, code: str) -> Any:
        """Keep what belongs to the device under this code."""
        return rows.filter(**{f"{self.path_to_device}__labels__code": codes.read(code)})


class StorageUnitFilter(ByDeviceFilter):
    outcome = filters.ChoiceFilter(choices=DataOutcome.choices)


class ErasureFilter(ByDeviceFilter):
    path_to_device = "unit__device"
    result = filters.ChoiceFilter(choices=ErasureResult.choices)


class StorageUnits(Listed, Retrieved):
    """Drives and soldered memories, and what became of the data on each."""

    capabilities = {
        "list": "device.view",
        "retrieve": "device.view",
        "create": "storage.record",
        "describe": "storage.record",
        "absent": "storage.record",
        "destroyed": "storage.destroy",
        "withdraw_erasure": "erasure.withdraw",
    }
    serializer_class = StorageUnitShape
    parser_classes = [JSONBody, FormWithFile]
    filterset_class = StorageUnitFilter

    def get_queryset(self) -> Any:
        """Give the units of the devices one may see."""
        if getattr(self, "swagger_fake_view", False):
            return StorageUnit.objects.none()
        return StorageUnit.objects.filter(device__in=Device.objects.seen_by(self.hat))

    @property
    def columns(self) -> list[str]:
        """The unit's columns, its device by code."""
        return ["device__code" if name == "device" else name for name in super().columns]

    def present(self, row: Facts) -> Facts:
        """Name the device's code in short."""
        return {name.removesuffix("__code"): value for name, value in row.items()}

    def shape(self, instance: StorageUnit) -> Facts:
        """Give a unit the shape of a row."""
        names = StorageUnitShape.Meta.fields
        return {name: getattr(instance, name) for name in names} | {"device": instance.device.code}

    @describe(
        asked.AddUnit, StorageUnitShape, status=201, example={"code": "7K3M9XQ29", "medium": "ssd"}
    )
    def create(self, request: Request) -> Response:
        """Add one more drive found in a device; its data is still there."""
        return self.do(asked.AddUnit, as_facts(operations.add_storage_unit), status=201)

    @verb(asked.UnitDetails, StorageUnitShape, example={"medium": "nvme", "serial": "S4EVNX0"})
    def describe(self, request: Request, pk: str) -> Response:
        """Say which drive a unit is: the one a device is born with has no name yet."""
        act = as_facts(operations.describe_storage_unit)
        return self.do(asked.UnitDetails, act, unit_id=int(pk))

    @verb(
        asked.DestructionAsked,
        StorageUnitShape,
        example={"destruction": "shredded", "reason": "DIN 66399 H-4, in the workshop"},
    )
    def destroyed(self, request: Request, pk: str) -> Response:
        """Record that a drive was destroyed, and how."""
        act = operations.record_storage_destroyed
        return self.do(asked.DestructionAsked, act, unit_id=int(pk))

    @verb(asked.ReasonAsked, StorageUnitShape, example={"reason": "Bay is empty"})
    def absent(self, request: Request, pk: str) -> Response:
        """Record that there is no drive where one would be expected."""
        return self.do(asked.ReasonAsked, operations.record_storage_absent, unit_id=int(pk))

    @verb(asked.ReasonAsked, StorageUnitShape, example={"reason": "The wrong machine was scanned"})
    def withdraw_erasure(self, request: Request, pk: str) -> Response:
        """Withdraw an erasure recorded by mistake: its evidence stays, its data counts again."""
        return self.do(asked.ReasonAsked, operations.withdraw_erasure, unit_id=int(pk))


class Erasures(Listed, Retrieved):
    """Attempts to erase, each frozen once written. A report may be sent with it, as a form."""

    capabilities = {
        "list": "erasure.view",
        "retrieve": "erasure.view",
        "create": "erasure.record",
        "report": "erasure.view",
    }
    serializer_class = ErasureShape
    filterset_class = ErasureFilter
    parser_classes = [JSONBody, FormWithFile]

    @property
    def columns(self) -> list[str]:
        """The erasure's columns, its device by code."""
        other = {"device": "unit__device__code", "has_report": "report"}
        return [other.get(name, name) for name in super().columns]

    def present(self, row: Facts) -> Facts:
        """Name the device's code in short; say whether there is a report."""
        row["device"] = row.pop("unit__device__code")
        row["has_report"] = bool(row.pop("report"))
        return row

    def shape(self, instance: Erasure) -> Facts:
        """Give an erasure the shape of a row."""
        names = ErasureShape.Meta.fields
        row = {name: getattr(instance, name) for name in names if hasattr(instance, name)}
        return row | {
            "unit": instance.unit_id,
            "device": instance.unit.device.code,
            "has_report": bool(instance.report),
        }

    @describe(
        asked.RecordErasure,
        ErasureShape,
        status=201,
        example={
            "unit_id": 31,
            "result": "erased",
            "method": "purge",
            "tool": "nwipe",
            "tool_version": "0.38",
            "verification": "read back, all blocks",
            "attestation": "I did this on this very drive and saw it end without any error.",
            "started_at": "2026-09-15T09:00:00+02:00",
            "ended_at": "2026-09-15T09:42:00+02:00",
        },
    )
    def create(self, request: Request) -> Response:
        """Write down one finished attempt, for ever."""

        def act(*, report: "UploadedFile[bytes] | None" = None, **facts: Any) -> Erasure:
            write = as_facts(operations.record_erasure)
            erasure: Erasure = write(report=checked_report(report), **facts)
            return erasure

        return self.do(asked.RecordErasure, act, status=201)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def report(self, request: Request, pk: str) -> FileResponse:
        """Download the report that came with an erasure."""
        erasure: Erasure = self.one()
        if not erasure.report:
            raise NotFound(_("No report was sent with this erasure."))
        return FileResponse(
            erasure.report.open(),
            as_attachment=True,
            filename=PurePath(str(erasure.report.name)).name,
            content_type="application/octet-stream",
        )

"""Reports of erasures, handed in, and the certificates that come of them."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Facts, Listed, Resource, Retrieved, Seen, describe
from backend.core.api.commands import CommandSerializer
from backend.core.api.parsers import FormWithFile, JSONBody
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.choices import ErasureResult, EvidenceOutcome
from backend.inventory.evidence.reading import LONGEST_EVIDENCE
from backend.inventory.models import Certificate, Erasure, Pledge

_NUMBER = "E-[0-9]{4}-[0-9]{5,9}"


class ImportAsked(CommandSerializer):
    """A report, as text or as a file. Without `code` and `unit_id`: by the serials in it."""

    text = asked.text(
        LONGEST_EVIDENCE, trim_whitespace=False, help_text="The report, when it is no file."
    )
    report = serializers.FileField(required=False, allow_null=True, max_length=100)
    code = asked.code(required=False, allow_blank=True, default="")
    unit_id = asked.whole(2**63 - 1, least=1, allow_null=True)
    tool_version = asked.text(40, help_text="When the report does not tell it.")


class EvidenceLineShape(serializers.Serializer[Any]):
    """One drive of the report, and what became of what is told of it."""

    serial = serializers.CharField(allow_blank=True)
    model = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    result = serializers.ChoiceField(choices=ErasureResult.choices)
    tool = serializers.CharField()
    tool_version = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=EvidenceOutcome.choices)
    why = serializers.CharField(allow_blank=True)
    device = serializers.CharField(allow_null=True, help_text="Code of the device.")
    unit = serializers.IntegerField(allow_null=True)
    erasure = serializers.IntegerField(allow_null=True)


class ImportShape(serializers.Serializer[Any]):
    sha256 = serializers.CharField(help_text="Of the report.")
    recorded = serializers.IntegerField(help_text="Attempts written down, failed ones too.")
    lines = EvidenceLineShape(many=True)


class ErasureImports(Resource):
    """Reports of nwipe, nvme-cli and the eReuse workbench."""

    capabilities = {"create": "erasure.record"}
    serializer_class = ImportShape
    parser_classes = [JSONBody, FormWithFile]
    queryset = Erasure.objects.none()

    def shape(self, instance: operations.Import) -> Facts:
        """Tell each line."""
        lines = [_line(line) for line in instance.lines]
        return {"sha256": instance.sha256, "recorded": instance.recorded, "lines": lines}

    @describe(
        ImportAsked,
        ImportShape,
        example={"text": "[2026/09/14 08:00:00]  info: nwipe 0.38", "code": "7K3M-9XQ2-9"},
    )
    def create(self, request: Request) -> Response:
        """Write down what a report tells of each drive; nothing when it cannot be read."""
        return self.do(ImportAsked, _import)


def _import(
    *, text: str = "", report: "UploadedFile[bytes] | None" = None, **facts: Any
) -> operations.Import:
    content = report or ContentFile(text.encode(), name="report.txt")
    return operations.import_erasure_evidence(report=content, **facts)


def _line(line: operations.EvidenceLine) -> Facts:
    drive = line.attempt.drive
    return {
        "serial": drive.serial,
        "model": drive.model,
        "size": drive.size,
        "result": line.attempt.result,
        "tool": line.attempt.tool,
        "tool_version": line.attempt.tool_version,
        "outcome": line.outcome,
        "why": str(line.why),
        "device": line.unit.device.code if line.unit else None,
        "unit": line.unit.pk if line.unit else None,
        "erasure": line.erasure.pk if line.erasure else None,
    }


class CertificateAsked(CommandSerializer):
    """What to certify: one storage unit, or a pledge with each of its drives."""

    unit_id = asked.whole(2**63 - 1, least=1, allow_null=True)
    pledge = Seen(Pledge, required=False, allow_null=True)

    def validate(self, attrs: Facts) -> Facts:
        """Want one of the two."""
        if bool(attrs.get("unit_id")) == bool(attrs.get("pledge")):
            raise serializers.ValidationError({"unit_id": "unit_id or pledge, not both."})
        facts: Facts = super().validate(attrs)
        return facts


class CertificateShape(serializers.ModelSerializer[Certificate]):
    facts = serializers.DictField(help_text="All that is printed.")
    replaced_by = serializers.CharField(
        allow_null=True, help_text="Number of the later one that replaces it."
    )

    class Meta:
        model = Certificate
        fields = [
            "number",
            "unit",
            "pledge",
            "issued_at",
            "issued_by_label",
            "replaced_by",
            "sha256",
            "facts",
        ]


class CertificateFilter(filters.FilterSet):
    pledge = filters.NumberFilter(field_name="pledge", min_value=1, max_value=2**63 - 1)
    unit = filters.NumberFilter(field_name="unit", min_value=1, max_value=2**63 - 1)


class Certificates(Listed, Retrieved):
    """Papers that say what became of data. `sha256` is empty until the PDF is set."""

    capabilities = {
        "list": "certificate.view",
        "retrieve": "certificate.view",
        "create": "certificate.issue",
        "file": "certificate.view",
    }
    serializer_class = CertificateShape
    filterset_class = CertificateFilter
    lookup_field = "number"
    lookup_value_regex = _NUMBER

    @property
    def columns(self) -> list[str]:
        """The certificate's columns, the later one by its number."""
        return ["replaced_by__number" if n == "replaced_by" else n for n in super().columns]

    def present(self, row: Facts) -> Facts:
        """Name the later one in short."""
        return {name.removesuffix("__number"): value for name, value in row.items()}

    def shape(self, instance: Certificate) -> Facts:
        """Give a certificate the shape of a row."""
        names = set(CertificateShape.Meta.fields) - {"unit", "pledge", "replaced_by"}
        row = {name: getattr(instance, name) for name in names}
        later = getattr(instance, "replaced_by", None)
        return row | {
            "unit": instance.unit_id,
            "pledge": instance.pledge_id,
            "replaced_by": later.number if later else None,
        }

    @describe(CertificateAsked, CertificateShape, status=201, example={"unit_id": 31})
    def create(self, request: Request) -> Response:
        """Certify a storage unit or a pledge; asked again, the same one is answered."""
        return self.do(CertificateAsked, _issue, status=201)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, number: str) -> FileResponse:
        """Download the PDF."""
        ready = operations.set_certificate(certificate_id=self.one().pk)
        return FileResponse(
            ready.file.open("rb"), filename=f"{number}.pdf", content_type="application/pdf"
        )


def _issue(*, unit_id: int | None = None, pledge: Pledge | None = None, **who: Any) -> Certificate:
    if pledge is not None:
        return operations.issue_pledge_certificate(pledge=pledge, **who)
    return operations.issue_certificate(unit_id=unit_id or 0, **who)

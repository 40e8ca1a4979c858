"""Prints of labels: asked with the paper, rendered in the background, fetched as a file."""

from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from backend.accounts.api.resources import Facts, Listed, Retrieved, columns_of
from backend.accounts.models import Membership
from backend.core.api.commands import CommandSerializer
from backend.core.errors import NotFound, Refusal
from backend.inventory import operations
from backend.inventory.api.asked import text, whole
from backend.inventory.choices import DevicePart, PrintForm
from backend.inventory.labels import STOCKS, own_stock
from backend.inventory.labels.stocks import LARGEST_OFFSET, MOST_ACROSS, MOST_PAGE
from backend.inventory.models import LabelPrint


class PrintNotReady(Refusal):
    """The file is not there yet."""

    code = "print_not_ready"
    title = _("This print is not ready yet")


def millimetres(**kwargs: Any) -> serializers.FloatField:
    """A measure of paper."""
    return serializers.FloatField(min_value=0, max_value=MOST_PAGE, **kwargs)


def offset() -> serializers.FloatField:
    """How far a printer is off, in mm."""
    return serializers.FloatField(default=0, min_value=-LARGEST_OFFSET, max_value=LARGEST_OFFSET)


class OwnStock(serializers.Serializer[Any]):
    """A size of label paper, in mm; the pitch is from a label's edge to the next one's."""

    page_width = millimetres()
    page_height = millimetres()
    columns = whole(MOST_ACROSS, least=1, required=True)
    rows = whole(MOST_ACROSS, least=1, required=True)
    width = millimetres()
    height = millimetres()
    left = millimetres()
    top = millimetres()
    pitch_x = millimetres()
    pitch_y = millimetres()


class Print(CommandSerializer):
    paper = serializers.ChoiceField(
        choices=list(STOCKS), required=False, help_text="Or give an own size as `stock`."
    )
    stock = OwnStock(required=False, help_text="An own size, instead of `paper`.")
    form = serializers.ChoiceField(choices=PrintForm.choices, default=PrintForm.PDF)
    parts = serializers.ListField(
        child=serializers.ChoiceField(choices=DevicePart.choices),
        default=[DevicePart.MACHINE],
        max_length=len(DevicePart),
        help_text="One copy for each.",
    )
    skip = whole(MOST_ACROSS**2, default=0, help_text="Used positions on the first sheet.")
    offset_x = offset()
    offset_y = offset()
    reason = text(240, help_text="Why they are printed again.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for one paper, of the two ways to name it."""
        if ("paper" in attrs) == ("stock" in attrs):
            raise serializers.ValidationError({"paper": [_("Name a paper, or give its size.")]})
        return super().validate(attrs)


class LabelPrintShape(serializers.ModelSerializer[LabelPrint]):
    class Meta:
        model = LabelPrint
        fields = [
            "id",
            "batch",
            "form",
            "stock",
            "parts",
            "skip",
            "offset_x",
            "offset_y",
            "reason",
            "asked_at",
            "rendered_at",
            "pages",
            "labels",
            "sha256",
        ]


EXAMPLE = {"paper": "l7160", "skip": 2, "parts": ["machine", "charger"]}


def ask(*, batch_id: int, by: Membership, **facts: Any) -> Facts:
    """Hand what was asked to the operation; give the print's shape."""
    named = STOCKS.get(facts.get("paper", ""))
    how = operations.Printing(
        stock=named or own_stock({"name": str(_("Own size")), **facts["stock"]}),
        form=facts["form"],
        parts=tuple(dict.fromkeys(facts["parts"])),
        skip=facts["skip"],
        offset=(facts["offset_x"], facts["offset_y"]),
    )
    reason = facts.get("reason", "")
    job = operations.ask_for_print(
        batch_id=batch_id, how=how, by=by, at=facts["at"], reason=reason
    )
    return columns_of(job, LabelPrintShape.Meta.fields)


class LabelPrints(Listed, Retrieved):
    """Prints of labels. `rendered_at` says that the file is ready; then it never changes."""

    capabilities = {"list": "label.view", "retrieve": "label.view", "file": "label.view"}
    serializer_class = LabelPrintShape

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, pk: str) -> FileResponse:
        """Download a print: a PDF, or ZPL for Zebra."""
        job: LabelPrint = self.one()
        if job.is_given_up:
            raise NotFound(_("This print failed. Ask for it again."))
        if not job.file:
            raise PrintNotReady(_("Ask again in a second: it is being prepared."))
        ending = str(job.file.name).rsplit(".", 1)[-1]
        return FileResponse(
            job.file.open("rb"),
            as_attachment=True,
            filename=f"etiquettes-{job.batch_id}-{job.pk}.{ending}",
            content_type="application/octet-stream",
        )

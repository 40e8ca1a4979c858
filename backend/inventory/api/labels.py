"""Labels: minted ahead, given as JSON or as pictures to print."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import (
    Listed,
    Resource,
    Retrieved,
    Seen,
    describe,
    read,
    verb,
)
from backend.accounts.models import Membership, Organisation
from backend.core import codes
from backend.core.api.commands import CommandSerializer, command
from backend.core.errors import NotFound
from backend.inventory import operations
from backend.inventory.api.asked import whole
from backend.inventory.api.label_prints import EXAMPLE, LabelPrintShape, Print, ask
from backend.inventory.api.shapes import LabelBatchShape, LabelShape, label_row
from backend.inventory.labels import device_sticker, sticker_svg
from backend.inventory.models import Label, LabelBatch

MOST_LABELS = 5000


class Mint(CommandSerializer):
    quantity = whole(MOST_LABELS, least=1, required=True)
    workshop = Seen(
        Organisation, narrow="workshops", required=False, help_text="Left out: your own."
    )


class LabelBatches(Listed, Retrieved):
    """Labels minted together for one workshop."""

    capabilities = {
        "list": "label.view",
        "retrieve": "label.view",
        "create": "label.mint",
        "labels": "label.view",
        "prints": "label.mint",
    }
    serializer_class = LabelBatchShape

    @describe(Mint, LabelBatchShape, status=201, example={"quantity": 65})
    def create(self, request: Request) -> Response:
        """Mint a batch of blank labels."""

        def mint(*, by: Membership, **facts: Any) -> LabelBatch:
            facts.setdefault("workshop", by.organisation)
            return operations.mint_labels(by=by, **facts)

        return self.do(Mint, mint, status=201)

    @extend_schema(responses=LabelShape(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def labels(self, request: Request, pk: str) -> Response:
        """Give all labels of a batch, in the order in which they are printed."""
        batch: LabelBatch = self.one()
        rows = batch.labels.order_by("pk").values("code", "device__code", "claimed_at")
        return Response(
            [
                label_row(row["code"], device=row["device__code"], claimed_at=row["claimed_at"])
                for row in rows
            ]
        )

    @verb(Print, LabelPrintShape, status=201, example=EXAMPLE)
    def prints(self, request: Request, pk: str) -> Response:
        """Print the labels that are on no device yet; a second time only with a reason."""
        facts = read(Print, request, hat=self.hat)
        return command(request, lambda: ask(batch_id=int(pk), by=self.hat, **facts), status=201)


class Labels(Resource):
    """One label, as a picture."""

    capabilities = {"svg": "label.view"}
    serializer_class = LabelShape
    lookup_field = "code"
    lookup_value_regex = "[^/]{1,60}"

    def get_queryset(self) -> Any:
        """Give the labels of the batches one may see."""
        if getattr(self, "swagger_fake_view", False):
            return Label.objects.none()
        return Label.objects.filter(batch__in=LabelBatch.objects.seen_by(self.hat))

    @extend_schema(
        responses={(200, "image/svg+xml"): OpenApiResponse(OpenApiTypes.STR, description="QR")}
    )
    @action(detail=True)
    def svg(self, request: Request, code: str) -> HttpResponse:
        """Draw the QR code of a label."""
        bare = codes.read(code)
        if not self.get_queryset().filter(code=bare).exists():
            raise NotFound(_("You have no label with this code."))
        drawn = sticker_svg(device_sticker(bare))
        return HttpResponse(drawn, content_type="image/svg+xml")

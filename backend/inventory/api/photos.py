"""Photos of inspections: who sees the device sees them."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api.resources import Facts, Listed, describe
from backend.core.api.commands import CommandSerializer
from backend.core.api.parsers import FormWithFile, JSONBody
from backend.core.photos import cleaned_photo
from backend.inventory import operations
from backend.inventory.api import asked
from backend.inventory.api.storage import ByDeviceFilter
from backend.inventory.models import Device, InspectionPhoto

_LONG = "inspection__device__code"
_SHORT = {_LONG: "device"}


class PhotoShape(serializers.ModelSerializer[InspectionPhoto]):
    device = serializers.CharField(help_text="Code of the device.")

    class Meta:
        model = InspectionPhoto
        fields = ["id", "device", "inspection", "number", "sha256", "at"]


class AddPhoto(CommandSerializer):
    """One photo (JPEG, PNG or WebP, at most 15 MB), sent as a form."""

    code = asked.code()
    photo = serializers.FileField(max_length=200)


class PhotoFilter(ByDeviceFilter):
    path_to_device = "inspection__device"


class InspectionPhotos(Listed):
    """At most six photos for each inspection, painted anew: no place, no owner in them."""

    capabilities = {
        "list": "device.view",
        "create": "device.triage",
        "picture": "device.view",
        "thumbnail": "device.view",
    }
    serializer_class = PhotoShape
    filterset_class = PhotoFilter
    parser_classes = [JSONBody, FormWithFile]

    @property
    def columns(self) -> list[str]:
        """The photo's columns, its device by code."""
        return [_LONG if name == "device" else name for name in super().columns]

    def present(self, row: Facts) -> Facts:
        """Name the device's code in short."""
        return {
            name.removeprefix("inspection__").removesuffix("__code"): v for name, v in row.items()
        }

    def shape(self, instance: Device) -> Facts:
        """Give the photo that was just added to a device."""
        photo = InspectionPhoto.objects.filter(inspection__device=instance).latest("pk")
        row = {name: getattr(photo, name) for name in ("id", "number", "sha256", "at")}
        return row | {"device": instance.code, "inspection": photo.inspection_id}

    @describe(AddPhoto, PhotoShape, status=201)
    def create(self, request: Request) -> Response:
        """Add a photo to the last inspection of a device, by the workshop that made it."""

        def add(*, photo: Any, **given: Any) -> Device:
            return operations.add_photos(photos=[cleaned_photo(photo)], **given)

        return self.do(AddPhoto, add, status=201)

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @action(detail=True)
    def picture(self, request: Request, pk: str) -> HttpResponse:
        """Look at a photo."""
        return _shown(self.one().picture)

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @action(detail=True)
    def thumbnail(self, request: Request, pk: str) -> HttpResponse:
        """Look at a small one of a photo."""
        return _shown(self.one().thumbnail)


def _shown(file: Any) -> HttpResponse:
    with file.open("rb") as picture:
        return HttpResponse(picture.read(), content_type="image/jpeg")

"""Photos of inspections, given to whoever sees the device."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core.errors import Refusal
from backend.core.photos import cleaned_photo
from backend.inventory.models import InspectionPhoto
from backend.inventory.models.photos import MOST_PHOTOS


class PhotosInput(forms.ClearableFileInput):
    """Several photos, taken now or chosen among those of the telephone."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PhotosField(forms.FileField):
    """At most six photos, each cleaned before anything is locked."""

    widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Give the cleaned photos. Refuses what is no photo, and a seventh."""
        sent = data if isinstance(data, list | tuple) else [data]
        photos = [photo for photo in sent if photo]
        if not photos and self.required:
            raise forms.ValidationError(_("Choose at least one photo."))
        if len(photos) > MOST_PHOTOS:
            raise forms.ValidationError(_("An inspection has at most six photos."))
        try:
            return [cleaned_photo(photo) for photo in photos]
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.detail)) from refusal


@needs("device.view")
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a photo."""
    return _give(request, pk, "picture")


@needs("device.view")
def thumbnail(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a small one of a photo."""
    return _give(request, pk, "thumbnail")


def _give(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    found = get_object_or_404(InspectionPhoto.objects.seen_by(acting(request)), pk=pk)
    with getattr(found, which).open("rb") as picture:
        response = HttpResponse(picture.read(), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400"
    return response

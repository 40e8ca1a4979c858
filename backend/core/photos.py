"""Photos that people send: painted anew, so that only the picture is kept."""

import io

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from backend.core.errors import InvalidInput

LARGEST_PHOTO = 15_000_000  # bytes: what a telephone of today makes
LONGEST_SIDE = 2_000  # pixels of what is kept
THUMBNAIL_SIDE = 320
# A JPEG is unpacked at a fraction of its size; the others whole, three or four bytes a pixel.
_MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}


class UnfitPhoto(InvalidInput):
    """The file is no photo that can be kept: too large, or not a picture at all."""

    code = "unfit_photo"
    title = _("This file is not a photo")


def cleaned_photo(upload: "File[bytes]", *, field: str = "photo") -> "ContentFile[bytes]":
    """Give the picture alone, upright, as JPEG of at most 2,000 pixels a side.

    What else the file held (place, owner, previews, anything hidden behind the picture) stays
    out. Nothing is unpacked before its size in pixels is known. Raises UnfitPhoto, which names
    `field`.
    """
    unfit = UnfitPhoto(
        _("Send a photo (JPEG, PNG or WebP) of at most 15 MB."),
        fields={field: [_("not accepted")]},
    )
    if not upload.size or upload.size > LARGEST_PHOTO:
        raise unfit
    upload.seek(0)
    try:
        painted = _painted(upload.read())
    except Exception as error:  # decoders fail in many ways on what is no picture
        raise unfit from error
    return ContentFile(painted, name="photo.jpg")  # what a person called it may name somebody


def _painted(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=list(_MOST_PIXELS)) as photo:
        if photo.width * photo.height > _MOST_PIXELS[photo.format or ""]:
            raise ValueError(photo.size)
        photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(photo)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
    bare = Image.new("RGB", upright.size, "white")
    bare.paste(upright, mask=upright if upright.mode == "RGBA" else None)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def thumbnail_of(photo: "File[bytes]") -> "ContentFile[bytes]":
    """Give a small one of a cleaned photo, for lists."""
    photo.seek(0)
    with Image.open(io.BytesIO(photo.read()), formats=["JPEG"]) as picture:
        picture.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=80)
    photo.seek(0)
    return ContentFile(out.getvalue(), name=photo.name or "photo.jpg")

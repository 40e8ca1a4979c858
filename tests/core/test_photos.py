"""A photo is kept without what else its file holds."""

import contextlib
import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from backend.core.photos import LONGEST_SIDE, UnfitPhoto, cleaned_photo


def a_picture(form: str = "JPEG", size: tuple[int, int] = (80, 40), **more: Any) -> bytes:
    out = io.BytesIO()
    mode = more.pop("mode", "RGB")
    Image.new(mode, size, more.pop("color", "red")).save(out, form, **more)
    return out.getvalue()


def sent(content: bytes, name: str = "IMG 2026.heic.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def seen(photo: "ContentFile[bytes]") -> Image.Image:
    image = Image.open(photo)
    image.load()
    return image


def test_place_and_owner_do_not_stay_in_a_photo() -> None:
    exif = Image.Exif()
    exif[0x013B] = "Ada Lovelace"  # artist
    exif.get_ifd(0x8825)[2] = (45.0, 45.0, 30.0)  # latitude
    content = a_picture(exif=exif, comment=b"secret place") + b"<script>behind</script>"

    kept = cleaned_photo(sent(content))
    image = seen(kept)
    assert image.format == "JPEG"
    assert not image.getexif()
    kept.seek(0)
    raw = kept.read()
    assert b"Ada" not in raw
    assert b"secret" not in raw
    assert b"script" not in raw


def test_a_photo_taken_on_its_side_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert seen(cleaned_photo(sent(a_picture(exif=exif)))).size == (40, 80)


def test_a_large_photo_is_made_smaller() -> None:
    kept = seen(cleaned_photo(sent(a_picture(size=(5000, 2500)))))
    assert kept.size == (LONGEST_SIDE, LONGEST_SIDE // 2)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1", "I;16"])
def test_every_sort_of_picture_becomes_a_plain_one(mode: str) -> None:
    color: Any = 0 if mode in {"P", "L", "1", "I;16"} else None
    more = {"transparency": b"\x00\x80"} if mode == "P" else {}
    assert (
        seen(cleaned_photo(sent(a_picture("PNG", mode=mode, color=color, **more)))).mode == "RGB"
    )


def test_too_many_pixels_are_not_unpacked() -> None:
    with pytest.raises(UnfitPhoto):
        cleaned_photo(sent(a_picture("PNG", size=(20_000, 10_000), mode="1", color=0)))


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", a_picture()[:200]]
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(UnfitPhoto) as refused:
        cleaned_photo(sent(content), field="evidence")
    assert set(refused.value.fields) == {"evidence"}


def test_an_animation_or_another_format_is_refused() -> None:
    with pytest.raises(UnfitPhoto):
        cleaned_photo(sent(a_picture("GIF", mode="P", color=1)))


@given(st.binary(max_size=300), st.sampled_from([b"", a_picture()[:120], a_picture("PNG")[:60]]))
def test_any_bytes_are_a_photo_or_refused(tail: bytes, head: bytes) -> None:
    with contextlib.suppress(UnfitPhoto):
        cleaned_photo(sent(head + tail))

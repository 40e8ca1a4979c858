"""Photos of an inspection: a refusal leaves no file behind."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from backend.core.events import NotYetHappened
from backend.core.photos import cleaned_photo
from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.models import InspectionPhoto
from tests.inventory.stories import NOW, Workshop, a_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


def files_in(folder: Path) -> list[Path]:
    return [found for found in folder.rglob("*") if found.is_file()]


def photos(number: int) -> list[Any]:
    seen = SimpleUploadedFile("seen.png", a_picture())
    return [cleaned_photo(seen) for _photo in range(number)]


def test_a_photo_is_kept_with_its_small_one(media: Path) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    operations.add_photos(code=device.code, photos=photos(1), by=workshop.technician, at=NOW)
    kept = InspectionPhoto.objects.get()
    assert {kept.picture.path, kept.thumbnail.path} == set(map(str, files_in(media)))


def test_a_photo_that_is_refused_leaves_no_file(media: Path, nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    tomorrow = timezone.now() + timedelta(days=1)
    with nothing_changed(device), pytest.raises(NotYetHappened):
        operations.add_photos(
            code=device.code, photos=photos(2), by=workshop.technician, at=tomorrow
        )
    assert files_in(media) == []

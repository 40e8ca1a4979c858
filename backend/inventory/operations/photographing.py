"""Photos of an inspection: with it, or afterwards by the workshop that made it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.models import Event
from backend.core.photos import thumbnail_of
from backend.core.transactions import after_rollback, operation
from backend.inventory.models import Device, Inspection, InspectionPhoto
from backend.inventory.models.photos import MOST_PHOTOS
from backend.inventory.operations.bench import triage_device
from backend.inventory.operations.moving import change, facts_of, locked_device

Photo = ContentFile  # as `core.photos.cleaned_photo` gives it


class NotInspectedHere(Refusal):
    """The last inspection of this device was made elsewhere, or there was none yet."""

    code = "not_inspected_here"
    title = _("Your workshop has not sorted this device")


@operation
def triage_with_photos(*, photos: "Sequence[Photo[bytes]]", **said: Any) -> Device:
    """Sort a device as `triage_device` does, and keep up to six photos of what one saw."""
    device = triage_device(**said)
    inspection = device.inspections.latest("pk")
    keep_photos(inspection, photos, by=said["by"], at=said["at"])
    return device


@operation
def add_photos(
    *, code: str, photos: "Sequence[Photo[bytes]]", by: Membership, at: datetime
) -> Device:
    """Add photos to the last inspection, by the workshop that made it; six at most in all."""
    device = locked_device(code=code, by=by, at=at)
    inspection = device.inspections.order_by("-pk").first()
    if inspection is None or not _was_made_by(device, by):
        raise NotInspectedHere(_("Sort this device first: its photos belong to that."))
    keep_photos(inspection, photos, by=by, at=at)
    change(device, at=at)
    events.record(
        "device.photographed",
        subject=device,
        by=by,
        at=at,
        **facts_of(device),
        inspection=inspection.pk,
        photos=len(photos),
    )
    return device


def keep_photos(
    inspection: Inspection, photos: "Sequence[Photo[bytes]]", *, by: Membership, at: datetime
) -> None:
    """Keep cleaned photos with an inspection of a locked device."""
    if not photos:
        return
    before = inspection.photos.count()
    if before + len(photos) > MOST_PHOTOS:
        sentence = _("An inspection has at most six photos; it has %(count)s already.")
        told = sentence % {"count": before}
        raise InvalidInput(told, fields={"photos": [told]})
    for number, photo in enumerate(photos, start=before + 1):
        digest = hashlib.sha256(photo.read()).hexdigest()
        photo.seek(0)
        small = thumbnail_of(photo)
        # What the file was called may name somebody: it is called by what it holds.
        photo.name, small.name = f"{digest[:20]}.jpg", f"{digest[:20]}-small.jpg"
        kept = InspectionPhoto(
            inspection=inspection, number=number, sha256=digest, by_label=by.actor_label, at=at
        )
        for file, content in ((kept.picture, photo), (kept.thumbnail, small)):
            file.save(str(content.name), content, save=False)
            after_rollback(partial(file.storage.delete, str(file.name)))
        kept.save()


def _was_made_by(device: Device, by: Membership) -> bool:
    sorted_by = Event.objects.about(device).of_kind("device.triaged").order_by("-pk")
    return sorted_by.values_list("organisation_id", flat=True).first() == by.organisation_id

"""Photos of an inspection: what one saw, kept as it was."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.models.devices import Device
from backend.inventory.models.workshop import Inspection

if TYPE_CHECKING:
    from backend.accounts.models import Membership

MOST_PHOTOS = 6


class InspectionPhotoQuerySet(models.QuerySet["InspectionPhoto"]):
    """Photos in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "InspectionPhotoQuerySet":
        """Whoever sees the device sees its photos."""
        return self.filter(inspection__device__in=Device.objects.seen_by(hat))


class InspectionPhoto(models.Model):
    """One of at most six photos of an inspection; `sha256` is that of the kept picture."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="photos")
    number = models.PositiveSmallIntegerField(_("number"))
    picture = models.FileField(_("photo"), upload_to="inspections/%Y/%m/")
    thumbnail = models.FileField(upload_to="inspections/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    by_label = models.CharField(max_length=160)
    at = models.DateTimeField()

    objects = InspectionPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of an inspection")
        verbose_name_plural = _("photos of inspections")
        constraints = [
            models.UniqueConstraint(
                name="inspection_photo_number_once", fields=["inspection", "number"]
            ),
            models.CheckConstraint(
                name="inspection_has_at_most_six_photos",
                condition=Q(number__gte=1, number__lte=MOST_PHOTOS),
                violation_error_message=_("An inspection has at most six photos."),
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"#{self.number}"

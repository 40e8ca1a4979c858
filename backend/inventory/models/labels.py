"""Labels: codes minted before the device exists, never used twice."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.core import codes

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class LabelBatchQuerySet(models.QuerySet["LabelBatch"]):
    """Batches in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "LabelBatchQuerySet":
        """The coordination sees all, a workshop its own."""
        if hat is None:
            return self.none()
        return self if hat.sees_all else self.filter(workshop_id=hat.organisation_id)


class LabelBatch(models.Model):
    """Labels minted together for one workshop; a replacement is one label for a damaged one."""

    workshop = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="label_batches"
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    minted_at = models.DateTimeField(_("minted"))
    is_replacement = models.BooleanField(
        _("replaces a damaged label"), default=False, db_default=False
    )

    objects = LabelBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of labels")
        verbose_name_plural = _("batches of labels")

    def __str__(self) -> str:
        """Show the number of the batch."""
        return f"#{self.pk}"


class Label(models.Model):
    """One sticker. It belongs to one device for ever; a device may carry several."""

    code = models.CharField(_("code"), max_length=9, unique=True)
    batch = models.ForeignKey(LabelBatch, on_delete=models.PROTECT, related_name="labels")
    device = models.ForeignKey(
        "inventory.Device", on_delete=models.PROTECT, null=True, related_name="labels"
    )
    claimed_at = models.DateTimeField(_("stuck on"), null=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints = [
            models.CheckConstraint(
                name="label_claimed_with_its_moment",
                condition=Q(device__isnull=True, claimed_at__isnull=True)
                | Q(device__isnull=False, claimed_at__isnull=False),
                violation_error_message=_("A label that is on a device has a date."),
            ),
        ]

    def __str__(self) -> str:
        """Spell the code."""
        return codes.spell(self.code)

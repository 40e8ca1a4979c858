"""What was printed of a batch of labels: asked once, rendered once, known for ever."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import PrintForm
from backend.inventory.models.labels import LabelBatch

if TYPE_CHECKING:
    from backend.accounts.models import Membership

MOST_ATTEMPTS = 5


class LabelPrintQuerySet(models.QuerySet["LabelPrint"]):
    """Prints in the words of those who wait for them."""

    def seen_by(self, hat: "Membership | None") -> "LabelPrintQuerySet":
        """Whoever sees the batch sees its prints."""
        return self.filter(batch__in=LabelBatch.objects.seen_by(hat))

    def waiting(self, *, at: datetime) -> "LabelPrintQuerySet":
        """Not rendered, and nobody is at it now."""
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        return self.filter(free, rendered_at=None, attempts__lt=MOST_ATTEMPTS)


class LabelPrint(models.Model):
    """One file of labels of one batch. All that its bytes come from is written here when asked.

    `codes` are the labels that were on no device then, in order; `parts` the copies of each;
    `stock` the paper's name and measures in mm. `leased_until` says that a worker is at it.
    Frozen once rendered.
    """

    batch = models.ForeignKey(LabelBatch, on_delete=models.PROTECT, related_name="prints")
    form = models.CharField(_("file"), max_length=8, choices=PrintForm)
    stock = models.JSONField(_("paper"))
    codes = models.JSONField(_("codes"))
    parts = models.JSONField(_("copies"))
    owner_label = models.CharField(_("name on the label"), max_length=200)
    skip = models.PositiveSmallIntegerField(_("labels skipped"), default=0)
    offset_x = models.FloatField(_("offset to the right"), default=0)
    offset_y = models.FloatField(_("offset downwards"), default=0)
    reason = models.CharField(_("why again"), max_length=240, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    asked_by_label = models.CharField(_("asked by"), max_length=160)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    rendered_at = models.DateTimeField(_("rendered"), null=True)
    pages = models.PositiveIntegerField(_("pages"), default=0)
    labels = models.PositiveIntegerField(_("labels"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.FileField(_("file"), blank=True)

    objects = LabelPrintQuerySet.as_manager()

    class Meta:
        verbose_name = _("print of labels")
        verbose_name_plural = _("prints of labels")
        constraints = [
            models.CheckConstraint(
                name="label_print_rendered_with_its_file",
                condition=Q(rendered_at=None, sha256="", file="")
                | (Q(rendered_at__isnull=False) & ~Q(sha256="") & ~Q(file="")),
                violation_error_message=_("A print that is rendered has its file."),
            ),
        ]

    def __str__(self) -> str:
        """Show the batch and the paper."""
        return f"{self.batch_id} · {self.stock['name']}"

    @property
    def is_given_up(self) -> bool:
        """Whether it was tried often enough."""
        return self.rendered_at is None and self.attempts >= MOST_ATTEMPTS

"""What a workshop and the programme set for themselves: each version stays as it was published."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import Kind
from backend.inventory.models.places import OwnedQuerySet

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class Published(models.Model):
    """A version, frozen by the database; the latest is the one that holds."""

    published_at = models.DateTimeField(_("published"))
    published_by_label = models.CharField(max_length=160)

    class Meta:
        abstract = True


class Checklist(Published):
    """What one workshop checks on one kind of device before it is ready.

    `points` is a list of {"key", "fr", "en"}; `en` may be empty. Version 0 is the standard
    list of `choices.checklist_for`, which is in no row.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="checklists"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    version = models.PositiveIntegerField(_("version"))
    points = models.JSONField(_("points"))

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        constraints = [
            models.UniqueConstraint(
                name="checklist_version_once", fields=["organisation", "kind", "version"]
            ),
            models.CheckConstraint(
                name="checklist_version_from_one",
                condition=Q(version__gte=1),
                violation_error_message=_("Version 0 is the standard list."),
            ),
        ]

    def __str__(self) -> str:
        """Show kind and version."""
        return f"{self.get_kind_display()} v{self.version}"


class PerformanceScaleQuerySet(models.QuerySet["PerformanceScale"]):
    """Versions of the scale."""

    def seen_by(self, hat: "Membership | None") -> "PerformanceScaleQuerySet":
        """There is one scale for the programme: all who sign in may read it."""
        return self.none() if hat is None else self


class PerformanceScale(Published):
    """Points that make a performance class. Version 0 is `performance.STANDARD`, in no row."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    points = models.JSONField(_("points"))

    objects = PerformanceScaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("performance scale")
        verbose_name_plural = _("performance scales")
        constraints = [
            models.CheckConstraint(
                name="performance_scale_version_from_one",
                condition=Q(version__gte=1),
                violation_error_message=_("Version 0 is the standard scale."),
            ),
        ]

    def __str__(self) -> str:
        """Show the version."""
        return f"v{self.version}"


class HourlyRate(Published):
    """What an hour of work costs in one workshop, in euro cents; the latest holds."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="hourly_rates"
    )
    cents = models.PositiveIntegerField(_("an hour of work (cents)"))

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("hourly rate")
        verbose_name_plural = _("hourly rates")

    def __str__(self) -> str:
        """Show the rate."""
        return f"{self.cents / 100:.2f} €"

"""Factors of the estimate: versioned, sourced, frozen."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backend.impact.choices import Metric
from backend.inventory.choices import Kind


class FactorSet(models.Model):
    """A published version of all factors. It never changes; a new one stands beside it."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    method = models.CharField(_("method"), max_length=20)
    published_on = models.DateField(_("published"))

    class Meta:
        verbose_name = _("set of factors")
        verbose_name_plural = _("sets of factors")
        get_latest_by = "published_on"

    def __str__(self) -> str:
        """Show the version."""
        return self.version


class Factor(models.Model):
    """One sourced number with its range; `kind` is empty for what holds for all kinds."""

    factor_set = models.ForeignKey(FactorSet, on_delete=models.PROTECT, related_name="factors")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    metric = models.CharField(_("metric"), max_length=20, choices=Metric)
    low = models.FloatField(_("low"))
    central = models.FloatField(_("central"))
    high = models.FloatField(_("high"))
    unit = models.CharField(_("unit"), max_length=20)
    source = models.CharField(_("source"), max_length=300)
    year = models.PositiveSmallIntegerField(_("year of the source"))
    licence = models.CharField(_("licence"), max_length=60)

    class Meta:
        verbose_name = _("factor")
        verbose_name_plural = _("factors")
        constraints = [
            models.UniqueConstraint(
                name="factor_once_per_set", fields=["factor_set", "kind", "metric"]
            ),
            models.CheckConstraint(
                name="factor_between_low_and_high",
                condition=Q(low__lte=F("central")) & Q(central__lte=F("high")),
                violation_error_message=_("The central value lies between low and high."),
            ),
        ]

    def __str__(self) -> str:
        """Show what and how much."""
        return f"{self.metric} {self.kind} {self.central} {self.unit}"

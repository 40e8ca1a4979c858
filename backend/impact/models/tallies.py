"""Figures by day: read for the cost of the days shown, never of the events behind them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.impact.choices import Figure


class DailyTally(models.Model):
    """What one day adds to a figure, for one workshop, territory and kind of device.

    Recomputed for whole days from the event log; `value` may be negative: people who gave
    their only device back on that day. `workshop_id` is 0 where there is none.
    """

    day = models.DateField(_("day"))
    figure = models.CharField(_("figure"), max_length=30, choices=Figure)
    workshop_id = models.BigIntegerField(default=0)
    territory = models.CharField(_("département"), max_length=3, blank=True)
    kind = models.CharField(_("kind"), max_length=12, blank=True)
    value = models.BigIntegerField()

    class Meta:
        verbose_name = _("daily tally")
        verbose_name_plural = _("daily tallies")
        constraints = [
            models.UniqueConstraint(
                name="tally_once_per_day_and_place",
                fields=["day", "figure", "workshop_id", "territory", "kind"],
            ),
        ]

    def __str__(self) -> str:
        """Show the day, the figure and its value."""
        return f"{self.day} {self.figure} {self.value:+}"


class TouchedDay(models.Model):
    """A day whose tallies have to be counted again."""

    day = models.DateField(primary_key=True)

    class Meta:
        verbose_name = _("touched day")
        verbose_name_plural = _("touched days")

    def __str__(self) -> str:
        """Show the day."""
        return str(self.day)

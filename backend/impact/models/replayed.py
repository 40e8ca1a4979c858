"""How far the replay of a synthetic year has come in this database."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReplayedDay(models.Model):
    """One simulated day, done as a whole. `made` says which rows stand for what was planned."""

    day = models.DateField(_("day"), primary_key=True)
    seed = models.BigIntegerField()
    scale = models.FloatField()
    made = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("replayed day")
        verbose_name_plural = _("replayed days")

    def __str__(self) -> str:
        """Show the day."""
        return str(self.day)

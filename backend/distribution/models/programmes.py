"""The rules by which devices are given or sold at a solidarity price."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Programmes in the words of those who look for them."""

    def open(self) -> "ProgrammeQuerySet":
        """Give those that take requests."""
        return self.filter(is_open=True)

    def seen_by(self, hat: "Membership | None") -> "ProgrammeQuerySet":
        """Everybody with a hat sees every programme: its rules are no secret."""
        return self.none() if hat is None else self


class Programme(models.Model):
    """Who may receive (criteria), how many and how often (limits), at what price.

    Price in euro cents; 0 is free. `devices_per_person` within `period_days`;
    `open_requests_per_counsellor` at one time; a reservation holds `reservation_days`.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    criteria = models.JSONField(_("criteria (one of them is enough)"), default=list)
    devices_per_person = models.PositiveSmallIntegerField(_("devices per person"), default=1)
    period_days = models.PositiveSmallIntegerField(_("period (days)"), default=365)
    open_requests_per_counsellor = models.PositiveSmallIntegerField(
        _("open requests per counsellor"), default=3
    )
    reservation_days = models.PositiveSmallIntegerField(_("reservation (days)"), default=21)
    price_cents = models.PositiveIntegerField(_("price (cents)"), default=0)
    warranty_days = models.PositiveSmallIntegerField(_("warranty (days)"), default=365)
    is_open = models.BooleanField(_("open"), default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                name="programme_gives_at_least_one_device",
                condition=Q(devices_per_person__gte=1),
                violation_error_message=_("A person may receive at least one device."),
            ),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name

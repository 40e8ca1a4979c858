"""A device promised to a person: once, or not at all."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.distribution.choices import OPEN_OUTCOMES, AllocationOutcome

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class AllocationQuerySet(models.QuerySet["Allocation"]):
    """Promises in the words of those who look for them."""

    def open(self) -> "AllocationQuerySet":
        """Give the promises that bind a device: reserved or handed over."""
        return self.filter(outcome__in=OPEN_OUTCOMES)

    def reserved(self) -> "AllocationQuerySet":
        """Give those still to be handed over."""
        return self.filter(outcome=AllocationOutcome.RESERVED)

    def expired(self, *, at: datetime) -> "AllocationQuerySet":
        """Give the reservations that nobody came for."""
        return self.reserved().filter(expires_at__lt=at)

    def seen_by(self, hat: "Membership | None") -> "AllocationQuerySet":
        """The coordination sees all, a structure its people's, a workshop its devices'."""
        if hat is None:
            return self.none()
        if hat.sees_all:
            return self
        if hat.organisation.kind == OrganisationKind.WORKSHOP:
            return self.filter(device__custodian_id=hat.organisation_id)
        return self.filter(line__request__structure_id=hat.organisation_id)


class Allocation(models.Model):
    """A request line and the device promised for it. The database allows one open per device."""

    line = models.ForeignKey(
        "distribution.RequestLine", on_delete=models.PROTECT, related_name="allocations"
    )
    device = models.ForeignKey(
        "inventory.Device", on_delete=models.PROTECT, related_name="allocations"
    )
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=AllocationOutcome, default=AllocationOutcome.RESERVED
    )
    reserved_at = models.DateTimeField(_("reserved"))
    expires_at = models.DateTimeField(_("reserved until"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    release_reason = models.CharField(_("why released"), max_length=240, blank=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        indexes = [
            models.Index(name="allocation_by_outcome", fields=["outcome", "expires_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="device_allocated_once",
                fields=["device"],
                condition=Q(outcome__in=OPEN_OUTCOMES),
                violation_error_message=_("This device is promised to somebody already."),
            ),
            models.UniqueConstraint(
                name="request_line_served_once",
                fields=["line"],
                condition=Q(outcome__in=OPEN_OUTCOMES),
                violation_error_message=_("This line of the request has its device already."),
            ),
            models.CheckConstraint(
                name="allocation_closed_has_its_moment",
                condition=Q(outcome__in=OPEN_OUTCOMES, closed_at=None)
                | (~Q(outcome__in=OPEN_OUTCOMES) & Q(closed_at__isnull=False)),
                violation_error_message=_("A closed allocation has a date."),
            ),
        ]

    def __str__(self) -> str:
        """Show the outcome."""
        return self.get_outcome_display()

"""What a counsellor asks for, for one person."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.distribution.choices import Connection, Purpose, RequestState, Urgency
from backend.inventory.choices import Kind

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class RequestQuerySet(models.QuerySet["Request"]):
    """Requests in the words of those who look for them."""

    def waiting(self) -> "RequestQuerySet":
        """Give the queue: urgent first, then who asked first."""
        return self.filter(state=RequestState.WAITING).order_by("-urgency", "submitted_at", "pk")

    def seen_by(self, hat: "Membership | None") -> "RequestQuerySet":
        """The coordination sees all (without names), a structure its own."""
        if hat is None:
            return self.none()
        return self if hat.sees_all else self.filter(structure_id=hat.organisation_id)


class Request(models.Model):
    """One person's need, put by a counsellor, in one programme."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState, default=RequestState.WAITING
    )
    programme = models.ForeignKey(
        "distribution.Programme", on_delete=models.PROTECT, related_name="requests"
    )
    beneficiary = models.ForeignKey(
        "distribution.Beneficiary", on_delete=models.PROTECT, related_name="requests"
    )
    structure = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="requests"
    )
    counsellor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="requests"
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    urgency = models.SmallIntegerField(_("urgency"), choices=Urgency, default=Urgency.NORMAL)
    connection = models.CharField(
        _("connection"), max_length=10, choices=Connection, default=Connection.UNKNOWN
    )
    submitted_at = models.DateTimeField(_("submitted"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decline_reason = models.CharField(_("reason"), max_length=400, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes = [
            models.Index(name="request_queue", fields=["state", "-urgency", "submitted_at"]),
            models.Index(name="request_by_structure", fields=["structure", "state", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="request_declined_only_with_reason",
                condition=~Q(state=RequestState.DECLINED) | ~Q(decline_reason=""),
                violation_error_message=_("Say why the request is refused."),
            ),
        ]

    def __str__(self) -> str:
        """Show the reference."""
        return self.reference


class RequestLine(models.Model):
    """One device needed. Minimum memory and storage in GB."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    min_ram_gb = models.PositiveSmallIntegerField(_("memory, at least (GB)"), default=0)
    min_storage_gb = models.PositiveIntegerField(_("storage, at least (GB)"), default=0)
    accessories = models.CharField(_("accessories"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("request line")
        verbose_name_plural = _("request lines")

    def __str__(self) -> str:
        """Show the kind."""
        return self.get_kind_display()

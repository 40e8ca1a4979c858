"""Programs of partners that are told of events by signed calls (Standard Webhooks)."""

import base64
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.core.fields import EncryptedTextField
from backend.notifications.choices import DeliveryState

if TYPE_CHECKING:
    from backend.accounts.models import Membership

SECRET_PREFIX = "whsec_"  # noqa: S105  # the mark that the specification prescribes


def new_secret() -> str:
    """Draw a signing secret of 256 random bits, written as the specification says."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    """Endpoints in the words of those who look for them."""

    def active(self) -> "WebhookEndpointQuerySet":
        """Give those that are called."""
        return self.filter(is_active=True)

    def seen_by(self, hat: "Membership | None") -> "WebhookEndpointQuerySet":
        """Everybody sees their own organisation's, and nobody another's."""
        return self.none() if hat is None else self.filter(organisation_id=hat.organisation_id)


class WebhookEndpoint(models.Model):
    """An address of an organisation's own program, and the events it asks for.

    `kinds` empty means every kind that partners may hear. The secret signs each call; it is
    encrypted at rest and shown once.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="webhooks"
    )
    url = models.CharField(_("address"), max_length=500)
    secret = EncryptedTextField(default=new_secret, editable=False)
    kinds = models.JSONField(_("events"), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"))
    stopped_at = models.DateTimeField(_("stopped by Rebond"), null=True, blank=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes = [
            models.Index(
                name="webhook_active", fields=["organisation"], condition=Q(is_active=True)
            ),
        ]

    def __str__(self) -> str:
        """Name it by number: addresses may hold secrets."""
        return f"webhook {self.pk}"

    def asks_for(self, kind: str) -> bool:
        """Whether events of this kind go to this endpoint."""
        return not self.kinds or kind in self.kinds


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Deliveries in the words of those who look for them."""

    def due(self, *, at: datetime) -> "WebhookDeliveryQuerySet":
        """Give what may be sent now to endpoints that are called, oldest first."""
        waiting = self.filter(state=DeliveryState.PENDING, due_at__lte=at)
        return waiting.filter(endpoint__is_active=True).order_by("due_at", "pk")

    def seen_by(self, hat: "Membership | None") -> "WebhookDeliveryQuerySet":
        """Everybody sees their own organisation's."""
        if hat is None:
            return self.none()
        return self.filter(endpoint__organisation_id=hat.organisation_id)


class WebhookDelivery(models.Model):
    """One event for one endpoint: once in this table, at least once on the wire.

    A receiver that keeps `webhook-id` (`message_id` here) sees each event once. `due_at` is the
    next attempt; while one is under way it lies in the future, so that nobody else makes it.
    """

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.ForeignKey("core.Event", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"))
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(_("last answer"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=120, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            models.Index(
                name="webhook_delivery_waiting",
                fields=["due_at"],
                condition=Q(state=DeliveryState.PENDING),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="webhook_told_once", fields=["endpoint", "event"]),
        ]

    def __str__(self) -> str:
        """Name it as the receiver sees it."""
        return self.message_id

    @property
    def message_id(self) -> str:
        """The `webhook-id`: the same at each attempt."""
        return f"msg_{self.pk}"

"""Help after the hand-over, asked for by scanning the device's label."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.core.fields import EncryptedTextField
from backend.distribution.choices import SupportTopic

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class SupportCaseQuerySet(models.QuerySet["SupportCase"]):
    """Cases in the words of those who look for them."""

    def open(self) -> "SupportCaseQuerySet":
        """Give those that wait for an answer."""
        return self.filter(closed_at=None)

    def seen_by(self, hat: "Membership | None") -> "SupportCaseQuerySet":
        """The coordination sees all, a workshop its devices', a structure its people's."""
        if hat is None:
            return self.none()
        if hat.sees_all:
            return self
        if hat.organisation.kind == OrganisationKind.WORKSHOP:
            return self.filter(device__custodian_id=hat.organisation_id)
        return self.filter(device__promised_to_id=hat.organisation_id)


class SupportCase(models.Model):
    """One call for help. Contact and message are encrypted: strangers write them."""

    device = models.ForeignKey(
        "inventory.Device", on_delete=models.PROTECT, related_name="support_cases"
    )
    topic = models.CharField(_("topic"), max_length=10, choices=SupportTopic)
    message = EncryptedTextField(_("message"), blank=True)
    contact = EncryptedTextField(_("how to reach you"), blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closing_note = models.CharField(_("what was done"), max_length=240, blank=True)

    objects = SupportCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("support case")
        verbose_name_plural = _("support cases")
        constraints = [
            models.CheckConstraint(
                name="support_case_closed_says_what_was_done",
                condition=Q(closed_at=None) | ~Q(closing_note=""),
                violation_error_message=_("Say what was done."),
            ),
        ]

    def __str__(self) -> str:
        """Show the topic."""
        return self.get_topic_display()

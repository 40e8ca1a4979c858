"""Devices on their way from one workshop to another."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import State, TransferOutcome, TransferState

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Transfers in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "TransferQuerySet":
        """The coordination sees all, a workshop what it sends or receives."""
        if hat is None:
            return self.none()
        if hat.sees_all:
            return self
        return self.filter(Q(sender=hat.organisation_id) | Q(receiver=hat.organisation_id))

    def that_may_arrive(self) -> "TransferQuerySet":
        """Give those on their way, and those of which something lost may still turn up."""
        missed = TransferLine.objects.filter(
            transfer=OuterRef("pk"),
            outcome=TransferOutcome.LOST,
            device__state=State.MISSING,
            device__custodian=OuterRef("sender"),
        )
        return self.filter(Q(state=TransferState.SENT) | Exists(missed))


class Transfer(models.Model):
    """Custody passing on: sent, then received line by line."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    sender = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=TransferState, default=TransferState.SENT
    )
    sent_at = models.DateTimeField(_("sent"))
    received_at = models.DateTimeField(_("received"), null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                name="transfer_between_two",
                condition=~Q(sender=F("receiver")),
                violation_error_message=_("Choose another workshop than your own."),
            ),
        ]

    def __str__(self) -> str:
        """Show the reference."""
        return self.reference


class TransferLine(models.Model):
    """What became of one device of a transfer."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="lines")
    device = models.ForeignKey(
        "inventory.Device", on_delete=models.PROTECT, related_name="transfer_lines"
    )
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=TransferOutcome, default=TransferOutcome.PENDING
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by_label = models.CharField(_("settled by"), max_length=160, blank=True, db_default="")

    class Meta:
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        constraints = [
            models.UniqueConstraint(
                name="transfer_device_on_one_way_at_a_time",
                fields=["device"],
                condition=Q(outcome=TransferOutcome.PENDING),
                violation_error_message=_("This device is already on its way."),
            ),
        ]

    def __str__(self) -> str:
        """Show the outcome."""
        return self.get_outcome_display()

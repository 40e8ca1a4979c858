"""The moment a person receives a device, and the moment it comes back."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.distribution.choices import ReturnReason, SignedBy, TakenBy

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class HandOverQuerySet(models.QuerySet["HandOver"]):
    """Hand-overs in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "HandOverQuerySet":
        """The coordination sees all, a structure its own."""
        if hat is None:
            return self.none()
        mine = {"allocation__line__request__structure_id": hat.organisation_id}
        return self if hat.sees_all else self.filter(**mine)


class HandOver(models.Model):
    """Who took it, what was signed, at what price (euro cents), warranted until when."""

    receipt = models.CharField(_("receipt"), max_length=20, unique=True, editable=False)
    allocation = models.OneToOneField(
        "distribution.Allocation", on_delete=models.PROTECT, related_name="hand_over"
    )
    taken_by = models.CharField(_("taken by"), max_length=12, choices=TakenBy)
    signed_by = models.CharField(_("confirmed by"), max_length=12, choices=SignedBy)
    signed_text = models.TextField(_("text as signed"))
    signature = models.TextField(_("signature (SVG path)"), max_length=20_000, blank=True)
    price_cents = models.PositiveIntegerField(_("price (cents)"), default=0)
    warranty_end = models.DateField(_("warranty until"))
    handed_over_at = models.DateTimeField(_("handed over"))
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")

    def __str__(self) -> str:
        """Show the receipt's number."""
        return self.receipt


class ReturnQuerySet(models.QuerySet["Return"]):
    """Returns in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "ReturnQuerySet":
        """The coordination sees all, a structure its people's, a workshop its devices'."""
        if hat is None:
            return self.none()
        if hat.sees_all:
            return self
        if hat.organisation.kind == OrganisationKind.WORKSHOP:
            mine = {"hand_over__allocation__device__custodian_id": hat.organisation_id}
        else:
            mine = {"hand_over__allocation__line__request__structure_id": hat.organisation_id}
        return self.filter(**mine)


class Return(models.Model):
    """A handed-over device that comes back."""

    hand_over = models.OneToOneField(HandOver, on_delete=models.PROTECT, related_name="returned")
    reason = models.CharField(_("reason"), max_length=10, choices=ReturnReason)
    returned_at = models.DateTimeField(_("returned"))

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")

    def __str__(self) -> str:
        """Show the reason."""
        return self.get_reason_display()

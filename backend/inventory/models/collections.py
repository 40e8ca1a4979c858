"""Fetching what was pledged: who, when, and what was counted at the door."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.inventory.choices import CollectionState

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class CollectionQuerySet(models.QuerySet["Collection"]):
    """Collections in the words of those who look for them."""

    def planned(self) -> "CollectionQuerySet":
        """Give those still to be done, the next one first."""
        return self.filter(state=CollectionState.PLANNED).order_by("planned_for")

    def seen_by(self, hat: "Membership | None") -> "CollectionQuerySet":
        """The coordination sees all, a workshop what it receives, a donor its own."""
        if hat is None:
            return self.none()
        if hat.sees_all:
            return self
        if hat.organisation.kind == OrganisationKind.WORKSHOP:
            return self.filter(workshop_id=hat.organisation_id)
        if hat.organisation.kind == OrganisationKind.DONOR:
            return self.filter(lines__pledge_line__pledge__donor_id=hat.organisation_id).distinct()
        return self.none()


class Collection(models.Model):
    """One trip. It may serve several pledges and bring a part of each."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=CollectionState, default=CollectionState.PLANNED
    )
    workshop = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="collections"
    )
    fetched_by = models.CharField(_("fetched by"), max_length=120)
    planned_for = models.DateTimeField(_("planned for"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    signed_by_role = models.CharField(
        _("signed at the door by"), max_length=80, blank=True, help_text=_("A function, no name.")
    )
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        indexes = [
            models.Index(name="collection_by_state", fields=["state", "planned_for"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="collection_done_has_its_moment",
                condition=~Q(state=CollectionState.DONE) | Q(done_at__isnull=False),
                violation_error_message=_("A collection that was done has a date."),
            ),
        ]

    def __str__(self) -> str:
        """Show the reference."""
        return self.reference


class CollectionLine(models.Model):
    """What one trip brought, and refused, of one line of a pledge."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="lines")
    pledge_line = models.ForeignKey(
        "inventory.PledgeLine", on_delete=models.PROTECT, related_name="collection_lines"
    )
    collected = models.PositiveIntegerField(_("collected"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    refusal_reason = models.CharField(_("reason"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("collection line")
        verbose_name_plural = _("collection lines")
        constraints = [
            models.UniqueConstraint(
                name="collection_line_once", fields=["collection", "pledge_line"]
            ),
            models.CheckConstraint(
                name="collection_refusal_has_its_reason",
                condition=Q(refused=0) | ~Q(refusal_reason=""),
                violation_error_message=_("Say why devices were refused at the door."),
            ),
        ]

    def __str__(self) -> str:
        """Show the counts."""
        return f"{self.collected} + {self.refused} refused"

"""Published figures: what was said, from what, and the proof that it is unchanged."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class StatementQuerySet(models.QuerySet["Statement"]):
    """Statements in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "StatementQuerySet":
        """The coordination sees all; a donor its own and the programme's."""
        if hat is None:
            return self.none()
        if hat.sees_all:
            return self
        if hat.organisation.kind == OrganisationKind.DONOR:
            return self.filter(Q(donor=None) | Q(donor_id=hat.organisation_id))
        return self.filter(donor=None)


class Statement(models.Model):
    """Figures of a period, for the programme or one donor. Never changed, never deleted.

    `content` holds figures, estimate and inputs as they were; `sha256` is of its canonical
    JSON. A later count or factor set makes a new statement beside this one.
    """

    donor = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="statements"
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    factor_set = models.ForeignKey("impact.FactorSet", on_delete=models.PROTECT, related_name="+")
    content = models.JSONField(_("content"))
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published"))

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.CheckConstraint(
                name="statement_ends_after_it_begins",
                condition=Q(first_day__lte=F("last_day")),
                violation_error_message=_("A period ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        """Show the period."""
        return f"{self.first_day} – {self.last_day}"

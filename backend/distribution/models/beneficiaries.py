"""The people who receive: as little about them as the rules need."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.core.fields import EncryptedTextField
from backend.distribution.choices import Criterion, RequestState

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class BeneficiaryQuerySet(models.QuerySet["Beneficiary"]):
    """People in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "BeneficiaryQuerySet":
        """Only the structure that entered a person sees the file: not even the coordination."""
        return self.none() if hat is None else self.filter(structure_id=hat.organisation_id)

    def out_of_contact(self, since: datetime) -> "BeneficiaryQuerySet":
        """Give those whose data is no longer needed: no contact, no hand-over, none waiting."""
        waiting = Q(requests__state=RequestState.WAITING)
        equipped = Q(requests__lines__allocations__hand_over__handed_over_at__gte=since)
        active = self.model.objects.filter(waiting | equipped).values("pk")
        return self.filter(purged_at=None, last_contact_at__lt=since).exclude(pk__in=active)


class Beneficiary(models.Model):
    """A person in digital precarity, known outside the structure by a case reference only.

    `name` is encrypted at rest and emptied by the purge; `name_hash` (keyed, from name and
    birth year) tells that the same person asked elsewhere, without telling who. No health, no
    origin, no national number.
    """

    structure = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="beneficiaries"
    )
    case_reference = models.CharField(_("case reference"), max_length=40)
    name = EncryptedTextField(_("name"), blank=True)
    name_hash = models.CharField(max_length=64, blank=True, db_index=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    household_size = models.PositiveSmallIntegerField(_("people in the household"), default=1)
    last_contact_at = models.DateTimeField(_("last contact"), db_index=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    objects = BeneficiaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("beneficiary")
        verbose_name_plural = _("beneficiaries")
        constraints = [
            models.UniqueConstraint(
                name="beneficiary_case_once_per_structure",
                fields=["structure", "case_reference"],
                violation_error_message=_("You use this case reference for somebody already."),
            ),
        ]

    def __str__(self) -> str:
        """Show the case reference, never the name."""
        return self.case_reference


class CriterionCheck(models.Model):
    """Criterion checked by somebody on a day: what is kept instead of the proof."""

    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.CASCADE, related_name="criterion_checks"
    )
    criterion = models.CharField(_("criterion"), max_length=20, choices=Criterion)
    checked_by_label = models.CharField(max_length=160)
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("checked criterion")
        verbose_name_plural = _("checked criteria")
        constraints = [
            models.UniqueConstraint(
                name="criterion_checked_once", fields=["beneficiary", "criterion"]
            ),
        ]

    def __str__(self) -> str:
        """Show the criterion."""
        return self.get_criterion_display()


class BeneficiaryRead(models.Model):
    """Somebody opened a person's file."""

    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.CASCADE, related_name="reads")
    reader_label = models.CharField(max_length=160)
    read_at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("reading of a file")
        verbose_name_plural = _("readings of files")

    def __str__(self) -> str:
        """Show who read."""
        return self.reader_label

"""What is done to a device at the bench: inspection, repair, quality check."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import Condition, PartCondition, PerformanceClass, Triage
from backend.inventory.models.devices import Device

if TYPE_CHECKING:
    from backend.accounts.models import Membership

MOST_MINUTES = 6000  # of one repair


class BenchRecord(models.Model):
    """What every record of the bench has: which device, who, when."""

    device = models.ForeignKey(
        "inventory.Device", on_delete=models.PROTECT, related_name="%(class)ss"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Inspection(BenchRecord):
    """Triage: how the device looks and starts, and where it goes next."""

    decision = models.CharField(_("decision"), max_length=8, choices=Triage)
    reason = models.CharField(_("reason"), max_length=240)
    visual = models.CharField(_("what one sees"), max_length=240, blank=True)
    powers_on = models.BooleanField(_("starts"), null=True, blank=True)
    is_locked = models.BooleanField(_("locked"), default=False)
    performance_class = models.CharField(max_length=1, choices=PerformanceClass, blank=True)
    condition = models.CharField(max_length=1, choices=Condition, blank=True)

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.CheckConstraint(
                name="inspection_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why: the decision needs its reason."),
            ),
        ]

    def __str__(self) -> str:
        """Show the decision."""
        return self.get_decision_display()


class HandGrade(BenchRecord):
    """A performance class that a person chose, and why; the computed one stays beside it."""

    letter = models.CharField(_("performance"), max_length=1, choices=PerformanceClass)
    reason = models.CharField(_("reason"), max_length=240)

    class Meta:
        verbose_name = _("class by hand")
        verbose_name_plural = _("classes by hand")
        constraints = [
            models.CheckConstraint(
                name="hand_grade_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why you choose this class."),
            ),
        ]

    def __str__(self) -> str:
        """Show the class."""
        return self.letter


class RepairActionQuerySet(models.QuerySet["RepairAction"]):
    """Repairs in the words of those who look for them."""

    def standing(self) -> "RepairActionQuerySet":
        """Give those that were not undone."""
        return self.filter(undone_at=None)

    def seen_by(self, hat: "Membership | None") -> "RepairActionQuerySet":
        """Whoever sees the device sees its repairs."""
        return self.filter(device__in=Device.objects.seen_by(hat))


class RepairAction(BenchRecord):
    """One thing done to a device. Cost of the part in euro cents, time in minutes.

    `rate_cents` is what an hour cost in this workshop when it was done. One that was undone
    stays to be read and counts for nothing.
    """

    what = models.CharField(_("what was done"), max_length=240)
    part = models.CharField(_("part"), max_length=120, blank=True)
    part_condition = models.CharField(
        _("new or reused"), max_length=8, choices=PartCondition, default=PartCondition.NONE
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    cost_cents = models.PositiveIntegerField(_("cost (cents)"), default=0)
    rate_cents = models.PositiveIntegerField(_("hourly rate (cents)"), default=0)
    stock_part = models.ForeignKey(
        "inventory.Part", on_delete=models.PROTECT, null=True, related_name="repairs"
    )
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(_("why undone"), max_length=240, blank=True)

    objects = RepairActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")
        constraints = [
            models.CheckConstraint(
                name="repair_part_is_new_or_reused",
                condition=Q(part="", part_condition=PartCondition.NONE)
                | (~Q(part="") & ~Q(part_condition=PartCondition.NONE)),
                violation_error_message=_("Say whether the part is new or reused."),
            ),
            models.CheckConstraint(
                name="repair_takes_at_most_a_hundred_hours",
                condition=Q(minutes__lte=MOST_MINUTES),
                violation_error_message=_("A repair takes at most 6,000 minutes."),
            ),
            models.CheckConstraint(
                name="repair_undone_has_its_reason",
                condition=Q(undone_at=None) | ~Q(undone_reason=""),
                violation_error_message=_("Say why this repair does not count."),
            ),
        ]

    def __str__(self) -> str:
        """Show what was done."""
        return self.what


class QualityCheck(BenchRecord):
    """The last look before stock: the checklist as it was answered.

    `checklist` None means the standard list, version 0, of `choices.checklist_for`.
    """

    checklist = models.ForeignKey(
        "inventory.Checklist", on_delete=models.PROTECT, null=True, related_name="checks"
    )
    answers = models.JSONField(_("checklist"), default=dict)
    is_passed = models.BooleanField(_("passed"))
    reason = models.CharField(_("reason"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("quality check")
        verbose_name_plural = _("quality checks")
        constraints = [
            models.CheckConstraint(
                name="quality_check_failed_has_its_reason",
                condition=Q(is_passed=True) | ~Q(reason=""),
                violation_error_message=_("Say what did not pass."),
            ),
        ]

    def __str__(self) -> str:
        """Show whether it passed."""
        return str(_("passed")) if self.is_passed else self.reason

"""What data lies on, and the proof that it is gone."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import (
    DataOutcome,
    Destruction,
    ErasureMethod,
    ErasureResult,
    Medium,
)
from backend.inventory.models.devices import Device

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class StorageUnit(models.Model):
    """One drive or soldered memory. A device that stores data is born with one, pending.

    `outcome_at` of a pending one is the moment since when it holds somebody's data again. A
    destroyed one has a photo of what is left.
    A drive taken out of one device and put into another is a unit of both: the proof of its
    erasure stays with the first, where the donor looks for it; `came_from` leads there.
    """

    device = models.ForeignKey(
        "inventory.Device", on_delete=models.PROTECT, related_name="storage_units"
    )
    medium = models.CharField(_("medium"), max_length=8, choices=Medium, default=Medium.UNKNOWN)
    maker = models.CharField(_("maker"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    size_gb = models.PositiveIntegerField(_("size (GB, 10⁹ bytes)"), null=True, blank=True)
    came_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(
        _("data"), max_length=10, choices=DataOutcome, default=DataOutcome.PENDING
    )
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_by_label = models.CharField(max_length=160, blank=True)
    outcome_reason = models.CharField(_("reason or proof"), max_length=240, blank=True)
    destruction = models.CharField(
        _("how it was destroyed"), max_length=12, choices=Destruction, blank=True
    )
    photo = models.FileField(
        _("photo of what is left"), upload_to="destructions/%Y/%m/", blank=True
    )
    photo_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("storage unit")
        verbose_name_plural = _("storage units")
        indexes = [
            models.Index(name="unit_by_serial", fields=["serial"], condition=~Q(serial="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="storage_outcome_has_moment_and_person",
                condition=Q(outcome=DataOutcome.PENDING)
                | (Q(outcome_at__isnull=False) & ~Q(outcome_by_label="")),
                violation_error_message=_("Say when and by whom the data was dealt with."),
            ),
            models.CheckConstraint(
                name="storage_destroyed_or_absent_has_its_reason",
                condition=~Q(outcome__in=[DataOutcome.DESTROYED, DataOutcome.ABSENT])
                | ~Q(outcome_reason=""),
                violation_error_message=_(
                    "Say how the storage was destroyed or why it is absent."
                ),
            ),
        ]

    def __str__(self) -> str:
        """Show what it is and its data's fate."""
        return f"{self.get_medium_display()} {self.maker} {self.model} {self.serial}".strip()

    @property
    def is_certified(self) -> bool:
        """Whether a certificate tells what became of its data now, and not before it came back."""
        return any(paper.settled_at == self.outcome_at for paper in self.certificates.all())


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """Attempts in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "ErasureQuerySet":
        """Whoever sees the device sees its erasures."""
        return self.filter(unit__device__in=Device.objects.seen_by(hat))


class Erasure(models.Model):
    """One attempt to erase one unit, as a certificate has to tell it (NIST SP 800-88).

    Finished when written: the database refuses to change it afterwards. A result of
    `erased` needs a tool with its version, a verification and no errors, and a report or an
    `attestation`: the words by which who wrote it down by hand vouches for it. `remark` says why
    an attempt that a report tells of does not count. Attempts of one report share its file.
    """

    unit = models.ForeignKey(StorageUnit, on_delete=models.PROTECT, related_name="erasures")
    result = models.CharField(_("result"), max_length=8, choices=ErasureResult)
    method = models.CharField(_("method"), max_length=8, choices=ErasureMethod)
    standard = models.CharField(_("standard"), max_length=60, default="NIST SP 800-88")
    revision = models.CharField(_("revision"), max_length=20, default="Rev. 2")
    technique = models.CharField(_("technique"), max_length=120, blank=True)
    tool = models.CharField(_("tool"), max_length=60)
    tool_version = models.CharField(_("version of the tool"), max_length=40)
    verification = models.CharField(
        _("verification"), max_length=120, blank=True, help_text=_("How it was verified.")
    )
    errors = models.PositiveIntegerField(_("errors"), default=0)
    remark = models.CharField(_("why it does not count"), max_length=240, blank=True)
    attestation = models.CharField(_("attestation"), max_length=400, blank=True)
    operator_label = models.CharField(_("done by"), max_length=160)
    verifier_label = models.CharField(_("verified by"), max_length=160, blank=True)
    report = models.FileField(_("report"), upload_to="erasures/%Y/%m/", blank=True)
    report_sha256 = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"))

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.CheckConstraint(
                name="erasure_erased_only_if_verified_without_error",
                condition=~Q(result=ErasureResult.ERASED)
                | (Q(errors=0) & ~Q(verification="") & ~Q(tool="") & ~Q(tool_version="")),
                violation_error_message=_(
                    "Erased means: a tool with its version, verified, without any error."
                ),
            ),
            models.CheckConstraint(
                name="erasure_ends_after_it_starts",
                condition=Q(ended_at__gte=F("started_at")),
                violation_error_message=_("An erasure cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        """Show the result and the tool."""
        return f"{self.get_result_display()} ({self.tool} {self.tool_version})"

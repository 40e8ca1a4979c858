"""What a donor gets in hand: a numbered paper that says what became of data."""

import secrets
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.models.devices import Device
from backend.inventory.models.pledges import Pledge
from backend.inventory.models.storage import StorageUnit

if TYPE_CHECKING:
    from backend.accounts.models import Membership


def new_token() -> str:
    """Draw what the QR code of a certificate leads to: 128 random bits."""
    return secrets.token_urlsafe(16)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "CertificateQuerySet":
        """Whoever sees the device or the pledge sees its papers; who issued them does too."""
        if hat is None:
            return self.none()
        return self.filter(
            Q(workshop_id=hat.organisation_id)
            | Q(unit__device__in=Device.objects.seen_by(hat))
            | Q(pledge__in=Pledge.objects.seen_by(hat))
        )

    def in_force(self) -> "CertificateQuerySet":
        """Give those that no later one replaces."""
        return self.filter(replaced_by=None)

    def of_pledge(self, pledge: Pledge) -> "CertificateQuerySet":
        """Give what was issued for a pledge: of the whole and of each drive."""
        return self.filter(Q(pledge=pledge) | Q(unit__device__pledge=pledge))


class Certificate(models.Model):
    """What is certified of one storage unit, or of a pledge as it stood on a day.

    `facts` is everything that is printed, as it was known when it was issued: the paper is set
    from nothing else. `settled_at` is the moment at which the unit's data was gone. The PDF
    follows the row (ADR 13); its SHA-256 is what a file is compared with. Frozen: a correction
    is a new certificate that names the one it replaces. No personal data but role labels.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    unit = models.ForeignKey(
        StorageUnit, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    pledge = models.ForeignKey(
        Pledge, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    workshop = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    facts = models.JSONField(_("what it says"))
    settled_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(_("issued"))
    issued_by_label = models.CharField(_("issued by"), max_length=160)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    file = models.FileField(_("file"), upload_to="certificates/%Y/%m/", blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = [
            models.Index(name="certificate_by_sha256", fields=["sha256"], condition=~Q(sha256=""))
        ]
        constraints = [
            models.UniqueConstraint(
                name="certificate_once_per_erasure",
                fields=["unit", "settled_at"],
                violation_error_message=_("This storage unit has its certificate already."),
            ),
            models.CheckConstraint(
                name="certificate_of_a_unit_or_a_pledge",
                condition=Q(unit=None, pledge__isnull=False, settled_at=None)
                | Q(unit__isnull=False, pledge=None, settled_at__isnull=False),
                violation_error_message=_(
                    "A certificate is about one storage unit or one pledge."
                ),
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return self.number

"""What a tool said of a device, kept for ever with the file it said it in."""

import zlib
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.models.devices import Device

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class HardwareReportQuerySet(models.QuerySet["HardwareReport"]):
    """Reports in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "HardwareReportQuerySet":
        """Whoever sees the device sees its reports."""
        return self.filter(device__in=Device.objects.seen_by(hat))

    def without_files(self) -> "HardwareReportQuerySet":
        """Leave the files themselves in the database."""
        return self.defer("packed")


class HardwareReport(models.Model):
    """One report of one device; the database refuses to change it afterwards.

    `packed` is the file as it came in (zlib), `sha256` and `size` (bytes) are of the file. It
    lies in the row, so that a refused report leaves nothing behind; it may hold host names and
    network addresses, which `facts` never does. `made_at` is what the tool's own clock said.
    `filled` names what the report told us first; `differences` is what did not fit: against
    the last `report`, against what was `typed`, against the storage `units`.
    """

    device = models.ForeignKey(
        "inventory.Device", on_delete=models.PROTECT, related_name="hardware_reports"
    )
    tool = models.CharField(_("tool"), max_length=40)
    tool_version = models.CharField(_("version of the tool"), max_length=40, blank=True)
    made_at = models.DateTimeField(_("made"), null=True)
    received_at = models.DateTimeField(_("received"))
    by_label = models.CharField(_("read in by"), max_length=160)
    machine_uuid = models.CharField(max_length=36, blank=True)
    facts = models.JSONField(default=dict)
    filled = models.JSONField(default=list)
    differences = models.JSONField(default=list)
    packed = models.BinaryField()
    size = models.PositiveIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)

    objects = HardwareReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("hardware report")
        verbose_name_plural = _("hardware reports")
        indexes = [
            models.Index(
                name="report_by_machine_uuid",
                fields=["machine_uuid"],
                condition=~Q(machine_uuid=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="report_kept_once_per_device",
                fields=["device", "sha256"],
                violation_error_message=_("This report is already known for this device."),
            ),
        ]

    def __str__(self) -> str:
        """Show the tool and its version."""
        return f"{self.tool} {self.tool_version}".strip()

    @property
    def content(self) -> bytes:
        """The file as it came in."""
        return zlib.decompress(bytes(self.packed))

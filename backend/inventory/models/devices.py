"""The device: one machine, from the workshop's door to its last day."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.core import codes
from backend.inventory.choices import (
    DATA_MUST_BE_GONE,
    IN_HOUSE,
    Condition,
    Kind,
    PerformanceClass,
    SerialQuality,
    State,
    TransferOutcome,
)

if TYPE_CHECKING:
    from backend.accounts.models import Membership
    from backend.inventory.models.places import Location


class DeviceQuerySet(models.QuerySet["Device"]):
    """Devices in the words of those who look for them."""

    def on_the_shelf(self) -> "DeviceQuerySet":
        """Give those that may be promised to somebody."""
        return self.filter(state=State.READY, unknown_drives=0)

    def in_house(self) -> "DeviceQuerySet":
        """Give those that should be found in the workshop."""
        return self.filter(state__in=IN_HOUSE)

    def lying_in(self, places: "models.QuerySet[Location]") -> "DeviceQuerySet":
        """Give those that should be found at these places."""
        return self.in_house().filter(location__in=places)

    def on_their_way(self) -> "DeviceQuerySet":
        """Give those that were sent to another workshop and have not arrived."""
        return self.filter(transfer_lines__outcome=TransferOutcome.PENDING)

    def expected_in(self, places: "models.QuerySet[Location]") -> "DeviceQuerySet":
        """Give those that a count of these places should see: what was sent has left."""
        sent = self.model._default_manager.on_their_way()
        return self.lying_in(places).exclude(pk__in=sent.values("pk"))

    def with_code(self, code: str) -> "DeviceQuerySet":
        """Give the device under a label, whichever of its labels it is."""
        return self.filter(labels__code=code)

    def seen_by(self, hat: "Membership | None") -> "DeviceQuerySet":
        """Give what is this organisation's business; the coordination sees all.

        A workshop sees what it answers for, a donor what it gave, a structure what is promised
        to its people.
        """
        if hat is None:
            return self.none()
        if hat.sees_all:
            return self
        mine = {
            OrganisationKind.WORKSHOP: Q(custodian_id=hat.organisation_id),
            OrganisationKind.DONOR: Q(pledge__donor_id=hat.organisation_id),
            OrganisationKind.STRUCTURE: Q(promised_to_id=hat.organisation_id),
        }
        return self.filter(mine[OrganisationKind(hat.organisation.kind)])

    def locked(self) -> "DeviceQuerySet":
        """Lock the rows for the command under way (SQLite locks the whole database)."""
        return self.select_for_update(of=("self",))


class Device(models.Model):
    """One machine. State, place and custody are three axes that are never mixed.

    state: where it is in its life. place (`location`, `lot`): where it stands. custody:
    `custodian` is the organisation that answers for it; `promised_to` is the structure whose
    person it is allocated or handed over to. `pending_units` counts the storage units whose
    data is still there; the database refuses READY while it is not 0. `unknown_drives` counts the
    drives that a report found past that gate: promised to nobody and handed to nobody, until
    the device is sent back from the check. `changed_at` is the
    `happened_at` of the last event: nothing is recorded before it. Masses are in grams.
    `performance` says how `performance_class` came about: see `backend.inventory.performance`.
    """

    code = models.CharField(_("code"), max_length=9, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.RECEIVED)
    state_before_missing = models.CharField(max_length=12, choices=State, blank=True)
    maker = models.CharField(_("maker"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    serial = models.CharField(_("serial number"), max_length=80, null=True, blank=True)  # noqa: DJ001  # a lying serial is null, not empty
    serial_quality = models.CharField(
        max_length=12, choices=SerialQuality, default=SerialQuality.NONE
    )
    asset_number = models.CharField(_("donor's asset number"), max_length=80, blank=True)
    specs = models.JSONField(_("configuration"), default=dict, blank=True)
    mass_g = models.PositiveIntegerField(_("mass (g)"), null=True, blank=True)
    pledge = models.ForeignKey(
        "inventory.Pledge", on_delete=models.PROTECT, null=True, related_name="devices"
    )
    pledge_line = models.ForeignKey(
        "inventory.PledgeLine", on_delete=models.PROTECT, null=True, related_name="devices"
    )
    unexpected_reason = models.CharField(_("why unexpected"), max_length=240, blank=True)
    custodian = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="devices"
    )
    promised_to = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    location = models.ForeignKey(
        "inventory.Location", on_delete=models.PROTECT, null=True, related_name="devices"
    )
    lot = models.ForeignKey(
        "inventory.Lot", on_delete=models.PROTECT, null=True, related_name="devices"
    )
    pending_units = models.PositiveSmallIntegerField(default=0)
    unknown_drives = models.PositiveSmallIntegerField(default=0, db_default=0)
    is_locked = models.BooleanField(_("locked (account, BIOS, MDM)"), default=False)
    performance_class = models.CharField(max_length=1, choices=PerformanceClass, blank=True)
    performance = models.JSONField(_("why this class"), default=dict, blank=True)
    condition = models.CharField(max_length=1, choices=Condition, blank=True)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="next_cycles"
    )
    received_at = models.DateTimeField(_("received"))
    changed_at = models.DateTimeField()

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        indexes = [
            models.Index(
                name="device_by_custodian_and_state", fields=["custodian", "state", "id"]
            ),
            models.Index(name="device_by_state_and_kind", fields=["state", "kind", "id"]),
            models.Index(
                name="device_by_serial", fields=["serial"], condition=Q(serial__isnull=False)
            ),
            models.Index(
                name="device_by_asset_number",
                fields=["asset_number"],
                condition=~Q(asset_number=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="device_ready_only_if_data_gone",
                condition=~Q(state__in=DATA_MUST_BE_GONE) | Q(pending_units=0),
                violation_error_message=_("Data may still be on this device."),
            ),
            models.CheckConstraint(
                name="device_ready_only_if_unlocked",
                condition=~Q(state__in=[State.READY, State.ALLOCATED, State.HANDED_OVER])
                | Q(is_locked=False),
                violation_error_message=_("This device is still locked."),
            ),
            models.CheckConstraint(
                name="device_leaves_with_known_drives_only",
                condition=Q(unknown_drives=0)
                | Q(state__in=[State.READY, State.ALLOCATED, State.MISSING]),
                violation_error_message=_("A drive that nobody erased was found in this device."),
            ),
            models.CheckConstraint(
                name="device_expected_or_explained",
                condition=Q(pledge_line__isnull=False) | ~Q(unexpected_reason=""),
                violation_error_message=_("Say why a device that nobody announced was received."),
            ),
            models.CheckConstraint(
                name="device_missing_knows_its_state_before",
                condition=Q(state=State.MISSING) ^ Q(state_before_missing=""),
                violation_error_message=_("A missing device remembers its state."),
            ),
            models.CheckConstraint(
                name="device_promised_only_when_allocated_or_handed_over",
                condition=Q(promised_to__isnull=True)
                | Q(state__in=[State.ALLOCATED, State.HANDED_OVER, State.MISSING]),
                violation_error_message=_("Only an allocated device is promised to a structure."),
            ),
        ]

    def __str__(self) -> str:
        """Spell the first code."""
        return codes.spell(self.code)

    @property
    def is_data_gone(self) -> bool:
        """Whether every storage unit is erased and verified, destroyed or recorded absent."""
        return self.pending_units == 0

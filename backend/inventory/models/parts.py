"""Parts in stock, and every movement of that stock."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import DRIVES, MovementKind, PartCondition, PartKind
from backend.inventory.models.places import OwnedQuerySet

if TYPE_CHECKING:
    from backend.accounts.models import Membership


class Part(models.Model):
    """Parts of one sort in one workshop. Price of one in euro cents.

    `quantity` is the sum of its movements and never below zero. What was taken out of a device
    knows it (`source`); a used drive also knows its storage unit, whose data is gone.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="parts"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PartKind)
    description = models.CharField(_("what it is"), max_length=120)
    compatible_with = models.CharField(_("fits"), max_length=240, blank=True)
    condition = models.CharField(_("new or reused"), max_length=8, choices=PartCondition)
    price_cents = models.PositiveIntegerField(_("price of one (cents)"), default=0)
    quantity = models.IntegerField(_("in stock"), default=0)
    source = models.ForeignKey(
        "inventory.Device", on_delete=models.PROTECT, null=True, related_name="parts_given"
    )
    unit = models.OneToOneField(
        "inventory.StorageUnit", on_delete=models.PROTECT, null=True, related_name="part"
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        indexes = [
            models.Index(name="part_by_workshop", fields=["organisation", "kind", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="part_stock_never_below_zero",
                condition=Q(quantity__gte=0),
                violation_error_message=_("There is none left of this part."),
            ),
            models.CheckConstraint(
                name="part_in_stock_is_new_or_reused",
                condition=Q(condition__in=[PartCondition.NEW, PartCondition.REUSED]),
                violation_error_message=_("Say whether the part is new or reused."),
            ),
            models.CheckConstraint(
                name="part_out_of_a_device_is_reused",
                condition=Q(source=None) | Q(condition=PartCondition.REUSED),
                violation_error_message=_("What comes out of a device is reused."),
            ),
            models.CheckConstraint(
                name="part_used_drive_knows_its_unit",
                condition=~Q(kind__in=DRIVES)
                | ~Q(condition=PartCondition.REUSED)
                | Q(unit__isnull=False, quantity__lte=1),
                violation_error_message=_(
                    "A used drive enters the stock from its device, erased, one by one."
                ),
            ),
        ]

    def __str__(self) -> str:
        """Show what it is."""
        return self.description

    @property
    def price(self) -> Decimal:
        """The price of one, in euros."""
        return Decimal(self.price_cents) / 100


class PartMovementQuerySet(models.QuerySet["PartMovement"]):
    """Movements in the words of those who look for them."""

    def seen_by(self, hat: "Membership | None") -> "PartMovementQuerySet":
        """Whoever sees the part sees its movements."""
        return self.filter(part__in=Part.objects.seen_by(hat))


class PartMovement(models.Model):
    """One change of a stock, for ever: the ledger is only added to."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("movement"), max_length=10, choices=MovementKind)
    change = models.IntegerField(_("change"))
    repair = models.ForeignKey(
        "inventory.RepairAction", on_delete=models.PROTECT, null=True, related_name="movements"
    )
    note = models.CharField(_("note"), max_length=240, blank=True)
    by_label = models.CharField(max_length=160)
    at = models.DateTimeField()

    objects = PartMovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement of a part")
        verbose_name_plural = _("movements of parts")
        constraints = [
            models.CheckConstraint(
                name="part_movement_changes_something",
                condition=~Q(change=0),
                violation_error_message=_("Nothing would change."),
            ),
            models.CheckConstraint(
                name="part_movement_of_a_repair_names_it",
                condition=Q(
                    kind__in=[MovementKind.USED, MovementKind.GIVEN_BACK], repair__isnull=False
                )
                | (
                    ~Q(kind__in=[MovementKind.USED, MovementKind.GIVEN_BACK])
                    & Q(repair__isnull=True)
                ),
                violation_error_message=_("A part is used by a repair, and given back by it."),
            ),
            models.UniqueConstraint(
                name="part_moves_once_each_way",
                fields=["repair", "kind"],
                condition=Q(repair__isnull=False),
                violation_error_message=_("This part was given back already."),
            ),
        ]

    def __str__(self) -> str:
        """Show the change."""
        return f"{self.change:+d}"

"""Where things stand: places, lots, stock-takes."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import PlaceKind, StockTakeFinding

if TYPE_CHECKING:
    from backend.accounts.models import Membership

Owned = TypeVar("Owned", bound=models.Model)


class OwnedQuerySet(models.QuerySet[Owned]):
    """Rows that belong to one organisation."""

    def seen_by(self, hat: "Membership | None") -> Self:
        """The coordination sees all, the others their own."""
        if hat is None:
            return self.none()
        return self if hat.sees_all else self.filter(organisation_id=hat.organisation_id)


class Location(models.Model):
    """A place in a tree: site, zone, shelf."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="locations"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("kind"), max_length=6, choices=PlaceKind)
    name = models.CharField(_("name"), max_length=60)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(
                name="location_named_once",
                fields=["parent", "name"],
                violation_error_message=_("There is a place of this name here already."),
            ),
            models.UniqueConstraint(
                name="location_site_named_once",
                fields=["organisation", "name"],
                condition=Q(parent=None),
                violation_error_message=_("There is a site of this name already."),
            ),
            models.CheckConstraint(
                name="location_only_a_site_stands_alone",
                condition=Q(kind=PlaceKind.SITE, parent=None)
                | (~Q(kind=PlaceKind.SITE) & Q(parent__isnull=False)),
                violation_error_message=_("A zone lies in a site, a shelf in a zone."),
            ),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class Lot(models.Model):
    """Things that move together: a pallet, a box."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="lots"
    )
    name = models.CharField(_("name"), max_length=60)
    opened_at = models.DateTimeField(_("opened"))

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.UniqueConstraint(name="lot_named_once", fields=["organisation", "name"]),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class StockTake(models.Model):
    """Counting one place: what should be there, what is. Frozen when closed."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="stock_takes"
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="stock_takes")
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock-take")
        verbose_name_plural = _("stock-takes")
        constraints = [
            models.UniqueConstraint(
                name="stock_take_one_open_per_place",
                fields=["location"],
                condition=Q(closed_at=None),
                violation_error_message=_("A stock-take of this place is under way."),
            ),
        ]

    def __str__(self) -> str:
        """Show the place."""
        return str(self.location)


class StockTakeLine(models.Model):
    """What a stock-take says of one device."""

    stock_take = models.ForeignKey(StockTake, on_delete=models.CASCADE, related_name="lines")
    device = models.ForeignKey("inventory.Device", on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(_("finding"), max_length=10, choices=StockTakeFinding)

    class Meta:
        verbose_name = _("stock-take line")
        verbose_name_plural = _("stock-take lines")
        constraints = [
            models.UniqueConstraint(name="stock_take_line_once", fields=["stock_take", "device"]),
        ]

    def __str__(self) -> str:
        """Show the finding."""
        return self.get_finding_display()

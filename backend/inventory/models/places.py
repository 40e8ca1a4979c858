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


class LocationQuerySet(OwnedQuerySet["Location"]):
    """Places in the words of those who look for one."""

    def that_take_more(self) -> Self:
        """Give those where something may be put."""
        return self.filter(closed_at=None)

    def within(self, place: "Location") -> Self:
        """Give a place and all that lies in it: the tree has three levels."""
        return self.filter(Q(pk=place.pk) | Q(parent=place) | Q(parent__parent=place))


class Location(models.Model):
    """A place in a tree: site, zone, shelf. A closed one takes nothing more; none is deleted."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="locations"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("kind"), max_length=6, choices=PlaceKind)
    name = models.CharField(_("name"), max_length=60)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = LocationQuerySet.as_manager()

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


class LotQuerySet(OwnedQuerySet["Lot"]):
    """Lots in the words of those who look for one."""

    def that_take_more(self) -> Self:
        """Give those into which something may be put."""
        return self.filter(closed_at=None)


class Lot(models.Model):
    """Things that move together: a pallet, a box.

    `location` is where it stands, and then all that is in it stands there too. A closed one
    takes nothing more; it is still moved and sent.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="lots"
    )
    name = models.CharField(_("name"), max_length=60)
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="lots"
    )
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.UniqueConstraint(
                name="lot_named_once_while_open",
                fields=["organisation", "name"],
                condition=Q(closed_at=None),
                violation_error_message=_("A lot of this name is open already."),
            ),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class StockTake(models.Model):
    """Counting one place, perhaps with those inside: what should be there, what is.

    Frozen when closed, with its lines.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="stock_takes"
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="stock_takes")
    with_inside = models.BooleanField(_("with the places inside"), default=False, db_default=False)
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

    @property
    def places(self) -> LocationQuerySet:
        """The places that are counted."""
        if self.with_inside:
            return Location.objects.within(self.location)
        return Location.objects.filter(pk=self.location_id)


class StockTakeLine(models.Model):
    """What a stock-take says of one device; counted when, and by whom. Frozen when final."""

    stock_take = models.ForeignKey(StockTake, on_delete=models.CASCADE, related_name="lines")
    device = models.ForeignKey("inventory.Device", on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(_("finding"), max_length=10, choices=StockTakeFinding)
    counted_at = models.DateTimeField(_("counted"), null=True, blank=True)
    counted_by_label = models.CharField(_("counted by"), max_length=160, blank=True, db_default="")
    is_final = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("stock-take line")
        verbose_name_plural = _("stock-take lines")
        constraints = [
            models.UniqueConstraint(name="stock_take_line_once", fields=["stock_take", "device"]),
        ]

    def __str__(self) -> str:
        """Show the finding."""
        return self.get_finding_display()

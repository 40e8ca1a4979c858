"""What a donor announces: an expectation, never stock."""

import secrets
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import LegalType, OrganisationKind
from backend.accounts.models import DEPARTEMENT, validate_siren
from backend.inventory.choices import Kind, PledgeState

if TYPE_CHECKING:
    from backend.accounts.models import Membership


def new_tracking_secret() -> str:
    """Draw the secret of a tracking page: 128 random bits for an address."""
    return secrets.token_urlsafe(16)


class PledgeQuerySet(models.QuerySet["Pledge"]):
    """Pledges in the words of those who look for them."""

    def open(self) -> "PledgeQuerySet":
        """Give the accepted pledges: devices may arrive on them."""
        return self.filter(state=PledgeState.ACCEPTED)

    def undecided(self) -> "PledgeQuerySet":
        """Give those that wait for an answer, oldest first."""
        return self.filter(state=PledgeState.ANNOUNCED).order_by("announced_at")

    def seen_by(self, hat: "Membership | None") -> "PledgeQuerySet":
        """The coordination sees all, a donor its own, a workshop those it collects."""
        if hat is None:
            return self.none()
        if hat.sees_all:
            return self
        if hat.organisation.kind == OrganisationKind.DONOR:
            return self.filter(donor_id=hat.organisation_id)
        if hat.organisation.kind == OrganisationKind.WORKSHOP:
            return self.filter(workshop_id=hat.organisation_id)
        return self.none()


class Pledge(models.Model):
    """What a donor says it will give, and everything needed to fetch it.

    The donor's own words stand here (`donor_name`, `siren`, contact) because the form is
    public; `donor` is the organisation that the coordination recognised in them when it
    accepted. `workshop` is the one that is to receive it.
    """

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=PledgeState, default=PledgeState.ANNOUNCED
    )
    donor = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="pledges"
    )
    workshop = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        null=True,
        related_name="expected_pledges",
    )
    donor_name = models.CharField(_("name of your organisation"), max_length=120)
    legal_type = models.CharField(_("legal type"), max_length=20, choices=LegalType)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True, validators=[validate_siren])
    contact_name = models.CharField(_("your name"), max_length=120)
    contact_email = models.EmailField(_("your e-mail"))
    contact_phone = models.CharField(_("your telephone"), max_length=30, blank=True)
    language = models.CharField(max_length=2, choices=[("fr", "Français"), ("en", "English")])
    address = models.CharField(_("address of the devices"), max_length=240)
    territory = models.CharField(_("département"), max_length=3, validators=[DEPARTEMENT])
    access = models.CharField(
        _("access"), max_length=400, blank=True, help_text=_("Floor, lift, car park, hours.")
    )
    available_from = models.DateField(_("available from"), null=True, blank=True)
    wishes = models.TextField(_("your wishes"), max_length=2000, blank=True)
    campaign = models.CharField(_("campaign"), max_length=60, blank=True)
    tracking_secret = models.CharField(
        max_length=32, unique=True, default=new_tracking_secret, editable=False
    )
    announced_at = models.DateTimeField(_("announced"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decline_reason = models.CharField(_("reason"), max_length=400, blank=True)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        indexes = [
            models.Index(name="pledge_by_state", fields=["state", "announced_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="pledge_accepted_only_with_donor_and_workshop",
                condition=~Q(state__in=[PledgeState.ACCEPTED, PledgeState.CLOSED])
                | Q(donor__isnull=False, workshop__isnull=False),
                violation_error_message=_("An accepted pledge has a donor and a workshop."),
            ),
            models.CheckConstraint(
                name="pledge_declined_only_with_reason",
                condition=~Q(state=PledgeState.DECLINED) | ~Q(decline_reason=""),
                violation_error_message=_("Say why the pledge is declined."),
            ),
        ]

    def __str__(self) -> str:
        """Show the reference."""
        return self.reference

    @property
    def is_public_donor(self) -> bool:
        """Whether the rules for gifts of public bodies apply (CG3P L.3212-2)."""
        return self.legal_type == LegalType.PUBLIC_BODY


def _per_line(table: str, value: Any) -> Any:
    """Count in another table what belongs to one line, in a subquery of its own.

    Two joins in one query would multiply each other's rows.
    """
    rows = apps.get_model("inventory", table)._default_manager.filter(pledge_line=OuterRef("pk"))
    counted = rows.order_by().values("pledge_line").annotate(counted=value).values("counted")
    return Coalesce(Subquery(counted), 0)


class PledgeLineQuerySet(models.QuerySet["PledgeLine"]):
    """Lines of a pledge, with what became of them."""

    def with_counts(self) -> "PledgeLineQuerySet":
        """Add `collected`, `refused` and `received` beside `quantity`, which is announced."""
        return self.annotate(
            collected=_per_line("CollectionLine", Sum("collected")),
            refused=_per_line("CollectionLine", Sum("refused")),
            received=_per_line("Device", Count("pk")),
        )


class PledgeLine(models.Model):
    """So many machines of one sort. What was collected and received is counted, not stored."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    quantity = models.PositiveIntegerField(
        _("quantity"), validators=[MinValueValidator(1), MaxValueValidator(5000)]
    )
    maker = models.CharField(_("maker"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, validators=[MinValueValidator(1990)]
    )
    works = models.BooleanField(_("does it work?"), null=True, blank=True)
    has_storage = models.BooleanField(_("is the disk inside?"), null=True, blank=True)
    is_locked = models.BooleanField(_("is it locked (account, BIOS, MDM)?"), null=True, blank=True)
    asset_numbers = models.JSONField(_("your asset numbers"), default=list, blank=True)
    serials = models.JSONField(_("serial numbers"), default=list, blank=True)

    objects = PledgeLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge line")
        verbose_name_plural = _("pledge lines")
        constraints = [
            models.CheckConstraint(
                name="pledge_line_of_at_least_one",
                condition=Q(quantity__gte=1),
                violation_error_message=_("A line announces at least one device."),
            ),
        ]

    def __str__(self) -> str:
        """Show how many of what."""
        return f"{self.quantity} × {self.get_kind_display()} {self.maker} {self.model}".strip()

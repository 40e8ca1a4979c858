"""Organisations, people, the hats that people wear, tokens for programs."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import LegalType, OrganisationKind, Role

DEPARTEMENT = RegexValidator(
    r"\A(0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-8]|98[4678])\Z",
    _("Give a département code, such as 69, 2A or 971."),
)
_TOKEN_PREFIX = "rbd_"  # noqa: S105  # a mark that secret scanners can find


def validate_siren(siren: str) -> None:
    """Refuse a SIREN that is not nine digits or fails Luhn's check (INSEE)."""
    digits = [int(c) for c in siren] if siren.isascii() and siren.isdigit() else []
    doubled = [n * 2 - 9 * (n > 4) if place % 2 else n for place, n in enumerate(reversed(digits))]
    if len(digits) != 9 or sum(doubled) % 10:
        raise ValidationError(_("This SIREN is not right: check its nine digits."))


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations in the words of those who look for them."""

    def workshops(self) -> "OrganisationQuerySet":
        """Give those that refurbish."""
        return self.filter(kind=OrganisationKind.WORKSHOP)

    def seen_by(self, hat: "Membership | None") -> "OrganisationQuerySet":
        """The coordination sees all; the others see themselves and the workshops."""
        if hat is None:
            return self.none()
        if hat.sees_all:
            return self
        return self.filter(Q(pk=hat.organisation_id) | Q(kind=OrganisationKind.WORKSHOP))


class Organisation(models.Model):
    """A donor, a workshop, a social structure or the coordination."""

    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    name = models.CharField(_("name"), max_length=120)
    legal_type = models.CharField(_("legal type"), max_length=20, choices=LegalType)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True, validators=[validate_siren])
    territory = models.CharField(_("département"), max_length=3, validators=[DEPARTEMENT])
    is_active = models.BooleanField(_("active"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                name="organisation_siren_once_per_kind",
                fields=["siren", "kind"],
                condition=~Q(siren=""),
                violation_error_message=_("An organisation with this SIREN exists already."),
            ),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without a password, nobody can sign in until one is set."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an operator with access to the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail, whatever its capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail and wears one hat at a time."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    acting_as = models.ForeignKey(
        "Membership", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Somebody signs in with this e-mail already."),
            ),
        ]

    def __str__(self) -> str:
        """Show the name, or a number: e-mails stay out of logs."""
        return self.name or f"#{self.pk}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Hats in the words of those who look for them."""

    def current(self) -> "MembershipQuerySet":
        """Give the hats that may be worn."""
        return self.filter(ended_at=None, user__is_active=True, organisation__is_active=True)

    def seen_by(self, hat: "Membership | None") -> "MembershipQuerySet":
        """The coordination sees all members; the others those of their own organisation."""
        if hat is None:
            return self.none()
        return self if hat.sees_all else self.filter(organisation_id=hat.organisation_id)


class Membership(models.Model):
    """A hat: a person in an organisation, in a role. This is who acts."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                name="membership_once", fields=["user", "organisation", "role"]
            ),
        ]

    def __str__(self) -> str:
        """Show role and organisation."""
        return f"{self.get_role_display()} · {self.organisation}"

    @property
    def actor_id(self) -> int:
        """The person's id, for the event log."""
        return self.user_id

    @property
    def actor_label(self) -> str:
        """Role, number and organisation: readable for ever, and no personal data.

        A private donor's organisation bears the donor's own name, so it is told by its number.
        """
        is_private = self.organisation.legal_type == LegalType.INDIVIDUAL
        where = f"#{self.organisation_id}" if is_private else self.organisation.name
        return f"{self.role} {self.user_id}, {where}"[:160]

    @property
    def sees_all(self) -> bool:
        """Whether this is the coordination, which answers for the whole programme."""
        return self.organisation.kind == OrganisationKind.COORDINATION

    @property
    def is_current(self) -> bool:
        """Whether this hat may be worn."""
        return self.ended_at is None and self.user.is_active and self.organisation.is_active


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens in the words of those who look for them."""

    def open_at(self, at: datetime) -> "ApiTokenQuerySet":
        """Give the tokens that open the door at this moment."""
        return self.filter(
            expires_at__gt=at,
            revoked_at=None,
            membership__ended_at=None,
            membership__user__is_active=True,
            membership__organisation__is_active=True,
        )


class ApiToken(models.Model):
    """A program's key to one hat; only its SHA-256 is kept (it has 256 random bits)."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.JSONField(
        _("scope"),
        default=list,
        blank=True,
        help_text=_("Capabilities; empty for all the role's."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        """Show the name its owner gave it."""
        return self.name

    @staticmethod
    def new_secret() -> str:
        """Draw a secret to be shown once."""
        return _TOKEN_PREFIX + secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        """Give what is kept of a secret."""
        return hashlib.sha256(secret.encode()).hexdigest()

    def allows(self, capability: str) -> bool:
        """Whether the token's scope includes a capability of its hat."""
        return not self.scope or capability in self.scope

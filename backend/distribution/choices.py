"""What exists between the shelf and the person."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.inventory.choices import Kind


class Criterion(models.TextChoices):
    """Why a person may receive a device. Only that it was checked is kept, never the proof."""

    ATTESTED = "attested", _("Attested by the counsellor")
    MINIMUM_BENEFITS = "minimum_benefits", _("Minimum benefits (RSA, AAH, ASS, ASPA)")
    FAMILY_QUOTIENT = "family_quotient", _("Family quotient below the threshold")
    STUDENT = "student", _("Student")
    ASYLUM = "asylum", _("Asylum seeker")
    OVER_INDEBTED = "over_indebted", _("Over-indebtedness file")


class Purpose(models.TextChoices):
    """What the device is for."""

    JOB_SEARCH = "job_search", _("Looking for work")
    TRAINING = "training", _("Training or studies")
    RIGHTS = "rights", _("Rights and paperwork")
    FAMILY = "family", _("School and family")
    APPOINTMENTS = "appointments", _("Appointments and contacts")


class Urgency(models.IntegerChoices):
    """How soon, said by the counsellor; higher comes first."""

    NORMAL = 0, _("Normal")
    SOON = 1, _("Within two weeks")
    URGENT = 2, _("Urgent")


class Connection(models.TextChoices):
    """How the person gets online."""

    NONE = "none", _("No connection")
    MOBILE = "mobile", _("Mobile phone")
    HOME = "home", _("Connection at home")
    UNKNOWN = "unknown", _("Not known")


class RequestState(models.TextChoices):
    """Where a request stands."""

    WAITING = "waiting", _("In the queue")
    DECLINED = "declined", pgettext_lazy("request", "Refused")
    CANCELLED = "cancelled", _("Withdrawn")
    SERVED = "served", _("Served")


class AllocationOutcome(models.TextChoices):
    """What became of a promise."""

    RESERVED = "reserved", _("Reserved")
    HANDED_OVER = "handed_over", _("Handed over")
    RELEASED = "released", _("Released")
    EXPIRED = "expired", _("Expired")
    RETURNED = "returned", pgettext_lazy("promise", "Returned")


OPEN_OUTCOMES = [AllocationOutcome.RESERVED, AllocationOutcome.HANDED_OVER]


class SignedBy(models.TextChoices):
    """How the hand-over was confirmed."""

    SIGNATURE = "signature", _("Signed by the person")
    ATTESTATION = "attestation", _("Attested by the counsellor")


class TakenBy(models.TextChoices):
    """Who took the device."""

    PERSON = "person", _("The person")
    RELATIVE = "relative", _("A relative or friend")
    COUNSELLOR = "counsellor", _("The counsellor, on the person's behalf")


class ReturnReason(models.TextChoices):
    """Why a device comes back."""

    FAULT = "fault", _("It does not work")
    UNUSED = "unused", _("No longer needed")
    EXCHANGE = "exchange", _("Exchanged for another")
    OTHER = "other", _("Other")


class SupportTopic(models.TextChoices):
    """What the person who has the device needs."""

    FAULT = "fault", _("Something does not work")
    HELP = "help", _("I need help to use it")
    GIVE_BACK = "give_back", _("I want to give it back")
    FOUND = "found", _("I found this device")


# Highest prices for gifts of public bodies, in euro cents, taxes included
# (CG3P L.3212-2, décret of 7 November 2022).
PUBLIC_DONOR_PRICE_CAPS = {
    Kind.LAPTOP: 18_000,
    Kind.DESKTOP: 15_000,
    Kind.TABLET: 10_000,
    Kind.SMARTPHONE: 10_000,
    Kind.MONITOR: 3_000,
    Kind.PRINTER: 3_000,
    Kind.OTHER: 3_000,
}

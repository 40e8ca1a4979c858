"""What is told, to which kind of recipient, how often, and how it went."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecipientKind(models.TextChoices):
    """How a recipient is known: by reference, never by address."""

    PERSON = "person", _("Person")
    PLEDGE = "pledge", _("Contact of a pledge")


class Template(models.TextChoices):
    """Every sort of news."""

    PLEDGE_ANNOUNCED = "pledge_announced", _("Your pledge was received")
    PLEDGE_ACCEPTED = "pledge_accepted", _("Your pledge is accepted")
    PLEDGE_DECLINED = "pledge_declined", _("Your pledge is declined")
    PLEDGE_CLOSED = "pledge_closed", _("Your pledge is closed")
    COLLECTION_PLANNED = "collection_planned", _("A collection is planned at your place")
    COLLECTION_CANCELLED = "collection_cancelled", _("A collection at your place is cancelled")
    COLLECTION_DONE = "collection_done", _("Your devices were collected")
    DEVICES_RECEIVED = "devices_received", _("Your devices arrived at the workshop")
    DEVICES_GONE = "devices_gone", _("What became of your devices")
    REQUEST_SUBMITTED = "request_submitted", _("Your request is in the queue")
    REQUEST_DECLINED = "request_declined", _("Your request is refused")
    DEVICES_RESERVED = "devices_reserved", _("Devices are reserved for your request")
    RESERVATION_ENDING = "reservation_ending", _("A reservation ends soon")
    RESERVATION_ENDED = "reservation_ended", _("A reservation has ended")
    DEVICES_HANDED_OVER = "devices_handed_over", _("A hand-over is confirmed")
    DEVICES_RETURNED = "devices_returned", _("A device came back")
    COLLECTION_EXPECTED = "collection_expected", _("A collection is planned for your workshop")
    TRANSFER_COMING = "transfer_coming", _("Devices are on their way to your workshop")
    SUPPORT_CASE_OPENED = "support_case_opened", _("Somebody asks for help with a device")
    NEW_PLEDGE = "new_pledge", _("A new pledge waits for an answer")
    NEW_REQUESTS = "new_requests", _("New requests are in the queue")
    WEBHOOK_STOPPED = "webhook_stopped", _("A webhook was stopped")


class Rhythm(models.TextChoices):
    """How often a person wants one sort of news."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    OFF = "off", _("Never")


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    PENDING = "pending", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Given up")
    SKIPPED = "skipped", _("Not sent")


class DeliveryState(models.TextChoices):
    """Where one delivery to a webhook stands."""

    PENDING = "pending", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")

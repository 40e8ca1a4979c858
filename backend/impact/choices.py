"""What is counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Figure(models.TextChoices):
    """The figures, each a count of facts from the event log."""

    DEVICES_COLLECTED = "devices_collected", _("Devices collected")
    DEVICES_RECONDITIONED = "devices_reconditioned", _("Computers and smartphones reconditioned")
    PEOPLE_EQUIPPED = "people_equipped", _("People equipped")
    OTHER_DEVICES_RECONDITIONED = "other_devices_reconditioned", _("Other devices reconditioned")
    DEVICES_HANDED_OVER = "devices_handed_over", _("Devices handed over")
    MACHINES_GIVEN = "machines_given", _("Distinct machines handed over")
    DEVICES_RETURNED = "devices_returned", _("Devices returned")
    DEVICES_REFUSED = "devices_refused", _("Devices refused at the door")
    DEVICES_RECYCLED = "devices_recycled", _("Devices recycled")
    ERASURES_DONE = "erasures_done", _("Storage units erased")
    GRAMS_HANDED_OVER = "grams_handed_over", _("Mass handed over (g)")
    GRAMS_RECYCLED = "grams_recycled", _("Mass recycled (g)")


class Metric(models.TextChoices):
    """What a factor says."""

    NEW_DEVICE = "new_device", _("New device: making, transport, end of life (kgCO2e)")
    NEW_LIFE = "new_life", _("Life of a new device (years)")
    AVOIDED_SHARE = "avoided_share", _("Share of a year's impact avoided by refurbishing")
    SECOND_LIFE = "second_life", _("Years of second life")
    DISPLACEMENT = "displacement", _("Share of hand-overs that replace a purchase")

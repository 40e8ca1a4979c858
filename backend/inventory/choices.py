"""What exists in a workshop: kinds, states, outcomes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Kinds of equipment."""

    LAPTOP = "laptop", _("Laptop")
    DESKTOP = "desktop", _("Desktop computer")
    SMARTPHONE = "smartphone", _("Smartphone")
    TABLET = "tablet", _("Tablet")
    MONITOR = "monitor", _("Monitor")
    PRINTER = "printer", _("Printer")
    OTHER = "other", _("Other")


STORES_DATA = frozenset({Kind.LAPTOP, Kind.DESKTOP, Kind.SMARTPHONE, Kind.TABLET})
COMPUTERS_AND_SMARTPHONES = frozenset({Kind.LAPTOP, Kind.DESKTOP, Kind.SMARTPHONE, Kind.TABLET})


class PledgeState(models.TextChoices):
    """Where a pledge stands."""

    ANNOUNCED = "announced", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn by the donor")
    CLOSED = "closed", _("Closed")


class CollectionState(models.TextChoices):
    """Where a collection stands."""

    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class State(models.TextChoices):
    """Where a device is in its life."""

    RECEIVED = "received", _("Received")
    IN_WORKSHOP = "in_workshop", _("In the workshop")
    READY = "ready", _("Ready")
    ALLOCATED = "allocated", _("Allocated")
    HANDED_OVER = "handed_over", _("Handed over")
    RETURNED = "returned", _("Returned")
    FOR_PARTS = "for_parts", _("For parts")
    TO_RECYCLE = "to_recycle", _("To recycle")
    RECYCLED = "recycled", _("Recycled")
    MISSING = "missing", _("Missing")


DATA_MUST_BE_GONE = [State.READY, State.ALLOCATED, State.HANDED_OVER, State.RECYCLED]
IN_HOUSE = frozenset(State) - {State.HANDED_OVER, State.RECYCLED, State.MISSING}


class SerialQuality(models.TextChoices):
    """How far a serial number can be trusted to name one machine."""

    NONE = "none", _("No serial")
    PLACEHOLDER = "placeholder", _("Placeholder of the maker")
    CLASH = "clash", _("Also on another device")
    GOOD = "good", _("Unique")


class Condition(models.TextChoices):
    """How a device looks."""

    A = "A", _("A: like new")
    B = "B", _("B: signs of use")
    C = "C", _("C: visible damage")


class PerformanceClass(models.TextChoices):
    """What a device can be used for."""

    A = "A", _("A: video calls and several programs")
    B = "B", _("B: office work and web")
    C = "C", _("C: simple use")


class Medium(models.TextChoices):
    """What data lies on."""

    HDD = "hdd", _("Hard disk")
    SSD = "ssd", _("SSD (SATA)")
    NVME = "nvme", _("SSD (NVMe)")
    EMMC = "emmc", _("Soldered memory (eMMC, UFS)")
    CARD = "card", _("Memory card")
    UNKNOWN = "unknown", _("Not yet known")


class DataOutcome(models.TextChoices):
    """What became of the data on one storage unit."""

    PENDING = "pending", _("Data still there")
    ERASED = "erased", _("Erased and verified")
    DESTROYED = "destroyed", _("Destroyed")
    ABSENT = "absent", _("No storage present")


class ErasureMethod(models.TextChoices):
    """The three levels of NIST SP 800-88."""

    CLEAR = "clear", _("Clear (overwrite)")
    PURGE = "purge", _("Purge (the drive's own sanitize)")
    DESTROY = "destroy", _("Destroy")


class ErasureResult(models.TextChoices):
    """How one attempt ended. What did not run never counts as erased."""

    ERASED = "erased", _("Erased and verified")
    FAILED = "failed", _("Failed")
    NOT_RUN = "not_run", _("Did not run")


class Destruction(models.TextChoices):
    """How a storage unit was destroyed, in the words of NIST SP 800-88."""

    SHREDDED = "shredded", _("Shredded")
    CRUSHED = "crushed", _("Crushed or bent")
    DRILLED = "drilled", _("Drilled through")
    DEGAUSSED = "degaussed", _("Degaussed")
    INCINERATED = "incinerated", _("Incinerated")
    OTHER = "other", _("In another way")


class EvidenceOutcome(models.TextChoices):
    """What became of one line of a report that was handed in."""

    RECORDED = "recorded", _("Erasure recorded")
    FAILED = "failed", _("Failed attempt recorded: the data is still there")
    ALREADY = "already_recorded", _("Already recorded from this report")
    NO_MATCH = "no_match", _("No storage unit has this serial number: nothing stored")
    NOT_RECORDED = "not_recorded", _("Not recorded")


class Triage(models.TextChoices):
    """Where triage sends a device."""

    REPAIR = "repair", _("To the workshop")
    PARTS = "parts", _("For parts")
    RECYCLE = "recycle", _("To recycle")


class PartCondition(models.TextChoices):
    """Whether a part put in is new: new parts count against the impact."""

    NONE = "none", _("No part")
    NEW = "new", _("New part")
    REUSED = "reused", _("Reused part")


class PartKind(models.TextChoices):
    """What a workshop keeps to put into machines."""

    RAM = "ram", _("Memory (RAM)")
    SSD = "ssd", _("SSD drive")
    HDD = "hdd", _("Hard disk drive")
    BATTERY = "battery", _("Battery pack")
    CHARGER = "charger", _("Charger")
    KEYBOARD = "keyboard", _("Keyboard part")
    SCREEN = "screen", _("Screen panel")
    WIRELESS = "wireless", _("Wifi card")
    FAN = "fan", _("Fan")
    CASE = "case", _("Case part")
    CABLE = "cable", _("Cable")
    OTHER = "other", _("Other part")


DRIVES = [PartKind.SSD, PartKind.HDD]


class MovementKind(models.TextChoices):
    """Why the stock of a part changed."""

    BOUGHT = "bought", _("Bought or given")
    TAKEN_OUT = "taken_out", _("Taken out of a device")
    USED = "used", _("Used in a repair")
    GIVEN_BACK = "given_back", _("Given back: the repair was undone")
    COUNTED = "counted", _("Stock counted")


class PlaceKind(models.TextChoices):
    """The three levels of places."""

    SITE = "site", _("Site")
    ZONE = "zone", _("Zone")
    SHELF = "shelf", _("Shelf")


class TransferState(models.TextChoices):
    """Where a transfer between workshops stands."""

    SENT = "sent", _("On its way")
    RECEIVED = "received", _("Received")


class TransferOutcome(models.TextChoices):
    """What became of one device of a transfer."""

    PENDING = "pending", _("On its way")
    RECEIVED = "received", _("Received")
    LOST = "lost", _("Lost")
    FOUND = "found", _("Found later")


class StockTakeFinding(models.TextChoices):
    """What a stock-take says of one device."""

    EXPECTED = "expected", _("Not yet seen")
    FOUND = "found", _("Found")
    MISSING = "missing", _("Missing")
    LEFT = "left", _("Left meanwhile")
    UNEXPECTED = "unexpected", _("Should not be here")


class PrintForm(models.TextChoices):
    """What a print of labels is made for."""

    PDF = "pdf", _("PDF")
    ZPL_203 = "zpl203", _("Zebra, 203 dots an inch")
    ZPL_300 = "zpl300", _("Zebra, 300 dots an inch")


class DevicePart(models.TextChoices):
    """Where the copies of a label go."""

    MACHINE = "machine", _("Machine")
    BATTERY = "battery", _("Battery bay")
    CHARGER = "charger", _("Charger")


CHECKLIST = {
    "powers_on": _("Starts and shuts down"),
    "firmware_unlocked": _("No BIOS, account or MDM lock"),
    "screen": _("Screen"),
    "keyboard": _("Keyboard and pointer, or touch"),
    "sound_and_camera": _("Sound, microphone, camera"),
    "network": _("Wifi or mobile network"),
    "ports_and_charging": _("Ports and charging"),
    "battery": _("Battery"),
    "system_installed": _("System and programs installed"),
    "cleaned": _("Cleaned"),
    "final_test": _("Final test: everything works together"),
}
SHORT_CHECKLIST = {
    key: CHECKLIST[key]
    for key in ("powers_on", "screen", "ports_and_charging", "cleaned", "final_test")
}
# R.122-4 code de la consommation: what is called refurbished had all its functions tested.
FIXED_POINTS = ["final_test"]


def checklist_for(kind: str) -> dict[str, object]:
    """Give the standard list for a kind: key → words. A workshop may publish its own.

    This is version 0 of every list. A key never changes its meaning, for old checks hold it.
    """
    return dict(CHECKLIST if kind in STORES_DATA else SHORT_CHECKLIST)

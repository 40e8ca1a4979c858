"""What must hold across the tables of the inventory."""

from collections.abc import Iterable

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from backend.inventory.choices import DataOutcome, State, TransferOutcome
from backend.inventory.models import Device, Label, Part, Transfer, TransferLine


def miscounted_units() -> Iterable[str]:
    """Find devices whose count of pending storage units is not that of its units."""
    pending = Count("storage_units", filter=Q(storage_units__outcome=DataOutcome.PENDING))
    off = Device.objects.annotate(counted=pending).exclude(pending_units=F("counted"))
    return off.values_list("code", flat=True)


def unlabelled_devices() -> Iterable[str]:
    """Find devices whose code is on no label of theirs."""
    own = Label.objects.filter(device=OuterRef("pk"), code=OuterRef("code"))
    return Device.objects.filter(~Exists(own)).values_list("code", flat=True)


def unpromised_devices() -> Iterable[str]:
    """Find allocated devices that are promised to no structure."""
    bound = Device.objects.filter(state__in=[State.ALLOCATED, State.HANDED_OVER])
    return bound.filter(promised_to=None).values_list("code", flat=True)


def unfinished_transfers() -> Iterable[str]:
    """Find transfers said to be received while a device is still on its way."""
    open_line = Q(lines__outcome="pending")
    return Transfer.objects.filter(open_line, state="received").values_list("reference", flat=True)


def strays_on_their_way() -> Iterable[str]:
    """Find devices on their way for which the sender no longer answers: they never arrive."""
    pending = TransferLine.objects.filter(outcome=TransferOutcome.PENDING)
    off = pending.exclude(transfer__sender=F("device__custodian"))
    return off.values_list("device__code", flat=True)


def lifted_off_their_lot() -> Iterable[str]:
    """Find devices said to be in a lot that stands elsewhere."""
    stands = Device.objects.in_house().filter(lot__location__isnull=False)
    off = stands.exclude(location=F("lot__location"))
    return off.values_list("code", flat=True)


def left_in_closed_places() -> Iterable[str]:
    """Find devices said to lie at a closed place: "move all" takes them away."""
    left = Device.objects.in_house().filter(location__closed_at__isnull=False)
    return left.values_list("code", flat=True)


def miscounted_parts() -> Iterable[str]:
    """Find parts whose stock is not the sum of its movements."""
    off = Part.objects.annotate(counted=Sum("movements__change")).exclude(quantity=F("counted"))
    return (f"part {pk}" for pk in off.values_list("pk", flat=True))


def parts_with_data() -> Iterable[str]:
    """Find drives in stock whose data is not erased."""
    there = Part.objects.filter(quantity__gt=0, unit__isnull=False)
    return (
        f"part {pk}"
        for pk in there.exclude(unit__outcome=DataOutcome.ERASED).values_list("pk", flat=True)
    )

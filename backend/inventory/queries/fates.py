"""What became of a gift, in the donor's words: per line, per state, per device."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Count, Prefetch
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import DataOutcome, ErasureResult, State
from backend.inventory.models import Device, DeviceQuerySet, Erasure, Pledge

_ARRIVED = _("Arrived at the workshop")
_PREPARED = _("Being checked and repaired")
_READY = _("Ready for someone")
_IN_USE = _("In the hands of someone who needed it")
_PARTS = _("Giving its parts to others")
_RECYCLED = _("Recycled, or on its way to recycling")
_SOUGHT = _("Being looked for")

IN_DONORS_WORDS: dict[str, Any] = {
    State.RECEIVED: _ARRIVED,
    State.IN_WORKSHOP: _PREPARED,
    State.RETURNED: _PREPARED,
    State.READY: _READY,
    State.ALLOCATED: _READY,
    State.HANDED_OVER: _IN_USE,
    State.FOR_PARTS: _PARTS,
    State.TO_RECYCLE: _RECYCLED,
    State.RECYCLED: _RECYCLED,
    State.MISSING: _SOUGHT,
}
_IN_ORDER = [_ARRIVED, _PREPARED, _READY, _IN_USE, _PARTS, _RECYCLED, _SOUGHT]


class Progress(NamedTuple):
    """The lines of a pledge with their counts and reasons, and what came beside them."""

    lines: list[Any]
    announced: int
    collected: int
    refused: int
    received: int
    unexpected: int


def progress_of(pledge: Pledge) -> Progress:
    """Count what was announced, collected, refused and received, per line and in all."""
    lines: list[Any] = list(
        pledge.lines.with_counts().prefetch_related("collection_lines").order_by("pk")
    )
    for line in lines:
        line.reasons = [c.refusal_reason for c in line.collection_lines.all() if c.refused]
    return Progress(
        lines=lines,
        announced=sum(line.quantity for line in lines),
        collected=sum(line.collected for line in lines),
        refused=sum(line.refused for line in lines),
        received=sum(line.received for line in lines),
        unexpected=pledge.devices.filter(pledge_line=None).count(),
    )


def where_they_are(devices: DeviceQuerySet) -> list[tuple[Any, int]]:
    """Count devices by what a donor calls their state, in the order of a life."""
    counted: Counter[Any] = Counter()
    for state, number in devices.order_by().values_list("state").annotate(n=Count("pk")):
        counted[IN_DONORS_WORDS[state]] += number
    return [(words, counted[words]) for words in _IN_ORDER if counted[words]]


class Proof(NamedTuple):
    """What a donor may read of one storage unit."""

    unit: Any
    outcome: Any
    erasure: Erasure | None


class Fate(NamedTuple):
    """One device as its donor sees it."""

    device: Device
    words: Any
    proofs: list[Proof]

    @property
    def data_words(self) -> Any:
        """Say in a few words what became of the data."""
        if not self.proofs:
            return _("Holds no data")
        if self.device.pending_units:
            return _("Not erased yet")
        return _("Erased, with proof")


def with_proofs(devices: DeviceQuerySet) -> DeviceQuerySet:
    """Load the storage units and their erasures with the devices: three queries in all."""
    done = Erasure.objects.filter(result=ErasureResult.ERASED).order_by("pk")
    return devices.prefetch_related(
        "storage_units", Prefetch("storage_units__erasures", queryset=done, to_attr="proofs")
    )


def fates(devices: DeviceQuerySet) -> Iterator[Fate]:
    """Tell each device's fate, by the donor's asset number where there is one."""
    for device in with_proofs(devices.order_by("asset_number", "pk")):
        yield fate_of(device)


def fate_of(device: Device) -> Fate:
    """Tell one device's fate; storage units and `proofs` are loaded before."""
    units: list[Any] = list(device.storage_units.all())
    proofs = [
        Proof(
            unit,
            DataOutcome(unit.outcome).label,
            unit.proofs[-1] if unit.proofs and unit.outcome == DataOutcome.ERASED else None,
        )
        for unit in units
    ]
    return Fate(device, IN_DONORS_WORDS[device.state], proofs)

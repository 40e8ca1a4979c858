"""The same figures from nothing: one pass over the whole log, by other means than the tallies."""

from collections import Counter, defaultdict
from typing import Any

from backend.core.models import Event
from backend.impact.choices import Figure
from backend.inventory.choices import COMPUTERS_AND_SMARTPHONES

_KINDS = (
    "collection.done",
    "device.received",
    "device.passed_quality_check",
    "device.handed_over",
    "device.returned",
    "device.recycled",
    "device.undone",
    "device.hand_over_undone",
    "storage_unit.erased",
)


class _Recount:
    """What is true after each event, kept as sets of what exists, not as sums of days."""

    def __init__(self) -> None:
        self.count: Counter[Figure] = Counter()
        self.kind_of: dict[int, str] = {}
        self.ready: dict[int, set[int]] = defaultdict(set)
        self.recycled: dict[int, int] = {}
        self.holds: dict[int, set[int]] = defaultdict(set)
        self.times_given: Counter[int] = Counter()

    def hear(self, pk: int, kind: str, device: int, facts: dict[str, Any]) -> None:
        """Take one event into account."""
        if kind != "collection.done":  # whose subject is a collection, with numbers of its own
            self.kind_of[device] = facts.get("kind", "")
        getattr(self, "_on_" + kind.replace(".", "_"))(pk, device, facts)

    def _on_collection_done(self, pk: int, device: int, facts: dict[str, Any]) -> None:
        self.count[Figure.DEVICES_REFUSED] += facts["refused"]

    def _on_device_received(self, pk: int, device: int, facts: dict[str, Any]) -> None:
        self.count[Figure.DEVICES_COLLECTED] += 1

    def _on_storage_unit_erased(self, pk: int, device: int, facts: dict[str, Any]) -> None:
        self.count[Figure.ERASURES_DONE] += 1

    def _on_device_passed_quality_check(self, pk: int, device: int, facts: dict[str, Any]) -> None:
        self.ready[device].add(pk)

    def _on_device_recycled(self, pk: int, device: int, facts: dict[str, Any]) -> None:
        self.recycled[pk] = facts.get("mass_g") or 0

    def _on_device_undone(self, pk: int, device: int, facts: dict[str, Any]) -> None:
        self.ready[device].discard(facts["undone_event"])
        self.recycled.pop(facts["undone_event"], None)

    def _on_device_handed_over(self, pk: int, device: int, facts: dict[str, Any]) -> None:
        self._give(device, facts, 1)
        self.holds[facts["beneficiary"]].add(device)

    def _on_device_hand_over_undone(self, pk: int, device: int, facts: dict[str, Any]) -> None:
        self._give(device, facts, -1)
        self.holds[facts["beneficiary"]].discard(device)

    def _on_device_returned(self, pk: int, device: int, facts: dict[str, Any]) -> None:
        self.count[Figure.DEVICES_RETURNED] += 1
        self.holds[facts["beneficiary"]].discard(device)

    def _give(self, device: int, facts: dict[str, Any], times: int) -> None:
        self.count[Figure.DEVICES_HANDED_OVER] += times
        self.times_given[device] += times
        self.count[Figure.GRAMS_HANDED_OVER] += times * (facts.get("mass_g") or 0)

    def figures(self) -> Counter[Figure]:
        """Say what is true in the end."""
        ready = [self.kind_of[device] for device, passes in self.ready.items() if passes]
        reconditioned = sum(kind in COMPUTERS_AND_SMARTPHONES for kind in ready)
        return self.count + Counter(
            {
                Figure.DEVICES_RECONDITIONED: reconditioned,
                Figure.OTHER_DEVICES_RECONDITIONED: len(ready) - reconditioned,
                Figure.DEVICES_RECYCLED: len(self.recycled),
                Figure.GRAMS_RECYCLED: sum(self.recycled.values()),
                Figure.MACHINES_GIVEN: sum(times > 0 for times in self.times_given.values()),
                Figure.PEOPLE_EQUIPPED: sum(bool(devices) for devices in self.holds.values()),
            }
        )


def recount() -> dict[str, int]:
    """Count every figure from the whole event log, reading it once, without any tally."""
    recount = _Recount()
    log = Event.objects.of_kind(*_KINDS).in_order()
    for row in log.values_list("pk", "kind", "subject_id", "facts").iterator(chunk_size=2000):
        recount.hear(*row)
    counted = recount.figures()
    return {figure.value: counted[figure] for figure in Figure}

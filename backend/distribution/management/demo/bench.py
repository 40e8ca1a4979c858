"""What the workshops do in the scene: labels, reception, triage, erasure, check, shelf."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from backend.accounts.models import Membership
from backend.distribution.management.demo.machines import machine
from backend.inventory import operations
from backend.inventory.choices import ErasureMethod, ErasureResult, Triage, checklist_for
from backend.inventory.models import Device, Location, PledgeLine
from backend.inventory.operations import ErasureFacts

QUARTER = timedelta(minutes=15)


class Bench:
    """One workshop's people, its roll of labels, and the moves they make."""

    def __init__(self, *, worker: Membership, checker: Membership, shelf: Location | None) -> None:
        """Know who works and who checks; the labels come with `print_labels`."""
        self.worker = worker
        self.checker = checker
        self.shelf = shelf
        self._labels: Iterator[str] = iter(())
        self._number = worker.organisation_id * 1000

    def print_labels(self, quantity: int, *, at: datetime) -> None:
        """Mint a roll of labels."""
        batch = operations.mint_labels(
            quantity=quantity, workshop=self.worker.organisation, by=self.worker, at=at
        )
        codes = batch.labels.order_by("pk").values_list("code", flat=True)
        self._labels = iter(list(codes))

    def receive(self, line: PledgeLine, quantity: int, *, at: datetime) -> list[str]:
        """Book machines in against a line, one after the other; give their codes."""
        return [
            self._book_in(line.kind, line=line, at=at + 2 * n * timedelta(minutes=3))
            for n in range(quantity)
        ]

    def receive_unexpected(self, kind: str, reason: str, *, at: datetime) -> str:
        """Book in a machine that nobody announced."""
        return self._book_in(kind, line=None, reason=reason, at=at)

    def _book_in(
        self, kind: str, *, line: PledgeLine | None, at: datetime, reason: str = ""
    ) -> str:
        self._number += 1
        asset = f"INV-{self._number}" if line else ""
        device = operations.receive_device(
            code=next(self._labels),
            line=line,
            unexpected_reason=reason,
            facts=machine(kind, self._number).facts(self._number, asset=asset, kind=kind),
            by=self.worker,
            at=at,
        )
        return device.code

    def triage(
        self,
        code: str,
        *,
        at: datetime,
        decision: Triage = Triage.REPAIR,
        reason: str = "Démarre, bon état",
        **seen: Any,
    ) -> None:
        """Decide where a machine goes."""
        operations.triage_device(
            code=code,
            decision=decision,
            reason=reason,
            powers_on=decision == Triage.REPAIR,
            condition="B" if decision == Triage.REPAIR else "C",
            by=self.worker,
            at=at,
            **seen,
        )

    def erase(self, code: str, *, at: datetime, result: str = ErasureResult.ERASED) -> None:
        """Record one attempt on each storage unit whose data is still there."""
        device = Device.objects.with_code(code).get()
        for unit in device.storage_units.filter(outcome="pending"):
            if unit.serial == "":
                model = machine(device.kind, int((device.serial or "0")[-4:]))
                operations.describe_storage_unit(
                    unit_id=unit.pk,
                    facts={
                        "medium": model.medium,
                        "serial": f"EXEMPLE-DISQUE-{unit.pk}",
                        "size_gb": model.storage_gb,
                    },
                    by=self.worker,
                    at=at - QUARTER,
                )
            operations.record_erasure(
                unit_id=unit.pk, facts=_attempt(result, at), by=self.worker, at=at
            )

    def repair(self, code: str, what: str, *, at: datetime, **facts: Any) -> None:
        """Write one repair down."""
        operations.record_repair(code=code, what=what, by=self.worker, at=at, **facts)

    def pass_check(self, code: str, *, at: datetime) -> None:
        """Pass the last check and put the machine on the shelf."""
        kind = Device.objects.with_code(code).values_list("kind", flat=True).get()
        operations.pass_quality_check(
            code=code, answers=dict.fromkeys(checklist_for(kind), True), by=self.checker, at=at
        )
        if self.shelf is not None:
            operations.place_device(
                code=code, location=self.shelf, lot=None, by=self.worker, at=at + QUARTER
            )

    def make_ready(self, code: str, *, at: datetime) -> None:
        """Take a received machine all the way to the shelf within half a day."""
        self.triage(code, at=at)
        self.erase(code, at=at + 4 * QUARTER)
        self.pass_check(code, at=at + 8 * QUARTER)


ATTESTED = "J’atteste avoir effacé ce disque moi-même et l’avoir vu se terminer sans erreur."


def _attempt(result: str, at: datetime) -> ErasureFacts:
    is_done = result == ErasureResult.ERASED
    return {
        "result": result,
        "method": ErasureMethod.PURGE,
        "tool": "nwipe",
        "tool_version": "0.37",
        "technique": "Secure Erase",
        "verification": "Lecture complète" if is_done else "",
        "errors": 0 if is_done else 3,
        "attestation": ATTESTED if is_done else "",
        "started_at": at - 2 * QUARTER,
        "ended_at": at,
    }

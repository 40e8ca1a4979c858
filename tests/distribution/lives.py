"""The life of a device as a machine of states: all that the workshop may do to it."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
)

from backend.accounts.models import Membership
from backend.core import invariants
from backend.core.errors import Refusal
from backend.core.models import Event, Outbox
from backend.distribution.models import Allocation, HandOver, Request, Return
from backend.inventory import operations
from backend.inventory.choices import DATA_MUST_BE_GONE, State, Triage
from backend.inventory.models import (
    Device,
    Erasure,
    Label,
    RepairAction,
    StorageUnit,
    TransferLine,
)
from tests.inventory.stories import Workshop, a_photo, all_yes

decisions = st.sampled_from(list(Triage))
Moved = Counter[tuple[str, str, str]]  # verb, from, to
WRITTEN: list[Any] = [
    Erasure,
    TransferLine,
    RepairAction,
    Request,
    Allocation,
    HandOver,
    Return,
]


class WorkshopLife(RuleBasedStateMachine):
    """One device, and everybody doing anything to it; nothing of one life is left for the next."""

    def __init__(self, first: State, moved: Moved) -> None:
        """Begin in a state, in a database as it was; count what is done."""
        super().__init__()
        self.first, self.moved, self.gone = first, moved, Counter[Any]()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        """Undo this life."""
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def state(self) -> str:
        """Give the state the device is in."""
        self.device.refresh_from_db()
        return self.device.state

    def attempt(self, verb: Any, *, by: Membership | None = None, **given: Any) -> Any:
        """Try a verb; a refusal is an answer, any other error is a fault."""
        before, was = self.rows(), self.state()
        try:
            done = verb(by=by or self.by, at=self.now, **given)
        except Refusal:
            assert self.rows() == before
            return None
        assert Event.objects.about(self.device).count() == len(before["events"]) + 1
        self.note(verb.__name__, was)
        return done

    def note(self, verb: str, was: str) -> None:
        """Count what was done, and look whether all still holds."""
        self.moved[verb, was, self.state()] += 1
        self.hold()

    def rows(self) -> dict[str, Any]:
        """Give all that a verb may write."""
        mine = {"device": self.device.pk}
        read = {
            "device": Device.objects.filter(pk=self.device.pk),
            "units": StorageUnit.objects.filter(**mine),
            "labels": Label.objects.filter(**mine),
            "events": Event.objects.about(self.device),
            **{table.__name__: table.objects.all() for table in WRITTEN},
        }
        rows = {name: list(table.order_by("pk").values()) for name, table in read.items()}
        return rows | {"outbox": Outbox.objects.count()}

    @rule(decision=decisions, is_locked=st.booleans())
    def triage(self, decision: Triage, is_locked: bool) -> None:
        self.attempt(
            operations.triage_device,
            code=self.codes[-1],
            decision=decision,
            reason="x",
            is_locked=is_locked,
        )

    @rule()
    def check(self) -> None:
        answers = all_yes(self.device)
        self.attempt(operations.pass_quality_check, code=self.codes[0], answers=answers)

    @rule(decision=decisions)
    def send_back(self, decision: Triage) -> None:
        self.attempt(
            operations.fail_quality_check, code=self.codes[0], decision=decision, reason="x"
        )

    @rule(
        verb=st.sampled_from(
            [
                operations.dismantle_device,
                operations.find_device,
                operations.undo_last_move,
                operations.unlock_device,
            ]
        )
    )
    def simple(self, verb: Any) -> None:
        self.attempt(verb, code=self.codes[0])

    @rule()
    def recycle(self) -> None:
        self.attempt(operations.recycle_device, code=self.codes[0], mass_g=900, waste_slip="BSD")

    @rule()
    def lose(self) -> None:
        self.attempt(operations.report_device_missing, code=self.codes[0], reason="x")

    @rule()
    def add_drive(self) -> None:
        facts = {"medium": "ssd"}
        self.attempt(operations.add_storage_unit, code=self.codes[0], facts=facts)

    @rule(
        verb=st.sampled_from(
            [operations.record_storage_absent, operations.record_storage_destroyed]
        ),
        place=st.integers(0, 3),
    )
    def settle_drive(self, verb: Any, place: int) -> None:
        units = list(self.device.storage_units.order_by("pk").values_list("pk", flat=True))
        if units:
            shown = {} if verb is operations.record_storage_absent else {"photo": a_photo()}
            self.attempt(verb, unit_id=units[place % len(units)], reason="x", **shown)

    @rule(method=st.sampled_from(["purge", "destroy"]), is_complete=st.booleans())
    def erase(self, method: str, is_complete: bool) -> None:
        facts = {"method": method, "tool": "nwipe", "tool_version": "0.38", "verification": "read"}
        facts["attestation"] = "I saw it end."
        facts |= {
            "started_at": self.now,
            "ended_at": self.now + timedelta(hours=0 if is_complete else 1),
        }
        self.attempt(operations.erase_device, code=self.codes[0], facts=facts)

    @rule()
    def repair(self) -> None:
        self.attempt(operations.record_repair, code=self.codes[-1], what="Cleaned")

    @rule(is_somewhere=st.booleans())
    def place(self, is_somewhere: bool) -> None:
        place = self.site if is_somewhere else None
        self.attempt(operations.place_device, code=self.codes[-1], location=place)

    @rule(letter=st.sampled_from(["A", "C", ""]))
    def grade(self, letter: str) -> None:
        given = {"performance_class": letter, "reason": "x"}
        self.attempt(operations.grade_device, code=self.codes[0], **given)

    @rule()
    def send(self) -> None:
        """Send it to the other workshop, or back."""
        sender, receiver = self.sides()
        sent = self.attempt(
            operations.send_transfer,
            by=sender.manager,
            scanned=self.codes[:1],
            receiver=receiver.organisation,
        )
        self.transfer = sent or self.transfer

    @rule(outcome=st.sampled_from(["received", "lost", "found"]), is_receiver=st.booleans())
    def settle(self, outcome: str, is_receiver: bool) -> None:
        if self.transfer:
            who = self.sides()[is_receiver].manager
            self.attempt(
                operations.receive_transfer_line,
                by=who,
                transfer=self.transfer,
                code=self.codes[0],
                outcome=outcome,
            )

    def sides(self) -> tuple[Workshop, Workshop]:
        """Give the workshop that answers for the device, and the other one."""
        self.device.refresh_from_db()
        is_here = self.device.custodian_id == self.workshop.organisation.pk
        return (self.workshop, self.other) if is_here else (self.other, self.workshop)

    @rule()
    def relabel(self) -> None:
        code = self.workshop.label()
        if self.attempt(operations.relabel_device, code=self.codes[0], new_code=code):
            self.codes.append(code)

    def hold(self) -> None:
        """Look at what must always hold."""
        assert invariants.broken() == []
        device = Device.objects.get(pk=self.device.pk)
        if device.state in DATA_MUST_BE_GONE:
            assert not device.storage_units.filter(outcome="pending").exists()
        assert device.state == self.told()
        for code in self.codes:
            assert Device.objects.with_code(code).get() == device

    def told(self) -> str:
        """Give the state that the log tells, step by step."""
        told = State.RECEIVED.value
        moves = Event.objects.about(self.device).order_by("pk").values_list("facts", flat=True)
        for facts in moves:
            if "to" in facts:
                assert facts["from"] == told
                told = facts["to"]
        return told

"""Whatever is done in whatever order, what must hold holds."""

from datetime import timedelta
from typing import Any

from django.test import TestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backend.accounts.models import Membership
from backend.core import invariants
from backend.core.errors import Refusal
from backend.core.models import Event, Outbox
from backend.inventory import operations
from backend.inventory.choices import DATA_MUST_BE_GONE, State, Triage
from backend.inventory.models import (
    Device,
    Erasure,
    Label,
    RepairAction,
    StorageUnit,
    Transfer,
    TransferLine,
)
from tests.inventory.stories import NOW, Workshop, all_yes

# These, and what follows them, are written by distribution: its own tests walk them.
_PROMISED = {State.ALLOCATED, State.HANDED_OVER, State.RETURNED}
decisions = st.sampled_from(list(Triage))


class Bench(RuleBasedStateMachine):
    """One device, and everybody doing anything to it."""

    @initialize(
        kind=st.sampled_from(["laptop", "monitor"]),
        state=st.sampled_from([state for state in State if state not in _PROMISED]),
    )
    def begin(self, kind: str, state: State) -> None:
        """Begin in any state that this part of the house leads to."""
        self.workshop, self.other = Workshop(), Workshop()
        self.device = self.workshop.device(state, kind)
        self.codes = [self.device.code]
        self.site = self.workshop.site()
        self.transfer: Transfer | None = None

    def attempt(self, verb: Any, *, by: Membership | None = None, **given: Any) -> Any:
        """Try a verb; a refusal is an answer, any other error is a fault."""
        before = self.rows()
        try:
            done = verb(by=by or self.workshop.manager, at=NOW, **given)
        except Refusal:
            assert self.rows() == before
            return None
        assert Event.objects.about(self.device).count() == len(before["events"]) + 1
        return done

    def rows(self) -> dict[str, Any]:
        """Give all that a verb may write."""
        device = self.device.pk
        return {
            "device": list(Device.objects.filter(pk=device).values()),
            "units": list(StorageUnit.objects.filter(device=device).order_by("pk").values()),
            "erasures": list(Erasure.objects.order_by("pk").values()),
            "lines": list(TransferLine.objects.order_by("pk").values()),
            "repairs": list(RepairAction.objects.order_by("pk").values()),
            "labels": list(Label.objects.filter(device=device).order_by("pk").values()),
            "events": list(Event.objects.about(self.device).values_list("pk")),
            "outbox": Outbox.objects.count(),
        }

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
            self.attempt(verb, unit_id=units[place % len(units)], reason="x")

    @rule(method=st.sampled_from(["purge", "destroy"]), is_complete=st.booleans())
    def erase(self, method: str, is_complete: bool) -> None:
        facts = {"method": method, "tool": "nwipe", "tool_version": "0.38", "verification": "read"}
        facts |= {"started_at": NOW, "ended_at": NOW if is_complete else NOW + timedelta(hours=1)}
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

    @invariant()
    def every_rule_holds(self) -> None:
        assert invariants.broken() == []

    @invariant()
    def data_is_gone_where_it_must_be(self) -> None:
        device = Device.objects.get(pk=self.device.pk)
        if device.state in DATA_MUST_BE_GONE:
            assert not device.storage_units.filter(outcome="pending").exists()

    @invariant()
    def the_log_tells_the_same_state(self) -> None:
        moves = Event.objects.about(self.device).order_by("pk").values_list("facts", flat=True)
        told = State.RECEIVED.value
        for facts in moves:
            if "to" in facts:
                assert facts["from"] == told
                told = facts["to"]
        assert Device.objects.get(pk=self.device.pk).state == told

    @invariant()
    def every_label_names_this_device(self) -> None:
        for code in self.codes:
            assert Device.objects.with_code(code).get() == self.device


Bench.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class TestAnyOrder(TestCase):
    """Each run of the machine begins with an empty workshop of its own."""

    def test_any_order_of_verbs_keeps_what_must_hold(self) -> None:
        Bench.TestCase("runTest").runTest()

"""Whatever is done in whatever order, what must hold holds."""

from typing import Any

from django.test import TestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backend.core import invariants
from backend.core.errors import Refusal
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import DATA_MUST_BE_GONE, State, Triage
from backend.inventory.models import Device
from tests.inventory.stories import NOW, Workshop, all_yes

decisions = st.sampled_from(list(Triage))


class Bench(RuleBasedStateMachine):
    """One device, and everybody doing anything to it."""

    @initialize(kind=st.sampled_from(["laptop", "monitor"]))
    def receive(self, kind: str) -> None:
        self.workshop = Workshop()
        self.device = self.workshop.receive(kind)
        self.states: list[str] = [State.RECEIVED]
        self.codes = [self.device.code]

    def attempt(self, verb: Any, **given: Any) -> None:
        """Try a verb; a refusal is an answer, any other error is a fault."""
        before = Device.objects.filter(pk=self.device.pk).values().get()
        events = Event.objects.count()
        try:
            verb(by=self.workshop.manager, at=NOW, **given)
        except Refusal:
            assert Device.objects.filter(pk=self.device.pk).values().get() == before
            assert Event.objects.count() == events
        else:
            assert Event.objects.count() == events + 1

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

    @rule()
    def relabel(self) -> None:
        code = self.workshop.label()
        self.attempt(operations.relabel_device, code=self.codes[0], new_code=code)
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

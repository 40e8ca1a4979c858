"""Whatever is done in whatever order, what must hold holds."""

from collections import Counter
from datetime import timedelta
from functools import partial
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
    run_state_machine_as_test,
)

from backend.core.models import Event
from backend.distribution import operations as distribution
from backend.distribution.choices import AllocationOutcome, ReturnReason, SignedBy, TakenBy
from backend.distribution.models import Allocation, HandOver, Request, RequestLine
from backend.inventory import operations
from backend.inventory.choices import State, Triage
from backend.inventory.lifecycle import MOVES, possible_moves
from backend.inventory.models import (
    Transfer,
)
from tests.distribution.factories import a_person, a_programme, a_request
from tests.distribution.lives import Moved, WorkshopLife
from tests.examples import IS_THOROUGH
from tests.factories import a_coordinator, a_counsellor
from tests.inventory.stories import NOW, Workshop

# What else the walks try in a state, beside the moves that the table opens.
BESIDE = {
    State.RECEIVED: ["transfer"],
    State.IN_WORKSHOP: ["undo"],
    State.READY: ["transfer", "undo"],
    State.ALLOCATED: ["cancel_request", "days_pass"],
    State.HANDED_OVER: ["undo_hand_over"],
}
BESIDE_MADE = {
    "cancel_request",
    "expire_allocations",
    "receive_transfer_line",
    "send_transfer",
    "undo_hand_over",
    "undo_last_move",
}


class Life(WorkshopLife):
    """A device from the door of the workshop to a person, and back."""

    @initialize(kind=st.sampled_from(["laptop", "monitor"]))
    def begin(self, kind: str) -> None:
        """Bring a device to the first state by the verbs."""
        self.now = NOW
        self.transfer: Transfer | None
        self.workshop, self.other = Workshop(), Workshop()
        self.coordinator, self.counsellor = a_coordinator(), a_counsellor()
        self.programme = a_programme(
            by=self.coordinator, reservation_days=1, open_requests_per_counsellor=99
        )
        self.kind = kind
        self.site = self.workshop.site()
        self.take_up()

    def take_up(self) -> None:
        """Bring a machine to the first state by the verbs."""
        promises = [self.allocate, self.hand_over, self.take_back]
        follows = [State.ALLOCATED, State.HANDED_OVER, State.RETURNED]
        steps = follows.index(self.first) + 1 if self.first in follows else 0
        self.device = self.workshop.device(State.READY if steps else self.first, self.kind)
        self.codes, self.by = [self.device.code], self.workshop.manager
        self.waiting = self.transfer = None
        for step in promises[:steps]:
            step()
        assert self.state() == self.first
        self.hold()

    @rule()
    def a_walk(self) -> None:
        """Go some of the ways that the table opens: verbs at random rarely follow each other."""
        log = Event.objects.about(self.device).count()
        dice = Random(f"{self.kind} {self.first} {log}")  # noqa: S311  # the same walk each time
        for _step in range(5):
            self.by = self.sides()[0].manager
            self.step(dice)
        self.by = self.workshop.manager

    def step(self, dice: Random) -> None:
        """Do what was not done yet of what may follow; else take up the next machine."""
        state = self.state()
        ways = [
            (move, decision)
            for move in [*possible_moves(state), *BESIDE.get(state, ())]
            for decision in (Triage if move in {"triage", "fail_quality_check"} else [None])
        ]
        if state != State.MISSING and all(self.gone[state, way] for way in ways):
            self.take_up()
            return
        dice.shuffle(ways)
        move, decision = min(ways, key=lambda way: self.gone[state, way])
        self.gone[state, (move, decision)] += 1
        if state == State.IN_WORKSHOP:
            self.erase("purge", is_complete=True)
        act = {
            "triage": lambda: self.triage(decision, is_locked=False),
            "pass_quality_check": self.check,
            "fail_quality_check": lambda: self.send_back(decision),
            "allocate": self.allocate,
            "release": self.release,
            "hand_over": self.hand_over,
            "take_back": self.take_back,
            "dismantle": lambda: self.simple(operations.dismantle_device),
            "recycle": self.recycle,
            "report_missing": self.lose,
            "find": lambda: self.simple(operations.find_device),
            "cancel_request": self.cancel_request,
            "days_pass": self.days_pass,
            "undo_hand_over": self.undo_hand_over,
            "undo": lambda: self.simple(operations.undo_last_move),
            "transfer": self.arrive,
        }
        act[move]()

    @rule()
    def allocate(self) -> None:
        self.attempt(
            distribution.allocate_device,
            by=self.coordinator,
            line=self.line(),
            code=self.device.code,
        )

    def line(self) -> RequestLine:
        """Give the line of a request that waits."""
        if self.waiting is None or not Request.objects.waiting().filter(pk=self.waiting).exists():
            self.waiting = a_request(
                by=self.counsellor,
                programme=self.programme,
                beneficiary=a_person(by=self.counsellor, at=self.now),
                needs=[{"kind": self.kind}],
                at=self.now,
            ).pk
        return RequestLine.objects.get(request=self.waiting)

    def promise(self) -> Allocation | None:
        """Give the last promise of the device."""
        return Allocation.objects.filter(device=self.device).order_by("pk").last()

    @rule()
    def release(self) -> None:
        if promise := self.promise():
            given = {"allocation": promise, "reason": "x"}
            self.attempt(distribution.release_allocation, by=self.coordinator, **given)

    @rule()
    def days_pass(self) -> None:
        """Nobody came for what was kept two days; maybe somebody sweeps."""
        before, was = self.rows(), self.state()
        self.now += timedelta(days=2)
        expired = distribution.expire_allocations(at=self.now)
        assert Event.objects.about(self.device).count() == len(before["events"]) + expired
        if expired:
            self.note("expire_allocations", was)
        else:
            assert self.rows() == before

    @rule()
    def hand_over(self) -> None:
        if promise := self.promise():
            how = {"taken_by": TakenBy.PERSON, "signed_by": SignedBy.ATTESTATION}
            self.attempt(
                distribution.hand_over_device, by=self.counsellor, allocation=promise, **how
            )

    @rule()
    def undo_hand_over(self) -> None:
        given = HandOver.objects.filter(allocation__device=self.device).order_by("pk").last()
        if given:
            self.attempt(distribution.undo_hand_over, by=self.counsellor, hand_over=given)

    @rule(reason=st.sampled_from(ReturnReason))
    def take_back(self, reason: str = ReturnReason.UNUSED) -> None:
        self.attempt(distribution.take_back_device, code=self.device.code, reason=reason)

    @rule()
    def cancel_request(self) -> None:
        """The person needs it no longer: what was promised is on the shelf again."""
        promise = self.promise()
        if promise and promise.outcome == AllocationOutcome.RESERVED:
            asked = promise.line.request_id
            self.attempt(distribution.cancel_request, by=self.counsellor, request=asked)

    def arrive(self) -> None:
        """Send it to the other workshop, where it arrives, or is found after it was lost."""
        self.send()
        if self.moved["receive_transfer_line", self.state(), self.state()]:
            self.settle("lost", is_receiver=True)
            self.settle("found", is_receiver=True)
        self.settle("received", is_receiver=True)


@pytest.mark.timeout(3600 if IS_THOROUGH else 120)
@pytest.mark.django_db
def test_any_order_of_verbs_from_any_state_keeps_what_must_hold() -> None:
    moved: Moved = Counter()
    how = settings(
        max_examples=40 if IS_THOROUGH else 2,
        stateful_step_count=20 if IS_THOROUGH else 7,
        phases=[Phase.generate],
        deadline=None,
        derandomize=not IS_THOROUGH,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    for number, state in enumerate(State):
        run_state_machine_as_test(seed(number)(partial(Life, state, moved)), settings=how)
    table = {(come, to) for move in MOVES.values() for come in move.sources for to in move.targets}
    made = {(come, to) for _verb, come, to in moved}
    assert table - made == set(), "a move of the table was never made"
    assert BESIDE_MADE - {verb for verb, _come, _to in moved} == set()

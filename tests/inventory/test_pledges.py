"""A pledge is announced, decided, collected and received: each number in its own column."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from backend.accounts.choices import OrganisationKind
from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import PledgeState
from backend.inventory.models import Pledge, PledgeLine
from tests.factories import OrganisationFactory, a_coordinator, a_donor_contact
from tests.inventory.stories import (
    DONOR,
    NOW,
    Workshop,
    a_collection,
    a_pledge,
    an_accepted_pledge,
)

pytestmark = pytest.mark.django_db


def test_a_visitor_announces_and_gets_a_reference_and_a_secret() -> None:
    pledge = a_pledge()
    assert pledge.reference == "P-2026-00001"
    assert len(pledge.tracking_secret) >= 20
    assert pledge.state == PledgeState.ANNOUNCED
    event = Event.objects.get(kind="pledge.announced")
    assert event.facts["devices"] == 3
    assert DONOR["contact_name"] not in str(event.facts)


def test_a_signed_in_donor_is_known_at_once() -> None:
    contact = a_donor_contact()
    pledge = operations.announce_pledge(
        facts={**DONOR}, lines=[{"kind": "laptop", "quantity": 1}], by=contact, at=NOW
    )
    assert pledge.donor == contact.organisation


@pytest.mark.parametrize("quantity", [0, -1, 5001])
def test_a_line_announces_between_one_and_five_thousand(quantity: int) -> None:
    with pytest.raises(ValidationError):
        a_pledge(quantity)
    assert not Pledge.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("lines", [[], [{"kind": "laptop", "quantity": 1}] * 201])
def test_a_pledge_has_between_one_and_two_hundred_lines(lines: list[Any]) -> None:
    with pytest.raises(operations.EmptyPledge):
        operations.announce_pledge(facts={**DONOR}, lines=lines, by=None, at=NOW)
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(
    "facts", [{"siren": "123456789"}, {"territory": "00"}, {"contact_email": "nobody"}]
)
def test_what_no_donor_can_mean_is_refused(facts: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        a_pledge(**facts)
    assert not Pledge.objects.exists()


def test_the_same_company_is_recognised_by_its_siren() -> None:
    known = OrganisationFactory(kind=OrganisationKind.DONOR, siren="732829320")
    workshop = Workshop()
    pledge = a_pledge(siren="732829320")
    accepted = operations.accept_pledge(
        pledge=pledge, workshop=workshop.organisation, by=a_coordinator(), at=NOW
    )
    assert accepted.donor == known


def test_only_a_workshop_receives(nothing_changed: Any) -> None:
    pledge, coordinator = a_pledge(), a_coordinator()
    with nothing_changed(pledge), pytest.raises(operations.NotAWorkshop):
        operations.accept_pledge(
            pledge=pledge, workshop=coordinator.organisation, by=coordinator, at=NOW
        )


def test_a_donor_is_told_why(nothing_changed: Any) -> None:
    pledge, coordinator = a_pledge(), a_coordinator()
    with nothing_changed(pledge), pytest.raises(InvalidInput):
        operations.decline_pledge(pledge=pledge, reason=" ", by=coordinator, at=NOW)
    declined = operations.decline_pledge(pledge=pledge, reason="old", by=coordinator, at=NOW)
    assert (declined.state, declined.decline_reason) == (PledgeState.DECLINED, "old")


# state → the decisions that may follow
DECISIONS = {
    "announced": {"accept", "decline", "withdraw"},
    "accepted": {"close"},
    "declined": set(),
    "withdrawn": set(),
    "closed": set(),
}


def decide(pledge: Pledge, name: str, workshop: Workshop, by: Any) -> Pledge:
    common: dict[str, Any] = {"pledge": pledge, "by": by, "at": NOW}
    verbs: dict[str, Any] = {
        "accept": lambda: operations.accept_pledge(workshop=workshop.organisation, **common),
        "decline": lambda: operations.decline_pledge(reason="old", **common),
        "withdraw": lambda: operations.withdraw_pledge(**common),
        "close": lambda: operations.close_pledge(**common),
    }
    decided: Pledge = verbs[name]()
    return decided


WAY_TO = {
    "announced": [],
    "accepted": ["accept"],
    "declined": ["decline"],
    "withdrawn": ["withdraw"],
    "closed": ["accept", "close"],
}


@pytest.mark.parametrize("name", ["accept", "decline", "withdraw", "close"])
@pytest.mark.parametrize("state", sorted(DECISIONS))
def test_a_decision_follows_only_where_the_table_says(
    state: str, name: str, nothing_changed: Any
) -> None:
    workshop, coordinator, pledge = Workshop(), a_coordinator(), a_pledge()
    for step in WAY_TO[state]:
        decide(pledge, step, workshop, coordinator)
    if name in DECISIONS[state]:
        decide(pledge, name, workshop, coordinator)
        return
    with nothing_changed(pledge), pytest.raises(operations.ForbiddenDecision):
        decide(pledge, name, workshop, coordinator)


def test_the_counts_of_a_line_stay_apart() -> None:
    workshop = Workshop()
    line = an_accepted_pledge(workshop).lines.select_related("pledge").get()
    for counted in ((1, 0, ""), (1, 1, "screen broken")):
        operations.record_collection(
            collection=a_collection(workshop, line),
            counts={line.pk: operations.DoorCount(*counted)},
            signed_by_role="IT",
            by=workshop.technician,
            at=NOW,
        )
    workshop.receive(line=line)
    workshop.receive(line=None, pledge=line.pledge, unexpected_reason="in the same box")
    counts = PledgeLine.objects.with_counts().values(
        "quantity", "collected", "refused", "received"
    )
    assert counts.get() == {"quantity": 3, "collected": 2, "refused": 1, "received": 1}

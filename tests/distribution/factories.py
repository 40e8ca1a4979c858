"""Stories of distribution to start a test from, told by the operations themselves."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.accounts.models import Membership
from backend.distribution import operations
from backend.distribution.choices import Criterion, Purpose, SignedBy, TakenBy
from backend.distribution.models import (
    Allocation,
    Beneficiary,
    HandOver,
    Programme,
    Request,
    SupportCase,
)
from backend.inventory import operations as inventory
from backend.inventory.choices import PledgeState, Triage, checklist_for
from backend.inventory.models import Device, Pledge
from tests.factories import a_coordinator, a_counsellor, a_technician

DAY_ONE = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
A_SIGNATURE = "M 10 20 L 30.5 40 L 55 12"

_numbers = itertools.count(1)


def a_programme(
    *, by: Membership | None = None, at: datetime = DAY_ONE, **facts: Any
) -> Programme:
    """A free programme where the counsellor's word is enough."""
    rules: Any = {
        "name": f"Programme {next(_numbers)}",
        "criteria": [Criterion.ATTESTED, Criterion.STUDENT],
    } | facts
    return operations.create_programme(facts=rules, by=by or a_coordinator(), at=at)


def a_person(*, by: Membership, at: datetime = DAY_ONE, **facts: Any) -> Beneficiary:
    """Somebody whom a structure accompanies; their criterion is checked."""
    facts = {
        "structure": by.organisation,
        "case_reference": f"CASE-{next(_numbers)}",
        "name": f"Person Invented {next(_numbers)}",
        "birth_year": 1980,
        "criteria": [Criterion.ATTESTED],
    } | facts
    return operations.register_beneficiary(**facts, by=by, at=at)


def a_request(
    *,
    by: Membership | None = None,
    at: datetime = DAY_ONE,
    programme: Programme | None = None,
    beneficiary: Beneficiary | None = None,
    needs: list[Any] | None = None,
    **facts: Any,
) -> Request:
    """A person's request for one laptop, in the queue."""
    by = by or a_counsellor()
    return operations.submit_request(
        beneficiary=beneficiary or a_person(by=by, at=at),
        programme=programme or a_programme(at=at),
        needs=needs or [{"kind": "laptop"}],
        purpose=facts.pop("purpose", Purpose.RIGHTS),
        by=by,
        at=at,
        **facts,
    )


def a_label(*, by: Membership, at: datetime = DAY_ONE) -> str:
    """The code of a fresh label."""
    batch = inventory.mint_labels(quantity=1, workshop=by.organisation, by=by, at=at)
    return batch.labels.get().code


def an_expected_pledge(*, workshop: Any, legal_type: str, at: datetime = DAY_ONE) -> Pledge:
    """A pledge that this workshop expects."""
    facts: Any = {
        "donor_name": "Mairie de l'Exemple",
        "legal_type": legal_type,
        "siren": "",
        "contact_name": "Camille Exemple",
        "contact_email": "camille@exemple.example",
        "language": "fr",
        "address": "1 rue de l'Exemple, Lyon",
        "territory": "69",
    }
    lines: Any = [{"kind": "laptop", "quantity": 5}]
    pledge = inventory.announce_pledge(facts=facts, lines=lines, by=None, at=at)
    accepted = inventory.accept_pledge(pledge=pledge, workshop=workshop, by=a_coordinator(), at=at)
    assert accepted.state == PledgeState.ACCEPTED
    return accepted


def a_received_device(
    *,
    by: Membership | None = None,
    at: datetime = DAY_ONE,
    legal_type: str = "",
    **facts: Any,
) -> Device:
    """A machine at the workshop's door; of a donor of `legal_type`, or unexpected."""
    by = by or a_technician()
    known: Any = {"kind": "laptop", "specs": {"ram_gb": 8, "storage_gb": 256}, "mass_g": 1800}
    pledge = (
        an_expected_pledge(workshop=by.organisation, legal_type=legal_type, at=at)
        if (legal_type)
        else None
    )
    return inventory.receive_device(
        code=a_label(by=by, at=at),
        pledge=pledge,
        facts=known | facts,
        unexpected_reason="left at the door",
        by=by,
        at=at,
    )


def a_ready_device(
    *, by: Membership | None = None, at: datetime = DAY_ONE, **facts: Any
) -> Device:
    """A machine on the shelf, its data erased and verified."""
    by = by or a_technician()
    device = a_received_device(by=by, at=at, **facts)
    inventory.triage_device(code=device.code, decision=Triage.REPAIR, reason="good", by=by, at=at)
    for unit in device.storage_units.all():
        erased: Any = {
            "result": "erased",
            "method": "purge",
            "tool": "nwipe",
            "tool_version": "0.38",
            "verification": "read back",
            "attestation": "I saw it end.",
            "started_at": at,
            "ended_at": at,
        }
        inventory.record_erasure(unit_id=unit.pk, facts=erased, by=by, at=at)
    answers = dict.fromkeys(checklist_for(device.kind), True)
    return inventory.pass_quality_check(code=device.code, answers=answers, by=by, at=at)


def an_allocation(
    *,
    request: Request | None = None,
    device: Device | None = None,
    by: Membership | None = None,
    at: datetime = DAY_ONE,
) -> Allocation:
    """A device reserved for a request's first line."""
    request = request or a_request(at=at)
    device = device or a_ready_device(at=at)
    line = request.lines.order_by("pk")[0]
    return operations.allocate_device(line=line, code=device.code, by=by or a_coordinator(), at=at)


def counsellor_of(allocation: Allocation) -> Membership:
    """The counsellor who asked for what was reserved."""
    request = allocation.line.request
    assert request.counsellor is not None
    return request.counsellor.memberships.get(organisation_id=request.structure_id)


def a_hand_over(
    *, allocation: Allocation | None = None, at: datetime = DAY_ONE, **facts: Any
) -> HandOver:
    """A device in its person's hands, attested by the counsellor."""
    allocation = allocation or an_allocation(at=at)
    facts = {
        "taken_by": TakenBy.PERSON,
        "signed_by": SignedBy.ATTESTATION,
        "by": counsellor_of(allocation),
    } | facts
    return operations.hand_over_device(allocation=allocation, at=at, **facts)


def a_support_case(*, device: Device | None = None, at: datetime = DAY_ONE) -> SupportCase:
    """A call for help about a device."""
    device = device or a_hand_over(at=at).allocation.device
    return operations.open_support_case(
        code=device.code,
        topic="fault",
        message="It does not start any more.",
        contact="06 00 00 00 00",
        at=at,
    )


def days(count: float) -> timedelta:
    """So many days."""
    return timedelta(days=count)

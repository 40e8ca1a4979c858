"""A device goes to the person it is for, at a fair price, with a paper they can read."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from backend.core.models import Event
from backend.distribution import operations, queries
from backend.distribution.models import HandOver
from backend.distribution.operations import (
    NotConfirmed,
    NotReserved,
    PriceAboveCap,
    PriceOutsideProgramme,
    ReservationExpired,
    UnknownAllocation,
    WrongPerson,
)
from backend.inventory import operations as inventory
from backend.inventory.choices import Kind
from backend.inventory.lifecycle import ForbiddenMove
from backend.inventory.operations import BeforeLastEvent
from tests.distribution.factories import (
    A_SIGNATURE,
    DAY_ONE,
    a_hand_over,
    a_person,
    a_programme,
    a_ready_device,
    a_request,
    an_allocation,
    counsellor_of,
    days,
)
from tests.factories import a_coordinator, a_counsellor, a_technician

pytestmark = pytest.mark.django_db


def test_the_last_line_handed_over_serves_the_request() -> None:
    needs = [{"kind": "laptop"}, {"kind": "smartphone"}]
    request = a_request(programme=a_programme(devices_per_person=2), needs=needs)
    phone_line = request.lines.get(kind="smartphone")
    a_hand_over(allocation=an_allocation(request=request))
    request.refresh_from_db()
    assert (request.state, request.decided_at) == ("waiting", None)
    phone = a_ready_device(kind="smartphone")
    operations.allocate_device(
        line=phone_line,
        code=phone.code,
        by=a_coordinator(),
        at=DAY_ONE,
    )
    a_hand_over(allocation=phone_line.allocations.get())
    request.refresh_from_db()
    assert (request.state, request.decided_at) == ("served", DAY_ONE)


def test_the_event_counts_and_names_nobody() -> None:
    given = a_hand_over()
    allocation = given.allocation
    request = allocation.line.request
    event = Event.objects.about(allocation.device).latest("pk")
    assert event.kind == "device.handed_over"
    facts = event.facts
    assert facts["structure"] == request.structure_id
    assert facts["beneficiary"] == request.beneficiary_id
    assert facts["programme"] == request.programme_id
    assert (facts["price_cents"], facts["mass_g"], facts["request"]) == (0, 1800, request.pk)
    assert (facts["code"], facts["kind"]) == (allocation.device.code, "laptop")
    assert facts["is_request_served"] is True
    assert request.beneficiary.name not in str(facts)


def test_a_handed_over_device_stands_nowhere_in_the_workshop() -> None:
    bench = a_technician()
    device = a_ready_device(by=bench)
    lot = inventory.open_lot(organisation=bench.organisation, name="L1", by=bench, at=DAY_ONE)
    inventory.place_device(code=device.code, location=None, lot=lot, by=bench, at=DAY_ONE)
    a_hand_over(allocation=an_allocation(device=device))
    device.refresh_from_db()
    assert (device.state, device.lot_id, device.location_id) == ("handed_over", None, None)


def test_receipts_are_numbered_without_gaps(nothing_changed: Any) -> None:
    first = a_hand_over()
    allocation = an_allocation()
    with nothing_changed(allocation), pytest.raises(PriceOutsideProgramme):
        a_hand_over(allocation=allocation, price_cents=1)
    second = a_hand_over(allocation=allocation)
    assert [first.receipt, second.receipt] == ["H-2026-00001", "H-2026-00002"]


def test_the_warranty_ends_as_the_programme_says() -> None:
    request = a_request(programme=a_programme(warranty_days=730))
    given = a_hand_over(allocation=an_allocation(request=request))
    assert given.warranty_end.isoformat() == "2028-08-31"


def test_the_text_is_kept_as_it_was_shown() -> None:
    request = a_request(programme=a_programme(price_cents=5000))
    allocation = an_allocation(request=request)
    with override("en"):
        shown = queries.text_to_sign(
            queries.promise_to_show(allocation), price_cents=5000, at=DAY_ONE
        )
        given = a_hand_over(allocation=allocation)
    assert given.signed_text == shown
    assert "I paid 50.00 €." in shown
    assert str(allocation.device) in shown
    assert request.reference in shown
    with override("fr"):
        given.refresh_from_db()
    assert given.signed_text == shown


def test_the_text_names_nobody() -> None:
    given = a_hand_over()
    person = given.allocation.line.request.beneficiary
    assert person.name not in given.signed_text
    assert person.case_reference not in given.signed_text


def test_a_drawn_signature_is_kept() -> None:
    given = a_hand_over(signed_by="signature", signature=A_SIGNATURE)
    assert HandOver.objects.get(pk=given.pk).signature == A_SIGNATURE


@pytest.mark.parametrize(
    "drawn",
    [
        "M10 20L30 40M50 60L70 80",
        "M 0,0 L 10.5,-3.25",
        "M1 1 Q 2 2 3 3 C 1 1 2 2 3 3 Z",
        "M1 1" + "L300 100" * 2000,
    ],
)
def test_paths_that_a_pen_draws_are_read(drawn: str) -> None:
    assert a_hand_over(signed_by="signature", signature=drawn).signature == drawn


@pytest.mark.parametrize(
    "drawn",
    [
        "",
        " ",
        "M 10 20",
        "L 10 20",
        "<script>alert(1)</script>",
        'M 10 20 L 30 40" onload="x',
        "M 10 20 L 1e9 3",
        "M 10 20 L 123456 3",
        "M 10 20 L 1.2345 3",
        "M 10 20 L ١ ٢",
        "M 10 20 L 3 4\n",
        "M1 1" + "L300 100" * 4000,
        "M1 1L" + "1" * 19_000 + "x",
    ],
)
def test_anything_else_is_no_signature(drawn: str, nothing_changed: Any) -> None:
    allocation = an_allocation()
    with nothing_changed(allocation, allocation.device), pytest.raises(NotConfirmed):
        a_hand_over(allocation=allocation, signed_by="signature", signature=drawn)


def test_one_signs_or_one_attests(nothing_changed: Any) -> None:
    allocation = an_allocation()
    with nothing_changed(allocation), pytest.raises(NotConfirmed):
        a_hand_over(allocation=allocation, signed_by="attestation", signature=A_SIGNATURE)


@pytest.mark.parametrize("wrong", [{"taken_by": "the cat"}, {"signed_by": "a nod"}])
def test_codes_outside_the_lists_are_refused(wrong: Any, nothing_changed: Any) -> None:
    allocation = an_allocation()
    with nothing_changed(allocation, allocation.device), pytest.raises(ValidationError):
        a_hand_over(allocation=allocation, **wrong)


def test_the_price_is_the_programmes_or_less(nothing_changed: Any) -> None:
    request = a_request(programme=a_programme(price_cents=5000))
    allocation = an_allocation(request=request)
    for wrong in (5001, -1):
        with nothing_changed(allocation), pytest.raises(PriceOutsideProgramme):
            a_hand_over(allocation=allocation, price_cents=wrong)
    assert a_hand_over(allocation=allocation, price_cents=2500).price_cents == 2500


def test_without_a_price_given_the_programmes_is_meant() -> None:
    request = a_request(programme=a_programme(price_cents=5000))
    assert a_hand_over(allocation=an_allocation(request=request)).price_cents == 5000


@pytest.mark.parametrize(("kind", "cap"), [("laptop", 18_000), ("tablet", 10_000)])
def test_a_public_bodys_gift_is_sold_within_its_cap(
    kind: Kind, cap: int, nothing_changed: Any
) -> None:
    programme = a_programme(price_cents=cap)
    device = a_ready_device(kind=kind, legal_type="public_body")
    request = a_request(programme=programme, needs=[{"kind": kind}])
    allocation = an_allocation(request=request, device=device)
    operations.edit_programme(
        programme=programme,
        facts={"price_cents": cap + 1},
        by=a_coordinator(),
        at=DAY_ONE,
    )
    with nothing_changed(allocation, device), pytest.raises(PriceAboveCap):
        a_hand_over(allocation=allocation)
    assert a_hand_over(allocation=allocation, price_cents=cap).price_cents == cap


def test_a_reservation_that_ran_out_is_not_handed_over(nothing_changed: Any) -> None:
    allocation = an_allocation()
    with nothing_changed(allocation, allocation.device), pytest.raises(ReservationExpired):
        a_hand_over(allocation=allocation, at=DAY_ONE + days(21.1))
    assert a_hand_over(allocation=allocation, at=DAY_ONE + days(21))


def test_a_device_goes_to_the_person_it_is_for(nothing_changed: Any) -> None:
    allocation = an_allocation()
    somebody = a_person(by=counsellor_of(allocation))
    with nothing_changed(allocation, allocation.device), pytest.raises(WrongPerson):
        a_hand_over(allocation=allocation, beneficiary=somebody)
    assert a_hand_over(allocation=allocation, beneficiary=allocation.line.request.beneficiary_id)


def test_a_device_is_handed_over_once(nothing_changed: Any) -> None:
    given = a_hand_over()
    with nothing_changed(given, given.allocation), pytest.raises(NotReserved):
        a_hand_over(allocation=given.allocation)


def test_a_released_device_is_not_handed_over(nothing_changed: Any) -> None:
    allocation = an_allocation()
    by = a_coordinator()
    operations.release_allocation(allocation=allocation, reason="x", by=by, at=DAY_ONE)
    with nothing_changed(allocation, allocation.device), pytest.raises(NotReserved):
        a_hand_over(allocation=allocation)


def test_a_missing_device_is_not_handed_over(nothing_changed: Any) -> None:
    bench = a_technician()
    device = a_ready_device(by=bench)
    allocation = an_allocation(device=device)
    inventory.report_device_missing(code=device.code, reason="gone", by=bench, at=DAY_ONE)
    with nothing_changed(allocation), pytest.raises(ForbiddenMove):
        a_hand_over(allocation=allocation)


def test_a_hand_over_is_not_dated_before_the_reservation(nothing_changed: Any) -> None:
    allocation = an_allocation()
    with nothing_changed(allocation), pytest.raises(BeforeLastEvent):
        a_hand_over(allocation=allocation, at=DAY_ONE - days(1))


def test_another_structure_has_no_such_reservation(nothing_changed: Any) -> None:
    allocation, stranger = an_allocation(), a_counsellor()
    with nothing_changed(allocation, allocation.device), pytest.raises(UnknownAllocation):
        a_hand_over(allocation=allocation, by=stranger)

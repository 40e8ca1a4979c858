"""What the database refuses by itself, whoever writes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from backend.distribution.models import (
    Allocation,
    Beneficiary,
    CriterionCheck,
    HandOver,
    Programme,
    Request,
    Return,
    SupportCase,
)
from tests.distribution.factories import (
    DAY_ONE,
    a_hand_over,
    a_person,
    a_programme,
    a_ready_device,
    a_request,
    a_support_case,
    an_allocation,
)
from tests.factories import a_counsellor

pytestmark = pytest.mark.django_db


def refused(name: str, *columns: str) -> Any:
    """Expect the constraint's name; SQLite names a broken uniqueness by its columns instead."""
    if columns and connection.vendor == "sqlite":
        name = ", ".join(rf"\w+\.{column}" for column in columns)
    return pytest.raises(IntegrityError, match=name)


def rows(model: Any) -> Any:
    return model._default_manager.order_by("pk")


@pytest.mark.parametrize(
    ("name", "make", "model", "wrong"),
    [
        (
            "programme_gives_at_least_one_device",
            a_programme,
            Programme,
            {"devices_per_person": 0},
        ),
        ("request_declined_only_with_reason", a_request, Request, {"state": "declined"}),
        (
            "allocation_closed_has_its_moment",
            an_allocation,
            Allocation,
            {"outcome": "released"},
        ),
        (
            "allocation_closed_has_its_moment",
            an_allocation,
            Allocation,
            {"closed_at": DAY_ONE},
        ),
        (
            "support_case_closed_says_what_was_done",
            a_support_case,
            SupportCase,
            {"closed_at": DAY_ONE},
        ),
    ],
)
def test_a_row_that_cannot_be_true_is_refused(
    name: str, make: Callable[[], Any], model: Any, wrong: dict[str, Any]
) -> None:
    make()
    with refused(name), transaction.atomic():
        rows(model).update(**wrong)


def test_one_open_promise_per_device() -> None:
    first = an_allocation()
    line = a_request().lines.get()
    second = Allocation(line=line, device=first.device, reserved_at=DAY_ONE, expires_at=DAY_ONE)
    with refused("device_allocated_once", "device_id"), transaction.atomic():
        Allocation.objects.bulk_create([second])


def test_one_open_promise_per_line() -> None:
    first, other = an_allocation(), a_ready_device()
    second = Allocation(line=first.line, device=other, reserved_at=DAY_ONE, expires_at=DAY_ONE)
    with refused("request_line_served_once", "line_id"), transaction.atomic():
        Allocation.objects.bulk_create([second])


def test_a_closed_promise_leaves_room_for_another() -> None:
    first = an_allocation()
    Allocation.objects.update(outcome="released", closed_at=DAY_ONE)
    again = Allocation(
        line=first.line, device=first.device, reserved_at=DAY_ONE, expires_at=DAY_ONE
    )
    Allocation.objects.bulk_create([again])
    assert Allocation.objects.open().count() == 1


def test_a_promise_is_not_reopened_while_another_is_open() -> None:
    first = an_allocation()
    Allocation.objects.update(outcome="released", closed_at=DAY_ONE)
    first.line.request.refresh_from_db()
    Allocation.objects.create(
        line=first.line, device=first.device, reserved_at=DAY_ONE, expires_at=DAY_ONE
    )
    with refused("_once", "(line|device)_id"), transaction.atomic():
        Allocation.objects.filter(pk=first.pk).update(outcome="reserved", closed_at=None)


@pytest.mark.parametrize(
    ("name", "columns", "make", "model", "same"),
    [
        (
            "beneficiary_case_once_per_structure",
            ("structure_id", "case_reference"),
            lambda: a_person(by=a_counsellor()),
            Beneficiary,
            {},
        ),
        (
            "criterion_checked_once",
            ("beneficiary_id", "criterion"),
            lambda: a_person(by=a_counsellor()),
            CriterionCheck,
            {},
        ),
        ("distribution_programme_name", ("name",), a_programme, Programme, {}),
        ("distribution_request_reference", ("reference",), a_request, Request, {}),
        ("distribution_handover", ("(receipt|allocation_id)",), a_hand_over, HandOver, {}),
    ],
)
def test_what_is_there_once_is_not_written_twice(
    name: str, columns: Any, make: Callable[[], Any], model: Any, same: dict[str, Any]
) -> None:
    make()
    twin = rows(model)[0]
    twin.pk = None
    with refused(name, *columns), transaction.atomic():
        model._default_manager.bulk_create([twin])


def test_a_hand_over_comes_back_once() -> None:
    given = a_hand_over()
    twice = [Return(hand_over=given, reason="fault", returned_at=DAY_ONE) for _ in range(2)]
    with refused("distribution_return_hand_over", "hand_over_id"), transaction.atomic():
        Return.objects.bulk_create(twice)

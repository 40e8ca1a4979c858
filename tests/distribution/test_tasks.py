"""What the clock does for distribution, run twice without harm."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from backend.core.models import Event
from backend.distribution import tasks
from tests.distribution.factories import a_person, a_support_case, an_allocation, days
from tests.factories import a_counsellor

pytestmark = pytest.mark.django_db


def test_reservations_expire_by_the_clock() -> None:
    allocation = an_allocation(at=timezone.now() - days(22))
    for _ in range(2):
        tasks.expire_reservations()
    allocation.refresh_from_db()
    assert allocation.outcome == "expired"
    assert Event.objects.filter(kind="device.reservation_expired").count() == 1


def test_the_end_of_a_reservation_is_announced_by_the_clock() -> None:
    an_allocation(at=timezone.now() - days(21) + timedelta(hours=5))
    for _ in range(2):
        tasks.warn_of_expiring_reservations()
    assert Event.objects.filter(kind="allocation.expiring").count() == 1


def test_personal_data_goes_by_the_clock() -> None:
    long_ago = timezone.now() - settings.PERSONAL_DATA_KEPT - days(1)
    person = a_person(by=a_counsellor(), at=long_ago)
    case = a_support_case(at=long_ago)
    for _ in range(2):
        tasks.purge_personal_data()
    person.refresh_from_db()
    case.refresh_from_db()
    assert (person.name, case.contact) == ("", "")
    assert Event.objects.filter(kind="beneficiary.purged").count() == 2

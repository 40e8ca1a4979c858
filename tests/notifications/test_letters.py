"""The letters of a whole chain: what each person reads at each step, in both languages."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import resolve
from django.utils import timezone

from backend.accounts.models import User
from backend.distribution import operations as distribution
from backend.distribution.choices import SupportTopic
from backend.inventory import operations as inventory
from backend.inventory.models import Pledge
from backend.inventory.operations.collecting import DoorCount
from backend.notifications import operations
from backend.notifications.models import Notice
from tests.distribution.factories import (
    a_hand_over,
    a_programme,
    a_ready_device,
    a_request,
    an_allocation,
    counsellor_of,
)
from tests.factories import a_coordinator, a_counsellor, a_technician, a_workshop_manager
from tests.notifications.stories import a_pledge, html_of, received, tell_everything

pytestmark = pytest.mark.django_db

PERSONAL = ("Camille", "rue de l", "06 00", "Person Invented")


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """The language of who reads."""
    return str(request.param)


@pytest.fixture
def read(language: str) -> Callable[[str], Any]:
    """Tell and send all that waits, then give the one mail of a sort; both languages written."""

    def find(template: str) -> Any:
        User.objects.update(language=language)
        Pledge.objects.update(language=language)
        tell_everything()
        later = timezone.now() + timedelta(days=9)
        while operations.deliver_due_notices(at=later):
            pass
        while operations.send_daily_digests(at=later):
            pass
        failed = Notice.objects.filter(state="pending")
        assert not failed, [(n.template, n.last_error) for n in failed]
        names = set(Notice.objects.filter(template=template).values_list("message_id", flat=True))
        found = [m for m in mail.outbox if m.extra_headers["Message-ID"] in names]
        assert len(found) == 1
        check(found[0], language)
        return found[0]

    return find


def check(sent: Any, language: str) -> None:
    """What every mail keeps to."""
    html = html_of(sent)
    assert f'<html lang="{language}">' in html
    assert len(sent.subject) <= 70
    assert "\n" not in sent.subject
    assert "None" not in sent.body + html
    assert "%(" not in sent.subject + sent.body
    after_greeting = sent.body.split("\n", 1)[1]
    assert not [word for word in PERSONAL if word in after_greeting]
    for link in re.findall(r'href="([^"]+)"', html):
        assert resolve(link.removeprefix("http://127.0.0.1:8000"))
        assert link in sent.body


def accepted(**facts: Any) -> tuple[Pledge, Any]:
    manager = a_workshop_manager()
    pledge = inventory.accept_pledge(
        pledge=a_pledge(**facts),
        workshop=manager.organisation,
        by=a_coordinator(),
        at=timezone.now(),
    )
    return pledge, manager


def planned() -> tuple[Any, Pledge, Any]:
    pledge, manager = accepted()
    collection = inventory.plan_collection(
        lines=list(pledge.lines.all()),
        workshop=manager.organisation,
        fetched_by="Camille",
        planned_for=timezone.now() + timedelta(days=7),
        by=manager,
        at=timezone.now(),
    )
    return collection, pledge, manager


def test_the_donor_reads_what_was_announced_and_where_to_follow_it(read: Any) -> None:
    pledge = a_pledge()
    sent = read("pledge_announced")
    assert pledge.reference in sent.subject
    assert "Dell 5490" in sent.body


def test_the_coordination_reads_of_organisations_by_name_and_of_people_by_reference(
    read: Any, language: str
) -> None:
    a_coordinator()
    pledge = a_pledge(donor_name="Camille Privée", legal_type="individual")
    sent = read("new_pledge")
    assert pledge.reference in sent.body
    assert "Privée" not in sent.body


def test_the_coordination_does_not_read_of_a_pledge_that_was_answered_meanwhile() -> None:
    by = a_coordinator()
    pledge = a_pledge()
    inventory.decline_pledge(pledge=pledge, reason="Trop anciens.", by=by, at=timezone.now())
    tell_everything()
    operations.deliver_due_notices(at=timezone.now())
    assert Notice.objects.get(template="new_pledge").state == "skipped"


def test_the_donor_reads_which_workshop_expects_the_devices(read: Any) -> None:
    _pledge, manager = accepted()
    assert manager.organisation.name in read("pledge_accepted").body


def test_the_donor_reads_why_a_pledge_is_declined(read: Any) -> None:
    inventory.decline_pledge(
        pledge=a_pledge(), reason="Trop anciens.", by=a_coordinator(), at=timezone.now()
    )
    assert "Trop anciens." in read("pledge_declined").body


def test_the_donor_reads_when_somebody_comes(read: Any, language: str) -> None:
    planned()
    sent = read("collection_planned")
    assert ("Collecte le" if language == "fr" else "Collection on") in sent.subject


def test_the_workshop_reads_what_is_fetched_for_it(read: Any) -> None:
    collection, pledge, _manager = planned()
    sent = read("collection_expected")
    assert collection.reference in sent.subject
    assert pledge.reference in sent.body


def test_the_donor_reads_that_nobody_comes(read: Any) -> None:
    collection, _pledge, manager = planned()
    inventory.cancel_collection(
        collection=collection, reason="camion", by=manager, at=timezone.now()
    )
    assert read("collection_cancelled")


def test_the_donor_reads_what_was_counted_at_the_door(read: Any) -> None:
    collection, pledge, manager = planned()
    inventory.record_collection(
        collection=collection,
        counts={pledge.lines.get().pk: DoorCount(2, 1, "écran cassé")},
        signed_by_role="accueil",
        by=manager,
        at=timezone.now(),
    )
    sent = read("collection_done")
    assert sent.subject.startswith("2 ")
    assert "écran cassé" in sent.body


def test_the_donor_reads_once_that_several_devices_arrived(read: Any) -> None:
    pledge, manager = accepted()
    received(pledge, 2, by=manager)
    sent = read("devices_received")
    assert sent.subject.startswith("2 ")


def test_the_donor_reads_what_arrived_in_the_end(read: Any) -> None:
    pledge, manager = accepted()
    received(pledge, 2, by=manager)
    inventory.close_pledge(pledge=pledge, by=a_coordinator(), at=timezone.now())
    assert "2" in read("pledge_closed").body


def test_the_donor_reads_that_somebody_received_the_device(read: Any) -> None:
    at = timezone.now()
    device = a_ready_device(legal_type="company", at=at)
    a_hand_over(allocation=an_allocation(device=device, at=at), at=at)
    assert read("devices_gone")


def test_the_counsellor_reads_the_place_in_the_queue(read: Any, language: str) -> None:
    a_request(at=timezone.now() - timedelta(hours=2))
    tell_everything()
    Notice.objects.all().delete()
    a_request(at=timezone.now())
    sent = read("request_submitted")
    assert "place 2" in sent.body


def test_the_coordination_reads_of_requests_once_a_day(read: Any, language: str) -> None:
    a_coordinator()
    programme = a_programme(at=timezone.now(), by=User.objects.get().acting_as)
    for _request in range(2):
        a_request(at=timezone.now(), programme=programme)
    sent = read("new_requests")
    assert sent.subject.startswith("2 ")


def test_the_counsellor_reads_once_what_is_reserved(read: Any) -> None:
    at = timezone.now()
    by = a_coordinator()
    programme = a_programme(by=by, at=at, devices_per_person=2)
    needs = [{"kind": "laptop"}, {"kind": "laptop"}]
    request = a_request(at=at, programme=programme, needs=needs)
    for line in request.lines.all():
        device = a_ready_device(at=at)
        distribution.allocate_device(line=line, code=device.code, by=by, at=at)
    sent = read("devices_reserved")
    assert sent.subject.startswith("2 ")
    assert request.beneficiary.case_reference in sent.body


def test_the_counsellor_reads_that_a_reservation_ends_soon(read: Any) -> None:
    at = timezone.now()
    allocation = an_allocation(at=at - timedelta(days=13))
    allocation.expires_at = at + timedelta(days=1)
    allocation.save(update_fields=["expires_at"])
    distribution.warn_of_expiring(at=at)
    assert str(allocation.line.request) in read("reservation_ending").subject


def test_the_counsellor_reads_that_a_reservation_ended(read: Any, language: str) -> None:
    at = timezone.now()
    allocation = an_allocation(at=at)
    distribution.release_allocation(
        allocation=allocation, reason="absent", by=a_coordinator(), at=at
    )
    sent = read("reservation_ended")
    assert ("dans la file" if language == "fr" else "back in the queue") in sent.body


def test_a_reservation_that_is_gone_is_not_told() -> None:
    at = timezone.now()
    allocation = an_allocation(at=at)
    distribution.release_allocation(
        allocation=allocation, reason="absent", by=a_coordinator(), at=at
    )
    tell_everything()
    operations.deliver_due_notices(at=at + timedelta(days=1))
    assert Notice.objects.get(template="devices_reserved").state == "skipped"


def test_the_counsellor_reads_why_a_request_is_refused(read: Any) -> None:
    request = a_request(at=timezone.now())
    distribution.decline_request(
        request=request, reason="Hors critères.", by=a_coordinator(), at=timezone.now()
    )
    assert "Hors critères." in read("request_declined").body


def test_the_counsellor_reads_the_number_of_the_receipt(read: Any) -> None:
    at = timezone.now()
    given = a_hand_over(allocation=an_allocation(at=at), at=at)
    assert given.receipt in read("devices_handed_over").body


def test_the_counsellor_reads_that_a_device_came_back(read: Any) -> None:
    at = timezone.now()
    allocation = an_allocation(at=at)
    a_hand_over(allocation=allocation, at=at)
    distribution.take_back_device(
        code=allocation.device.code, reason="unused", by=counsellor_of(allocation), at=at
    )
    assert str(allocation.line.request) in read("devices_returned").subject


def test_the_workshop_reads_what_is_on_its_way(read: Any) -> None:
    pledge, sender = accepted()
    receiver = a_workshop_manager()
    device = received(pledge, 1, by=sender)[0]
    transfer = inventory.send_transfer(
        scanned=[device.code], receiver=receiver.organisation, by=sender, at=timezone.now()
    )
    assert transfer.reference in read("transfer_coming").subject


def test_the_workshop_reads_that_somebody_needs_help_but_not_what_was_written(read: Any) -> None:
    at = timezone.now()
    technician = a_technician()
    device = a_ready_device(by=technician, at=at)
    a_hand_over(allocation=an_allocation(device=device, at=at), at=at)
    distribution.open_support_case(
        code=device.code,
        topic=SupportTopic.FAULT,
        message="Camille, 06 00",
        contact="06 00 00 00 00",
        at=at,
    )
    assert device.code[:4] in read("support_case_opened").subject


def test_when_the_counsellor_has_left_the_structure_reads_it(read: Any) -> None:
    at = timezone.now()
    request = a_request(at=at)
    manager = a_counsellor(organisation=request.structure)
    request.structure.memberships.exclude(pk=manager.pk).update(ended_at=at)
    assert read("request_submitted").to == [manager.user.email]

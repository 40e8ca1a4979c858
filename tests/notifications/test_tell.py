"""Each event is written down once for each who is to be told, and undone news is not told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.core.models import Event, Outbox
from backend.inventory import operations as inventory
from backend.notifications import operations
from backend.notifications.choices import NoticeState, Rhythm, Template
from backend.notifications.models import Notice
from tests.factories import UserFactory, a_coordinator, a_workshop_manager
from tests.notifications.stories import a_pledge, received, tell_everything

pytestmark = pytest.mark.django_db


def told(template: str) -> list[Notice]:
    return list(Notice.objects.filter(template=template).order_by("pk"))


def test_an_announced_pledge_is_told_to_its_contact_and_to_each_coordinator() -> None:
    coordinators = {a_coordinator().user_id, a_coordinator().user_id}
    pledge = a_pledge()
    tell_everything()
    assert [n.recipient for n in told("pledge_announced")] == [("pledge", pledge.pk)]
    assert {n.recipient_id for n in told("new_pledge")} == coordinators
    assert not Outbox.objects.exists()


def test_hearing_an_event_twice_tells_it_once() -> None:
    a_coordinator()
    a_pledge()
    event = Event.objects.get()
    operations.tell(event=event)
    operations.tell(event=event)
    assert Notice.objects.count() == 2


def test_the_database_refuses_to_tell_twice() -> None:
    a_pledge()
    tell_everything()
    notice = Notice.objects.get()
    notice.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        notice.save(force_insert=True)
    assert Notice.objects.count() == 1


def test_the_database_refuses_a_notice_sent_at_no_moment() -> None:
    a_pledge()
    tell_everything()
    with (
        pytest.raises(IntegrityError, match="notice_sent_has_its_moment"),
        transaction.atomic(),
    ):
        Notice.objects.update(state=NoticeState.SENT)
    assert Notice.objects.get().state == NoticeState.PENDING


def test_a_person_in_two_hats_is_told_once() -> None:
    hat = a_coordinator()
    a_coordinator(user=hat.user)
    a_pledge()
    tell_everything()
    assert len(told("new_pledge")) == 1


def test_a_workshop_without_manager_is_told_all_the_same() -> None:
    manager = a_workshop_manager()
    pledge = accepted(manager)
    manager.role = "technician"
    manager.save(update_fields=["role"])
    plan(pledge, manager)
    tell_everything()
    assert [n.recipient_id for n in told("collection_expected")] == [manager.user_id]


def accepted(manager: Any, **facts: Any) -> Any:
    by = a_coordinator()
    return inventory.accept_pledge(
        pledge=a_pledge(**facts), workshop=manager.organisation, by=by, at=timezone.now()
    )


def plan(pledge: Any, manager: Any) -> Any:
    return inventory.plan_collection(
        lines=list(pledge.lines.all()),
        workshop=manager.organisation,
        fetched_by="Transports Exemple",
        planned_for=timezone.now() + timedelta(days=7),
        by=manager,
        at=timezone.now(),
    )


def test_a_collection_of_two_pledges_is_told_to_both_donors() -> None:
    manager = a_workshop_manager()
    one, other = accepted(manager), accepted(manager)
    inventory.plan_collection(
        lines=[one.lines.get(), other.lines.get()],
        workshop=manager.organisation,
        fetched_by="Transports Exemple",
        planned_for=timezone.now() + timedelta(days=7),
        by=manager,
        at=timezone.now(),
    )
    tell_everything()
    assert {n.recipient_id for n in told("collection_planned")} == {one.pk, other.pk}


def test_devices_wait_for_more_of_their_pledge(settings: Any) -> None:
    settings.NOTICE_SETTLE_SECONDS = 600
    manager = a_workshop_manager()
    pledge = accepted(manager)
    received(pledge, 2, by=manager)
    before = timezone.now()
    tell_everything()
    notices = told("devices_received")
    assert len(notices) == 2
    assert {n.topic for n in notices} == {f"pledge:{pledge.pk}"}
    assert all(n.due_at >= before + timedelta(seconds=600) for n in notices)


def test_history_entered_late_is_no_news() -> None:
    a_coordinator()
    with transaction.atomic():
        pledge = a_pledge()
        event = Event.objects.get(subject_id=pledge.pk)
    event.happened_at -= timedelta(days=15)
    operations.tell(event=event)
    assert not Notice.objects.exists()


def recycled(manager: Any) -> Any:
    device = received(accepted(manager), 1, by=manager)[0]
    rest = {"by": manager, "at": timezone.now()}
    inventory.triage_device(code=device.code, decision="recycle", reason="cassé", **rest)
    inventory.record_storage_absent(
        unit_id=device.storage_units.get().pk,
        reason="retiré",
        by=manager,
        at=timezone.now(),
    )
    inventory.recycle_device(
        code=device.code, mass_g=2000, waste_slip="BSD-1", by=manager, at=timezone.now()
    )
    return device


def test_what_is_undone_before_its_mail_is_not_told() -> None:
    manager = a_workshop_manager()
    device = recycled(manager)
    tell_everything()
    assert told("devices_gone")[0].state == NoticeState.PENDING
    inventory.undo_last_move(code=device.code, by=manager, at=timezone.now())
    tell_everything()
    assert told("devices_gone")[0].state == NoticeState.SKIPPED


def test_what_is_undone_before_anybody_heard_of_it_is_not_told() -> None:
    manager = a_workshop_manager()
    device = recycled(manager)
    inventory.undo_last_move(code=device.code, by=manager, at=timezone.now())
    tell_everything()
    assert told("devices_gone") == []


def test_a_person_may_choose_never_or_once_a_day() -> None:
    silent, daily = a_coordinator().user, a_coordinator().user
    operations.choose_rhythm(user=silent, template=Template.NEW_PLEDGE, rhythm=Rhythm.OFF)
    operations.choose_rhythm(user=daily, template=Template.NEW_PLEDGE, rhythm=Rhythm.DAILY)
    a_pledge()
    tell_everything()
    found = {n.recipient_id: n for n in told("new_pledge")}
    assert found[silent.pk].state == NoticeState.SKIPPED
    assert found[daily.pk].rhythm == Rhythm.DAILY
    assert found[daily.pk].due_at > timezone.now()


def test_a_donor_with_an_account_has_its_own_preferences() -> None:
    donor = UserFactory(email="camille@exemple.example")
    operations.choose_rhythm(user=donor, template=Template.PLEDGE_ANNOUNCED, rhythm=Rhythm.OFF)
    a_pledge(contact_email="Camille@Exemple.example")
    tell_everything()
    assert told("pledge_announced")[0].state == NoticeState.SKIPPED

"""Which event tells whom what, and when: the one table, read by the listeners and the tests."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from backend.accounts.choices import Role
from backend.core.models import Event
from backend.notifications import people
from backend.notifications.choices import Rhythm, Template
from backend.notifications.people import Addressee

MORNING = time(7, 30)
NEWS_FOR = timedelta(days=14)


def is_news(event: Event) -> bool:
    """Whether it is worth a mail: what is entered weeks after it happened is history."""
    return event.recorded_at - event.happened_at <= NEWS_FOR


def settle() -> timedelta:
    """Give how long device-level news waits for more of its kind."""
    return timedelta(seconds=settings.NOTICE_SETTLE_SECONDS)


def at_once(event: Event, at: datetime) -> datetime:
    """Tell now."""
    return at


def settled(event: Event, at: datetime) -> datetime:
    """Wait for more of its kind: one mail for a batch, not one per device."""
    return at + settle()


def next_morning(event: Event, at: datetime) -> datetime:
    """Wait for the morning's mail; in a demonstration nobody waits so long."""
    return settled(event, at) if settings.DEMO else _morning_after(at, days=1)


def next_monday(event: Event, at: datetime) -> datetime:
    """Wait for Monday morning: devices leave one by one over months."""
    if settings.DEMO:
        return settled(event, at)
    return _morning_after(at, days=7 - timezone.localtime(at).weekday())


def _morning_after(at: datetime, *, days: int) -> datetime:
    day = timezone.localdate(at) + timedelta(days=days)
    return datetime.combine(day, MORNING, tzinfo=timezone.get_current_timezone())


class Telling(NamedTuple):
    """One sort of news: to whom, when, and how often unless the person chose otherwise."""

    template: Template
    audience: Callable[[Event], list[Addressee]]
    due: Callable[[Event, datetime], datetime] = at_once
    rhythm: Rhythm = Rhythm.AT_ONCE


T = Template

TELLINGS: dict[str, tuple[Telling, ...]] = {
    "pledge.announced": (
        Telling(T.PLEDGE_ANNOUNCED, people.contact_of_pledge),
        Telling(T.NEW_PLEDGE, people.coordinators),
    ),
    "pledge.accepted": (Telling(T.PLEDGE_ACCEPTED, people.contact_of_pledge),),
    "pledge.declined": (Telling(T.PLEDGE_DECLINED, people.contact_of_pledge),),
    "pledge.closed": (Telling(T.PLEDGE_CLOSED, people.contact_of_pledge),),
    "collection.planned": (
        Telling(T.COLLECTION_PLANNED, people.contacts_of_collection),
        Telling(T.COLLECTION_EXPECTED, people.workshop),
    ),
    "collection.cancelled": (Telling(T.COLLECTION_CANCELLED, people.contacts_of_collection),),
    "collection.done": (Telling(T.COLLECTION_DONE, people.contacts_of_collection),),
    "device.received": (Telling(T.DEVICES_RECEIVED, people.contact_of_device, settled),),
    "device.recycled": (Telling(T.DEVICES_GONE, people.contact_of_device, next_monday),),
    "device.handed_over": (
        Telling(T.DEVICES_GONE, people.contact_of_device, next_monday),
        Telling(T.DEVICES_HANDED_OVER, people.counsellor, settled),
    ),
    "request.submitted": (
        Telling(T.REQUEST_SUBMITTED, people.counsellor),
        Telling(T.NEW_REQUESTS, people.coordinators, rhythm=Rhythm.DAILY),
    ),
    "request.declined": (Telling(T.REQUEST_DECLINED, people.counsellor),),
    "device.allocated": (Telling(T.DEVICES_RESERVED, people.counsellor, settled),),
    "allocation.expiring": (Telling(T.RESERVATION_ENDING, people.counsellor, settled),),
    "device.released": (Telling(T.RESERVATION_ENDED, people.counsellor, settled),),
    "device.reservation_expired": (Telling(T.RESERVATION_ENDED, people.counsellor, settled),),
    "device.returned": (Telling(T.DEVICES_RETURNED, people.counsellor, settled),),
    "transfer.sent": (Telling(T.TRANSFER_COMING, people.receiver),),
    "support_case.opened": (Telling(T.SUPPORT_CASE_OPENED, people.workshop),),
    "webhook.stopped": (Telling(T.WEBHOOK_STOPPED, people.managers),),
}

READERS: dict[Callable[[Event], list[Addressee]], frozenset[Role]] = {
    people.contact_of_pledge: frozenset({Role.DONOR_CONTACT}),
    people.contacts_of_collection: frozenset({Role.DONOR_CONTACT}),
    people.contact_of_device: frozenset({Role.DONOR_CONTACT}),
    people.counsellor: frozenset({Role.COUNSELLOR, Role.STRUCTURE_MANAGER}),
    people.workshop: frozenset({Role.WORKSHOP_MANAGER}),
    people.receiver: frozenset({Role.WORKSHOP_MANAGER}),
    people.coordinators: frozenset({Role.COORDINATOR}),
    people.managers: frozenset({Role.COORDINATOR, Role.WORKSHOP_MANAGER, Role.STRUCTURE_MANAGER}),
}


def news_for(roles: set[str]) -> dict[Template, Rhythm]:
    """Give the sorts of news that people in these roles get, and how often by default."""
    return {
        telling.template: telling.rhythm
        for tellings in TELLINGS.values()
        for telling in tellings
        if READERS[telling.audience] & roles
    }


UNDOING = ("device.undone", "device.hand_over_undone")

WEBHOOK_KINDS = (
    "pledge.announced",
    "pledge.accepted",
    "pledge.declined",
    "pledge.withdrawn",
    "pledge.closed",
    "collection.planned",
    "collection.cancelled",
    "collection.done",
    "device.received",
    "device.triaged",
    "device.passed_quality_check",
    "device.failed_quality_check",
    "device.allocated",
    "device.released",
    "device.reservation_expired",
    "device.handed_over",
    "device.hand_over_undone",
    "device.returned",
    "device.recycled",
    "device.reported_missing",
    "device.found",
    "device.undone",
    "storage_unit.erased",
    "storage_unit.destroyed",
    "transfer.sent",
    "request.submitted",
    "request.declined",
    "request.cancelled",
    "support_case.opened",
    "support_case.closed",
)

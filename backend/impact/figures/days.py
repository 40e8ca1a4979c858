"""Days as people in France live them, and which of them an event touches."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from backend.core.models import Event
from backend.distribution.models import HandOver

PASSED = "device.passed_quality_check"
GIVEN = "device.handed_over"
RETURNED = "device.returned"
FIRSTS = (PASSED, GIVEN)  # what counts for a device only the first time
UNDONE = ("device.undone", "device.hand_over_undone")
OF_PEOPLE = (GIVEN, RETURNED, "device.hand_over_undone")


def paris_day(moment: datetime) -> date:
    """Give the day of a moment in the site's time zone."""
    return timezone.localdate(moment)


def bounds(day: date) -> tuple[datetime, datetime]:
    """Give the first moment of a day and of the next one."""
    zone = timezone.get_current_timezone()
    return (
        datetime.combine(day, time.min, tzinfo=zone),
        datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone),
    )


def devices_held_by(people: Iterable[int]) -> list[int]:
    """Give the devices that were ever handed over to these people."""
    hand_overs = HandOver.objects.filter(allocation__line__request__beneficiary_id__in=people)
    return list(hand_overs.values_list("allocation__device_id", flat=True).distinct())


def days_touched_by(event: Event) -> set[date]:
    """Give every day whose tally this event may change.

    Its own day; the day of what it takes back; and, as a late event can make another one
    the first, every day on which the same device became ready or was given, or the same
    person was given or gave back a device.
    """
    moments = [event.happened_at]
    log = Event.objects.filter(subject_type="device")
    if event.kind in UNDONE:
        moments += log.filter(pk=event.facts["undone_event"]).values_list("happened_at", flat=True)
    if event.kind in (*FIRSTS, *UNDONE):
        again = log.filter(kind__in=FIRSTS, subject_id=event.subject_id)
        moments += again.values_list("happened_at", flat=True)
    if event.kind in OF_PEOPLE:
        devices = devices_held_by([event.facts["beneficiary"]])
        of_person = log.filter(kind__in=OF_PEOPLE, subject_id__in=devices)
        moments += of_person.values_list("happened_at", flat=True)
    return {paris_day(moment) for moment in moments}

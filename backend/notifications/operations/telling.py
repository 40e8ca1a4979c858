"""Write down who is to be told what: in the transaction that takes the event from the outbox."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.utils import timezone

from backend.accounts.models import User
from backend.core.events import nudge_after_commit
from backend.core.models import Event
from backend.core.transactions import operation
from backend.notifications.choices import NoticeState, Rhythm
from backend.notifications.events import TELLINGS, UNDOING, Telling, is_news, next_morning
from backend.notifications.models import Notice, Preference
from backend.notifications.people import Addressee, account_of

_nudge: list[Callable[[], object]] = []


def wake_with(nudge: Callable[[], object]) -> None:
    """Say how to wake the worker that delivers."""
    _nudge[:] = [nudge]


def tell(*, event: Event) -> None:
    """Write the notices of one event. Running twice writes them once; nothing is sent here."""
    if not is_news(event) or _is_undone(event):
        return
    at = timezone.now()
    notices = [
        notice for telling in TELLINGS[event.kind] for notice in _notices(event, telling, at)
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    if any(notice.due_at <= at for notice in notices):
        for nudge in _nudge:
            nudge_after_commit(nudge)


def _is_undone(event: Event) -> bool:
    """Whether the event was undone before anybody heard of it (the queue was away)."""
    if event.subject_type != "device":
        return False
    later = Event.objects.filter(subject_type="device", subject_id=event.subject_id)
    return later.filter(kind__in=UNDOING, facts__undone_event=event.pk).exists()


def _notices(event: Event, telling: Telling, at: datetime) -> Iterator[Notice]:
    for addressee in telling.audience(event):
        rhythm = _rhythm(addressee, telling)
        is_daily = rhythm == Rhythm.DAILY
        yield Notice(
            event=event,
            template=telling.template,
            topic=addressee.topic,
            recipient_kind=addressee.recipient.kind,
            recipient_id=addressee.recipient.id,
            rhythm=rhythm,
            state=NoticeState.SKIPPED if rhythm == Rhythm.OFF else NoticeState.PENDING,
            due_at=next_morning(event, at) if is_daily else telling.due(event, at),
        )


def _rhythm(addressee: Addressee, telling: Telling) -> str:
    account = account_of(addressee.recipient)
    chosen = Preference.rhythms_of(account) if account else {}
    return chosen.get(telling.template, telling.rhythm)


def forget_undone(*, event: Event) -> None:
    """Take back what was not told yet of an event that was undone."""
    about = Notice.objects.pending().filter(event_id=event.facts["undone_event"])
    about.update(state=NoticeState.SKIPPED)


@operation
def choose_rhythm(*, user: User, template: str, rhythm: str) -> None:
    """Keep how often a person wants one sort of news, from the next event on."""
    Preference.objects.update_or_create(user=user, template=template, defaults={"rhythm": rhythm})

"""The event log and the outbox: recorded with the change, told after the commit."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.core import batches
from backend.core.errors import InvalidInput
from backend.core.models import Event, Outbox, insert

Listener = Callable[..., None]

_listeners: dict[str, list[Listener]] = defaultdict(list)
_nudge: list[Callable[[list[int]], object]] = []
_REST_SECONDS = 5.0
_rest = {"until": 0.0}  # on the monotonic clock


class Actor(Protocol):
    """Who does something: a person in an organisation, in a role."""

    @property
    def actor_id(self) -> int | None:
        """The person's id."""

    @property
    def actor_label(self) -> str:
        """A label that stays readable when the person is gone, without personal data."""

    @property
    def organisation_id(self) -> int:
        """The organisation for which the person acts."""


class NotYetHappened(InvalidInput):
    """The moment given lies in the future."""

    code = "not_yet_happened"
    title = _("This date is in the future")


class OutsideTransaction(RuntimeError):
    """An event was recorded where nothing would undo it together with its change."""


def record(
    kind: str,
    /,
    *,
    subject: models.Model,
    by: Actor | None,
    at: datetime,
    organisation: int | None = None,
    **facts: Any,
) -> Event:
    """Write one event with the change it tells of, and queue it for those who listen.

    `by` None means the public form or Rebond itself. `organisation` is the id of the
    organisation it concerns when that is not the actor's own. Raises NotYetHappened for a
    moment in the future and OutsideTransaction when no transaction is open.
    """
    event = _event(kind, subject, by=by, at=at, organisation=organisation, facts=facts)
    insert(event)
    if kind in _listeners:
        waiting = Outbox(event=event, next_try_at=event.recorded_at)
        insert(waiting)
        if batches.current() is None:
            _wake_after_commit([waiting])
    return event


def record_each(
    kind: str,
    /,
    told: Iterable[tuple[models.Model, dict[str, Any]]],
    *,
    by: Actor | None,
    at: datetime,
) -> None:
    """Write one event for each subject and its facts: two statements, however many there are.

    Says and refuses what `record` does.
    """
    found = [
        _event(kind, subject, by=by, at=at, organisation=None, facts=facts)
        for subject, facts in told
    ]
    Event.objects.bulk_create(found)
    if kind in _listeners:
        waiting = [Outbox(event=event, next_try_at=event.recorded_at) for event in found]
        Outbox.objects.bulk_create(waiting)
        _wake_after_commit(waiting)


def _event(
    kind: str,
    subject: models.Model,
    *,
    by: Actor | None,
    at: datetime,
    organisation: int | None,
    facts: dict[str, Any],
) -> Event:
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    now = timezone.now()
    if at > now:
        raise NotYetHappened(
            _("Check the date and time of your device: this moment has not come yet."),
            fields={"at": [_("in the future")]},
        )
    return Event(
        kind=kind,
        subject_type=subject._meta.model_name or "",
        subject_id=subject.pk,
        actor_id=by.actor_id if by else None,
        actor_label=by.actor_label if by else "rebond",
        organisation_id=organisation or (by.organisation_id if by else None),
        happened_at=at,
        recorded_at=now,
        facts=facts,
    )


def _wake_after_commit(waiting: list[Outbox]) -> None:
    for nudge in _nudge:
        nudge_after_commit(partial(nudge, [row.pk for row in waiting]))


batches.when_written(Outbox, _wake_after_commit)  # one nudge for all events of a batch


def nudge_after_commit(nudge: Callable[[], object]) -> None:
    """Wake the worker once the transaction is kept; when the queue is away, the sweep will.

    After a nudge that failed this process leaves the queue alone for a few seconds: the scans
    of a bench would otherwise wait for it one after the other. Within `unheard` nobody is woken.
    """
    if not _nudge:
        return

    # A named function and robust: the failure is logged, and undoes nothing.
    def wake() -> None:
        if time.monotonic() < _rest["until"]:
            return
        try:
            nudge()
        except Exception:
            _rest["until"] = time.monotonic() + _REST_SECONDS
            raise

    transaction.on_commit(wake, robust=True)


def listen(*kinds: str, to: Listener) -> None:
    """Call `to(event=...)` for each event of these kinds, at least once, after the commit."""
    for kind in kinds:
        if to not in _listeners[kind]:
            _listeners[kind].append(to)


def listeners_of(kind: str) -> list[Listener]:
    """Give those who listen to a kind of event."""
    return _listeners.get(kind, [])


def wake_with(nudge: Callable[[list[int]], object]) -> None:
    """Say how to wake the worker for events, by their ids; the domain itself knows no queue."""
    _nudge[:] = [nudge]


@contextmanager
def unheard() -> Iterator[None]:
    """Leave the worker asleep for a while: whoever asks drains the outbox by hand."""
    kept, _nudge[:] = _nudge[:], []
    try:
        yield
    finally:
        _nudge[:] = kept

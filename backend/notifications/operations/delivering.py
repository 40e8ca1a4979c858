"""Send what is due: one mail for a batch, each notice told once."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import override

from backend.core.transactions import one_transaction
from backend.notifications import letters
from backend.notifications.channels.mail import Postbox, message_id
from backend.notifications.choices import NoticeState, RecipientKind
from backend.notifications.events import settle
from backend.notifications.letters import Letter, News
from backend.notifications.models import Notice
from backend.notifications.models.notices import Batch, NoticeQuerySet, Recipient
from backend.notifications.people import Address, address_of

MOST = 20  # mails a run: with the mail server's longest silence, still within a task's time
ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
PATIENCE = 12  # a batch that keeps growing leaves after twelve times its settling time

log = logging.getLogger(__name__)


def deliver_due_notices(*, at: datetime) -> int:
    """Send the mails that are due, each in a transaction of its own; give their number.

    A mail and its mark "sent" are one transaction: notices are locked, the mail is handed to
    the server, the rows are marked, and then comes the commit. A worker killed before the
    server took the mail loses nothing. Killed between that moment and the commit (a few
    milliseconds), the mail leaves again with the same Message-ID, by which mailboxes know it.
    No order of the two steps closes this window: SMTP takes part in no transaction.

    A mail that the server refuses is tried again after a pause that doubles, ten times; the
    others go on. Raises OSError or SMTPException when no server can be reached: nothing is
    counted then, and all stays due.
    """
    batches = Notice.objects.due_batches(at=at, since=at - PATIENCE * settle())[:MOST]
    if not batches:
        return 0
    with Postbox() as postbox:
        for batch in batches:
            _try(Notice.objects.of_batch(batch), batch.recipient, postbox, at)
    return len(batches)


def send_daily_digests(*, at: datetime) -> int:
    """Send each person who wants it so one mail with all the news of the day."""
    people = Notice.objects.due_digests(at=at)[:MOST]
    if not people:
        return 0
    with Postbox() as postbox:
        for recipient in people:
            _try(Notice.objects.of_digest(recipient, at=at), recipient, postbox, at)
    return len(people)


def _try(waiting: NoticeQuerySet, recipient: Recipient, postbox: Postbox, at: datetime) -> None:
    """Send one mail; whatever goes wrong concerns this mail only."""
    tried: list[int] = []
    try:
        with one_transaction():
            notices = list(waiting.locked())
            tried += [notice.pk for notice in notices]
            if notices:
                _send(notices, recipient, postbox, at)
    except Exception as error:  # noqa: BLE001  # a broken letter stops no other
        log.warning("notices %s could not be sent: %s", tried, type(error).__name__)
        _postpone(tried, error=error, at=at)


def _send(notices: list[Notice], recipient: Recipient, postbox: Postbox, at: datetime) -> None:
    address = address_of(recipient)
    said = _written(notices, recipient, address) if address else []
    told = {notice.pk for _letter, batch in said for notice in batch}
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    rows.exclude(pk__in=told).update(state=NoticeState.SKIPPED)
    if not said or address is None:
        return
    name = message_id(min(told))
    with override(address.language):
        subject, text, html = _set([letter for letter, _batch in said], recipient, address)
    postbox.send(to=address.email, subject=subject, text=text, html=html, message_id=name)
    rows.filter(pk__in=told).update(state=NoticeState.SENT, sent_at=at, message_id=name)


def _written(
    notices: list[Notice], recipient: Recipient, address: Address
) -> list[tuple[Letter, list[Notice]]]:
    """Write a letter for each batch; what has nothing left to say has none."""
    batches: dict[Batch, list[Notice]] = {}
    for notice in notices:
        batch = Batch(recipient, notice.template, notice.topic)
        batches.setdefault(batch, []).append(notice)
    with override(address.language):
        written = [
            (letters.write(batch.template, News(recipient, [n.event for n in some])), some)
            for batch, some in batches.items()
        ]
    return [(letter, some) for letter, some in written if letter is not None]


def _set(
    written: Sequence[Letter], recipient: Recipient, address: Address
) -> tuple[str, str, str]:
    if len(written) > 1:
        return letters.set_digest(written, name=address.name)
    may_choose = recipient.kind == RecipientKind.PERSON
    words = letters.set_letter(written[0], name=address.name, may_choose=may_choose)
    return written[0].subject, *words


def _postpone(tried: list[int], *, error: Exception, at: datetime) -> None:
    with transaction.atomic():
        for notice in Notice.objects.pending().filter(pk__in=tried):
            notice.attempts += 1
            notice.last_error = type(error).__name__  # the text might hold an address
            notice.due_at = at + min(FIRST_PAUSE * 2**notice.attempts, LONGEST_PAUSE)
            if notice.attempts >= ATTEMPTS:
                notice.state = NoticeState.FAILED
            notice.save(update_fields=["attempts", "last_error", "due_at", "state"])

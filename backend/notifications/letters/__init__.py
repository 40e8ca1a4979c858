"""The words of every letter: one function per sort of news."""

from collections.abc import Callable

from backend.notifications.choices import Template
from backend.notifications.letters import coordination, donors, structures, workshops
from backend.notifications.letters.layout import Letter, News, set_digest, set_letter

__all__ = ["Letter", "News", "set_digest", "set_letter", "write"]

T = Template

LETTERS: dict[str, Callable[[News], Letter | None]] = {
    T.PLEDGE_ANNOUNCED: donors.pledge_announced,
    T.PLEDGE_ACCEPTED: donors.pledge_accepted,
    T.PLEDGE_DECLINED: donors.pledge_declined,
    T.PLEDGE_CLOSED: donors.pledge_closed,
    T.COLLECTION_PLANNED: donors.collection_planned,
    T.COLLECTION_CANCELLED: donors.collection_cancelled,
    T.COLLECTION_DONE: donors.collection_done,
    T.DEVICES_RECEIVED: donors.devices_received,
    T.DEVICES_GONE: donors.devices_gone,
    T.REQUEST_SUBMITTED: structures.request_submitted,
    T.REQUEST_DECLINED: structures.request_declined,
    T.DEVICES_RESERVED: structures.devices_reserved,
    T.RESERVATION_ENDING: structures.reservation_ending,
    T.RESERVATION_ENDED: structures.reservation_ended,
    T.DEVICES_HANDED_OVER: structures.devices_handed_over,
    T.DEVICES_RETURNED: structures.devices_returned,
    T.COLLECTION_EXPECTED: workshops.collection_expected,
    T.TRANSFER_COMING: workshops.transfer_coming,
    T.SUPPORT_CASE_OPENED: workshops.support_case_opened,
    T.NEW_PLEDGE: coordination.new_pledge,
    T.NEW_REQUESTS: coordination.new_requests,
    T.WEBHOOK_STOPPED: coordination.webhook_stopped,
}


def write(template: str, news: News) -> Letter | None:
    """Write the letter in the language that is active; None when nothing is left to say."""
    return LETTERS[template](news)

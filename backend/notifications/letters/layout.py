"""What every letter has, and how it is set: as text and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.core.models import Event
from backend.notifications.models.notices import Recipient


@dataclass(frozen=True)
class News:
    """What one letter tells: the events of one batch, oldest first, for one recipient."""

    recipient: Recipient
    events: Sequence[Event]

    @property
    def event(self) -> Event:
        """The last of them."""
        return self.events[-1]


class Way(TypedDict):
    """Where a letter leads: the words of its button, and the address."""

    action: str
    link: str


@dataclass(frozen=True)
class Letter:
    """What happened, what comes next, where to look: words in the recipient's language.

    No personal data: the greeting is added when the letter is set.
    """

    subject: str
    said: str
    next: str = ""
    rows: Sequence[tuple[str, str]] = field(default=())
    action: str = ""
    link: str = ""


def page(route: str, *args: Any) -> str:
    """Give the full address of a page."""
    return f"{settings.SITE_URL}{reverse(route, args=args)}"


def day(moment: datetime) -> str:
    """Write a day: mardi 24 novembre 2026."""
    return date_format(timezone.localtime(moment), "l j F Y")


def moment(at: datetime) -> str:
    """Write a day and an hour: mardi 24 novembre 2026 à 9 h 30."""
    return date_format(timezone.localtime(at), _("l j F Y, H:i"))


def devices(count: int) -> str:
    """Write a number of devices."""
    return ngettext("%(count)d device", "%(count)d devices", count) % {"count": count}


def set_letter(letter: Letter, *, name: str, may_choose: bool) -> tuple[str, str]:
    """Set one letter; give its text and its HTML. `may_choose`: the reader has preferences."""
    return _set("letter", {"letter": letter, "name": name, "may_choose": may_choose})


def set_digest(letters: Sequence[Letter], *, name: str) -> tuple[str, str, str]:
    """Set several letters as one mail; give its subject, its text and its HTML."""
    words = ngettext(
        "Rebond today: %(count)d news item", "Rebond today: %(count)d news items", len(letters)
    )
    subject = words % {"count": len(letters)}
    given = {"letters": letters, "subject": subject, "name": name, "may_choose": True}
    return subject, *_set("digest", given)


def _set(template: str, words: dict[str, Any]) -> tuple[str, str]:
    words |= {"messages_link": page("notifications:messages")}
    text = render_to_string(f"notifications/mail/{template}.txt", words)
    return text, render_to_string(f"notifications/mail/{template}.html", words)

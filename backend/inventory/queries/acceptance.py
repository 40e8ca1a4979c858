"""What the programme takes, told to the donor line by line before anything is sent."""

from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import Kind


class Verdict(NamedTuple):
    """What the programme says of one line: a tone for the eye, words for the donor."""

    tone: str
    words: Any


TAKEN = Verdict("done", _("We take it"))
YEAR_UNKNOWN = Verdict("info", _("We take it if it is recent: tell us the year"))
ON_DEMAND = Verdict("waiting", _("On demand"))
TOO_OLD = Verdict("warning", _("Probably too old"))
LOCKED = Verdict("warning", _("Have the lock removed first"))


def verdict(*, kind: str, year: int | None, is_locked: bool | None, today: int) -> Verdict:
    """Judge one line by the age limits of `settings.ACCEPTED_AGE_YEARS`; `today` is the year."""
    oldest = settings.ACCEPTED_AGE_YEARS.get(kind)
    if is_locked:
        return LOCKED
    if oldest is None:
        return ON_DEMAND
    if year is None:
        return YEAR_UNKNOWN
    return TAKEN if today - year < oldest else TOO_OLD


def age_limits() -> list[tuple[Any, int]]:
    """Give the limits to show: kind in words, years."""
    return [(Kind(kind).label, years) for kind, years in settings.ACCEPTED_AGE_YEARS.items()]

"""Open forms are sent a few times an hour by one address, not a thousand times."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Refusal
from backend.core.idempotency import fingerprint

HOUR = 3600


class TooMany(Refusal):
    """One address sent the form too often within the hour."""

    code = "too_many"
    status = 429
    title = _("That was very often")


def take_turn(request: HttpRequest, *, form: str, most: int) -> None:
    """Count one sending of an open form. Raises TooMany after `most` within the hour."""
    key = f"turn:{form}:{fingerprint(address_of(request))[:32]}"
    cache.add(key, 0, timeout=HOUR)
    if cache.incr(key) > most:
        raise TooMany(_("Wait an hour and send it again, or write to us."))


def address_of(request: HttpRequest) -> str:
    """Give the visitor's address; what proxies say is believed for as many as there are."""
    proxies = getattr(settings, "TRUSTED_PROXIES", 0)
    said = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(said) >= proxies:
        return said[-proxies].strip()
    return str(request.META.get("REMOTE_ADDR", ""))

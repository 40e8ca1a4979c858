"""What every template may use about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from backend.core.idempotency import new_key


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the settings that the base template shows."""
    return {
        "demo": settings.DEMO,
        "demo_password": settings.DEMO_PASSWORD if settings.DEMO else "",
        "once_key": new_key,  # drawn anew for each form of a page
        "source_url": settings.SOURCE_URL,
        "contact_email": settings.CONTACT_EMAIL,
    }

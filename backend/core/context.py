"""What every template may use about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the settings that the base template shows."""
    return {
        "demo": settings.DEMO,
        "source_url": settings.SOURCE_URL,
        "contact_email": settings.CONTACT_EMAIL,
    }

"""Errors outside any view, told in the manner of the door that was knocked at."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from backend.core.api import faults
from backend.core.pages import site


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: a problem under /api/, a page elsewhere."""
    if request.path.startswith(faults.PREFIX):
        return faults.not_found(request)
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: a problem under /api/, a page elsewhere."""
    if request.path.startswith(faults.PREFIX):
        return faults.bad_request(request)
    return defaults.bad_request(request, exception)


def fault(request: HttpRequest, **_context: Any) -> HttpResponse:
    """Answer 500: a problem under /api/, a page elsewhere."""
    if request.path.startswith(faults.PREFIX):
        return faults.fault(request)
    return site.fault(request)

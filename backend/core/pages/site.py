"""The pages of the site itself: what is kept about people, how accessible it is, faults."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, why, how long and whom to write to."""
    return render(request, "core/privacy.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """State how accessible the site is, and what to do when it is not."""
    return render(request, "core/accessibility.html")


def fault(request: HttpRequest) -> HttpResponse:
    """Say that something broke, without touching the database or the session."""
    return HttpResponse(render_to_string("500.html"), status=500)

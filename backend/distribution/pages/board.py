"""The coordinator's board: what waits, what is stuck, who holds what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from backend.accounts.choices import OrganisationKind
from backend.accounts.pages.access import needs
from backend.distribution import figures

OLDEST_SHOWN = 8


@needs("request.decide")
def board(request: HttpRequest) -> HttpResponse:
    """Show what waits for the coordination, the queue beside the stock, what is stuck."""
    now = timezone.now()
    stuck = figures.stuck_devices(at=now)
    shown = {
        "to_do": figures.waits_for_the_coordination(),
        "kinds": figures.queue_beside_stock(),
        "stuck": stuck,
        "oldest": figures.without_news(at=now).select_related("custodian")[:OLDEST_SHOWN]
        if stuck
        else [],
        "uncollected": figures.accepted_without_collection()[:OLDEST_SHOWN],
        "ending": figures.reservations_ending(at=now)[:OLDEST_SHOWN],
        "now": now,
    }
    return render(request, "distribution/board.html", shown)


@needs("request.decide")
def partners(request: HttpRequest) -> HttpResponse:
    """Show the workshops and the structures with what is in their hands."""
    everyone = list(figures.partners())
    shown = {
        "workshops": [one for one in everyone if one.kind == OrganisationKind.WORKSHOP],
        "structures": [one for one in everyone if one.kind == OrganisationKind.STRUCTURE],
    }
    return render(request, "distribution/partners.html", shown)

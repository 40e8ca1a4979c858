"""The counsellor's desk: what to hand over, what was asked, what the structure has."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import Membership
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core.pages.commands import sent, status_of
from backend.distribution import figures, operations
from backend.distribution.choices import RequestState
from backend.distribution.models import Allocation, Request, RequestLine

ON_A_PAGE = 20


def with_lines(requests: QuerySet[Request]) -> QuerySet[Request]:
    """Load what a list of requests shows: lines with their place, their device, the person."""
    lines = figures.with_place(RequestLine.objects.order_by("pk")).prefetch_related(
        Prefetch(
            "allocations",
            queryset=Allocation.objects.open().select_related("device"),
            to_attr="promises",
        )
    )
    return requests.select_related("beneficiary", "programme", "counsellor").prefetch_related(
        Prefetch("lines", queryset=lines)
    )


def tell_delays(requests: list[Request], paces: dict[str, figures.Pace]) -> list[Request]:
    """Put on each line the `days` to wait (None: unknown) and whether one `is_on_the_shelf`.

    A request `is_reserved` when each of its lines has its device.
    """
    lines: list[Any] = [line for request in requests for line in request.lines.all()]
    for line in lines:
        pace = paces[line.kind]
        delay = pace.delay(line.place)
        line.days = delay and max(1, delay.days)
        line.is_on_the_shelf = line.place <= pace.ready
    told: list[Any] = [*requests]
    for request in told:
        request.is_reserved = all(getattr(line, "promises", ()) for line in request.lines.all())
    return requests


def to_hand_over(hat: Membership) -> QuerySet[Allocation]:
    """Give the devices that wait for this structure's people, the first to expire first."""
    return (
        Allocation.objects.seen_by(hat)
        .reserved()
        .select_related(
            "device__custodian", "line__request__beneficiary", "line__request__programme"
        )
        .order_by("expires_at", "pk")
    )


@needs("request.submit")
def desk(request: HttpRequest) -> HttpResponse:
    """Show what to hand over first, then my requests with their place and delay."""
    hat = acting(request)
    mine = Request.objects.seen_by(hat).filter(counsellor_id=hat.user_id)
    page = Paginator(with_lines(mine.order_by("-submitted_at", "-pk")), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    now = timezone.now()
    tell_delays(list(page.object_list), figures.paces(at=now))
    shown = {"page_obj": page, "to_hand_over": to_hand_over(hat)[:ON_A_PAGE], "now": now}
    return render(request, "distribution/desk.html", shown)


@needs("request.submit")
def structure(request: HttpRequest) -> HttpResponse:
    """Show the whole structure: every open request, whoever asked, and the people equipped."""
    hat = acting(request)
    waiting = Request.objects.seen_by(hat).waiting()
    page = Paginator(with_lines(waiting), ON_A_PAGE).get_page(request.GET.get("page"))
    tell_delays(list(page.object_list), figures.paces(at=timezone.now()))
    shown = {
        "page_obj": page,
        "equipped": figures.people_equipped_by(structure=hat.organisation),
        "reserved": to_hand_over(hat).count(),
    }
    return render(request, "distribution/structure.html", shown)


@needs("request.submit")
def request(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request: where it stands, and why."""
    asked = get_object_or_404(
        with_lines(Request.objects.seen_by(acting(request))), reference=reference
    )
    tell_delays([asked], figures.paces(at=timezone.now()))
    return render(request, "distribution/request.html", {"asked": asked})


@needs("request.submit")
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask, then withdraw a request that waits."""
    hat = acting(request)
    asked = get_object_or_404(
        Request.objects.seen_by(hat).select_related("beneficiary"), reference=reference
    )
    form = forms.Form(request.POST or None)

    def act() -> str:
        operations.cancel_request(request=asked, by=hat, at=timezone.now())
        messages.success(request, _("The request is withdrawn."))
        return reverse("distribution:desk")

    if answer := sent(request, form, act):
        return answer
    shown: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "is_waiting": asked.state == RequestState.WAITING,
    }
    return render(request, "distribution/cancel_request.html", shown, status=status_of(form))

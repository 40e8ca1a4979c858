"""A donor follows a gift: by a secret link without an account, or signed in."""

import csv
from collections.abc import Iterator
from functools import wraps
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from backend.accounts.choices import OrganisationKind
from backend.accounts.pages.access import View, needs, public
from backend.accounts.people import acting
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory.choices import CollectionState, PledgeState
from backend.inventory.models import Certificate, Collection, Device, Pledge
from backend.inventory.operations import withdraw_pledge
from backend.inventory.queries import fates
from backend.inventory.queries.story import steps_of

ON_A_PAGE = 50
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def secret_page(view: View) -> View:
    """Find the pledge by its secret; tell robots and caches to forget the page.

    The site's referrer policy (same origin) keeps the secret from other sites.
    """

    @public
    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, secret: str, **named: str) -> HttpResponseBase:
        pledge = get_object_or_404(
            Pledge.objects.select_related("workshop"), tracking_secret=secret
        )
        response = view(request, pledge, **named)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return shown


@secret_page
def pledge_tracking(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    """Tell where the gift is: what happened, the counts, where the devices are."""
    devices = Device.objects.filter(pledge=pledge)
    trips = Collection.objects.filter(lines__pledge_line__pledge=pledge).distinct()
    next_trip = trips.filter(state=CollectionState.PLANNED).order_by("planned_for").first()
    progress = fates.progress_of(pledge)
    return render(
        request,
        "inventory/pledge_tracking.html",
        {
            "pledge": pledge,
            "progress": progress,
            "steps": steps_of(pledge, progress, trips),
            "where": fates.where_they_are(devices),
            "next_trip": next_trip,
            "may_withdraw": pledge.state == PledgeState.ANNOUNCED,
        },
    )


@secret_page
def withdraw(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    """Ask, then withdraw a pledge that waits for an answer."""
    form = forms.Form(posted(request))
    back = reverse("inventory:pledge_tracking", args=[pledge.tracking_secret])

    def act() -> str:
        withdraw_pledge(pledge=pledge, by=None, at=timezone.now())
        return back

    if gone := sent(request, form, act):
        return gone
    if pledge.state == PledgeState.WITHDRAWN:
        return redirect(back)
    return render(
        request,
        "inventory/pledge_withdraw.html",
        {"pledge": pledge, "form": form, "back": back},
        status=status_of(form),
    )


@secret_page
def pledge_fates(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    """List what became of each device, by the donor's own number."""
    return _fate_page(request, pledge, "inventory/pledge_fates.html")


@secret_page
def pledge_proofs(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    """List the evidence of erasure, disk by disk, and the papers that certify it."""
    papers = Certificate.objects.of_pledge(pledge).in_force().order_by("unit_id", "pk")
    return _fate_page(
        request,
        pledge,
        "inventory/pledge_proofs.html",
        covers=papers.filter(pledge=pledge),
        papers=papers.exclude(unit=None).select_related("unit"),
    )


def _fate_page(request: HttpRequest, pledge: Pledge, template: str, **papers: Any) -> HttpResponse:
    devices = Device.objects.filter(pledge=pledge).order_by("asset_number", "pk")
    page = Paginator(fates.with_proofs(devices), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        template,
        {
            "pledge": pledge,
            "page_obj": page,
            "fates": [fates.fate_of(device) for device in page],
            **papers,
        },
    )


@secret_page
def pledge_fates_csv(request: HttpRequest, pledge: Pledge) -> StreamingHttpResponse:
    """Give the same list as a spreadsheet that cannot hide a formula."""
    devices = Device.objects.filter(pledge=pledge)
    response = StreamingHttpResponse(_rows(devices), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rebond-{pledge.reference}.csv"'
    return response


class Echo:
    """A file that gives back each line written to it."""

    def write(self, line: str) -> str:
        """Give the line."""
        return line


def _rows(devices: Any) -> Iterator[str]:
    writer = csv.writer(Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow(
        [
            _("Your asset number"),
            _("Serial number"),
            _("Kind"),
            _("Maker"),
            _("Model"),
            _("Rebond code"),
            _("Where it is"),
            _("Data"),
            _("Since"),
        ]
    )
    for fate in fates.fates(devices):
        device = fate.device
        yield writer.writerow(
            safe_cell(cell)
            for cell in (
                device.asset_number,
                device.serial,
                device.get_kind_display(),
                device.maker,
                device.model,
                str(device),
                fate.words,
                fate.data_words,
                date_format(timezone.localtime(device.changed_at), "Y-m-d"),
            )
        )


def safe_cell(value: Any) -> str:
    """Write a cell that a spreadsheet shows as text: formulas are quoted."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


@needs("pledge.view")
def my_pledges(request: HttpRequest) -> HttpResponse:
    """List a signed-in donor's pledges, newest first; the others have their own list."""
    hat = acting(request)
    if hat.organisation.kind != OrganisationKind.DONOR:
        return redirect("inventory:pledges")
    pledges = Pledge.objects.seen_by(hat).order_by("-announced_at", "-pk")
    page = Paginator(pledges.prefetch_related("lines"), 25).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/my_pledges.html",
        {"page_obj": page, "where": fates.where_they_are(Device.objects.seen_by(hat))},
    )

"""The public form: who gives, what, where; a summary; thank you. Five minutes, no account."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from backend.accounts.models import Membership
from backend.accounts.pages.access import public
from backend.accounts.people import hat_of
from backend.accounts.roles import can
from backend.core.pages.commands import sent
from backend.core.pages.throttling import take_turn
from backend.inventory.models import Pledge
from backend.inventory.operations import announce_pledge
from backend.inventory.pages.announcing import LineForm, LineFormSet, PledgeForm
from backend.inventory.pages.forms import truth_of
from backend.inventory.pages.pasting import Row, Unreadable, lines_of, read_table
from backend.inventory.queries.acceptance import Verdict, age_limits, verdict

_BLANK = {"quantity", "works", "has_storage", "is_locked"}


@public
def pledge_form(request: HttpRequest) -> HttpResponse:
    """Show the form, add or read lines, sum up, send: the button pressed says which."""
    steps = {
        "add_line": _add_line,
        "remove_line": _remove_line,
        "read": _read_table,
        "correct": _correct,
    }
    if request.method == "POST":
        for name, step in steps.items():
            if name in request.POST:
                return step(request)
        if request.POST.get("table", "").strip():
            return _read_table(request)
        return _check_or_send(request)
    form = PledgeForm(initial=_known_of(hat_of(request)))
    return _show(request, form, LineFormSet(prefix="line", initial=[]))


def _check_or_send(request: HttpRequest) -> HttpResponse:
    form = PledgeForm(request.POST)
    lines = LineFormSet(request.POST, prefix="line")
    is_right = form.is_valid() and lines.is_valid()
    if is_right and "send" in request.POST:
        take_turn(request, form="pledge", most=settings.PLEDGES_PER_HOUR_PER_ADDRESS)
        if gone := sent(request, form, lambda: _announce(request, form, lines)):
            return gone
        is_right = False
    if not is_right:
        return _show(request, form, lines, status=422)
    given = _filled(lines)
    devices = sum(line.cleaned_data["quantity"] for line in given)
    return render(
        request,
        "inventory/pledge_summary.html",
        {
            "form": form,
            "lines": lines,
            "judged": [(line, _verdict(line)) for line in given],
            "devices": devices,
            "is_fetched": devices >= settings.FREE_COLLECTION_FROM,
            "free_from": settings.FREE_COLLECTION_FROM,
        },
    )


def _filled(lines: Any) -> list[Any]:
    return [line for line in lines if line.cleaned_data.get("kind")]


def _announce(request: HttpRequest, form: PledgeForm, lines: Any) -> str:
    hat = hat_of(request)
    pledge = announce_pledge(
        facts=form.facts(language=(get_language() or "fr")[:2]),
        lines=[line.cleaned_data for line in _filled(lines)],
        by=hat if can(hat, "pledge.announce") else None,
        at=timezone.now(),
    )
    return reverse("inventory:pledge_thanks", args=[pledge.tracking_secret])


def _add_line(request: HttpRequest) -> HttpResponse:
    return _again(request, [*_typed_lines(request), {}])


def _remove_line(request: HttpRequest) -> HttpResponse:
    typed = _typed_lines(request)
    number = request.POST["remove_line"]
    if number.isdecimal() and int(number) < len(typed):
        del typed[int(number)]
    return _again(request, typed)


def _correct(request: HttpRequest) -> HttpResponse:
    return _again(request, _typed_lines(request))


def _read_table(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("table", "")
    try:
        rows = read_table(text)
    except Unreadable as error:
        return _again(request, _typed_lines(request), table=text, fault=str(error))
    read: list[dict[str, Any]] = [
        {
            **line,
            "asset_numbers": "\n".join(line["asset_numbers"]),
            "serials": "\n".join(line["serials"]),
        }
        for line in lines_of(rows)
    ]
    typed = [line for line in _typed_lines(request) if any(line.keys() - _BLANK)]
    return _again(request, [*typed, *read], rows=[(row, _verdict_of_row(row)) for row in rows])


def _typed_lines(request: HttpRequest) -> list[dict[str, Any]]:
    total = request.POST.get("line-TOTAL_FORMS", "0")
    numbers = range(min(int(total), 500) if total.isdecimal() else 0)
    names = list(LineForm.base_fields)
    typed = [{n: request.POST.get(f"line-{i}-{n}", "") for n in names} for i in numbers]
    return [{name: said for name, said in line.items() if said} for line in typed]


def _again(request: HttpRequest, typed: list[dict[str, Any]], **more: Any) -> HttpResponse:
    form = PledgeForm(initial=request.POST.dict())
    more.setdefault("status", 422 if "fault" in more else 200)
    return _show(request, form, LineFormSet(prefix="line", initial=typed), **more)


def _show(
    request: HttpRequest, form: PledgeForm, lines: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    return render(
        request,
        "inventory/pledge_form.html",
        {
            "form": form,
            "lines": lines,
            "judged": [(line, _verdict(line)) for line in lines],
            "is_long": lines.total_form_count() > 1,
            "age_limits": age_limits(),
            "free_from": settings.FREE_COLLECTION_FROM,
            **more,
        },
        status=status,
    )


def _verdict(line: forms.BaseForm) -> Verdict | None:
    said = getattr(line, "cleaned_data", None) or line.initial
    year = str(said.get("year") or "")
    if not said.get("kind"):
        return None
    return verdict(
        kind=said["kind"],
        year=int(year) if year.isdecimal() else None,
        is_locked=truth_of(said.get("is_locked")),
        today=timezone.localdate().year,
    )


def _verdict_of_row(row: Row) -> Verdict:
    if row.fault:
        return Verdict("danger", row.fault)
    return verdict(
        kind=row.facts["kind"],
        year=row.facts["year"],
        is_locked=row.facts["is_locked"],
        today=timezone.localdate().year,
    )


def _known_of(hat: Membership | None) -> dict[str, Any]:
    if hat is None or not can(hat, "pledge.announce") or hat.sees_all:
        return {}
    mine = hat.organisation
    return {
        "donor_name": mine.name,
        "legal_type": mine.legal_type,
        "siren": mine.siren,
        "territory": mine.territory,
        "contact_name": hat.user.name,
        "contact_email": hat.user.email,
    }


@public
@never_cache
def pledge_thanks(request: HttpRequest, secret: str) -> HttpResponse:
    """Thank the donor: the reference, the tracking link, what happens next."""
    pledge = get_object_or_404(Pledge, tracking_secret=secret)
    link = reverse("inventory:pledge_tracking", args=[secret])
    response = render(
        request,
        "inventory/pledge_thanks.html",
        {"pledge": pledge, "link": f"{settings.SITE_URL}{link}", "path": link},
    )
    response["X-Robots-Tag"] = "noindex"
    return response

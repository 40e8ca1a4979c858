"""Stock-takes: open one for a place, count by scanning, close, settle what differs."""

import csv
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from backend.accounts.models import Membership
from backend.accounts.pages.access import demand, needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.pages.commands import command_of_page, sent, status_of
from backend.core.pages.forms import field_of, posted
from backend.inventory import operations
from backend.inventory.choices import StockTakeFinding
from backend.inventory.models import StockTake, StockTakeLine
from backend.inventory.pages.act_forms import place_words
from backend.inventory.pages.forms import CodeField
from backend.inventory.pages.places import PlaceChoice
from backend.inventory.pages.tracking import Echo, safe_cell
from backend.inventory.queries.story import label_in_words

ON_A_PAGE = 100
F_ = StockTakeFinding
_IN_ORDER = [F_.UNEXPECTED, F_.MISSING, F_.EXPECTED, F_.LEFT, F_.FOUND]
_ONLY_OPEN, _ONLY_CLOSED = {F_.EXPECTED}, {F_.MISSING, F_.LEFT}
_SETTLE = {
    "report_missing": ("device.report_missing", operations.report_what_is_missing),
    "put_here": ("device.place", operations.put_what_was_found),
}


class OpenForm(forms.Form):
    """Which place is counted."""

    location = PlaceChoice(
        label=gettext_lazy("Which place do you count?"), empty_label=gettext_lazy("Choose")
    )
    with_inside = forms.BooleanField(
        label=gettext_lazy("Count the places inside too"), required=False
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """Offer the places of the workshop."""
        super().__init__(*args, **kwargs)
        field_of(self, "location").offer(hat)


class CountForm(forms.Form):
    """One scan."""

    code = CodeField(waits=True)


@needs("stock_take.view")
def stock_takes(request: HttpRequest) -> HttpResponse:
    """List the stock-takes, those under way first; open one."""
    hat = acting(request)
    start = {"location": request.GET.get("lieu")}
    form = OpenForm(posted(request), hat=hat, initial=start) if can(hat, "stock_take.do") else None
    if form and (gone := sent(request, form, lambda: _open(form, hat))):
        return gone
    seen = StockTake.objects.seen_by(hat).select_related("location__parent__parent")
    found = seen.annotate(
        counted=Count("lines", filter=Q(lines__finding=F_.FOUND)),
        expected=Count("lines", filter=~Q(lines__finding=F_.UNEXPECTED)),
    )
    newest = found.order_by(F("closed_at").desc(nulls_first=True), "-pk")
    page = Paginator(newest, 25).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/stock_takes.html",
        {"page_obj": page, "form": form},
        status=status_of(form) if form else 200,
    )


def _open(form: OpenForm, hat: Membership) -> str:
    taking = operations.open_stock_take(by=hat, at=timezone.now(), **form.cleaned_data)
    return reverse("inventory:stock_take", args=[taking.pk])


def _find(pk: int, hat: Membership) -> StockTake:
    seen = StockTake.objects.seen_by(hat).select_related("location__parent__parent")
    return get_object_or_404(seen, pk=pk)


@needs("stock_take.view")
def stock_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one stock-take; count by scanning while it is open, settle once it is closed."""
    hat = acting(request)
    taking = _find(pk, hat)
    may_count = taking.closed_at is None and can(hat, "stock_take.do")
    form = CountForm(posted(request)) if may_count or request.method == "POST" else None
    if form and request.method == "POST":
        demand(request, "stock_take.do")
        if gone := sent(request, form, lambda: _count(request, taking, form, hat)):
            return gone
    page = Paginator(_lines(taking), ON_A_PAGE).get_page(request.GET.get("page"))
    for line in page.object_list:
        line.counted_by = label_in_words(line.counted_by_label)
    return render(
        request,
        "inventory/stock_take.html",
        {
            "taking": taking,
            "place": place_words(taking.location),
            "form": form,
            "page_obj": page,
            "strays": [codes.spell(code) for code in _strays(taking)],
            "offers": _offers(taking, hat),
            **_progress(taking),
        },
        status=status_of(form) if form else 200,
    )


def _lines(taking: StockTake) -> Any:
    order = Case(
        *[When(finding=finding, then=Value(n)) for n, finding in enumerate(_IN_ORDER)],
        output_field=IntegerField(),
    )
    lines = taking.lines.select_related("device__location").annotate(order=order)
    return lines.order_by("order", F("counted_at").desc(nulls_last=True), "-pk")


def _strays(taking: StockTake) -> list[str]:
    return list(taking.strays.order_by("pk").values_list("code", flat=True))


def _progress(taking: StockTake) -> dict[str, Any]:
    counted = dict(taking.lines.order_by().values_list("finding").annotate(n=Count("pk")))
    left_out = _ONLY_CLOSED if taking.closed_at is None else _ONLY_OPEN
    shown = [finding for finding in _IN_ORDER if finding not in left_out]
    found, unexpected = counted.get(F_.FOUND, 0), counted.get(F_.UNEXPECTED, 0)
    return {
        "counts": [(finding.label, counted.get(finding, 0)) for finding in shown],
        "found": found,
        "expected": sum(counted.values()) - unexpected,
    }


def _offers(taking: StockTake, hat: Membership) -> dict[str, set[int]]:
    """Give, for a closed one, the devices that a press would settle, by what it would do."""
    if taking.closed_at is None or taking.organisation_id != hat.organisation_id:
        return {}
    waiting = {
        "report_missing": operations.still_missing(taking),
        "put_here": operations.still_astray(taking),
    }
    return {
        name: set(devices.values_list("pk", flat=True))
        for name, devices in waiting.items()
        if can(hat, _SETTLE[name][0])
    }


def _count(request: HttpRequest, taking: StockTake, form: CountForm, hat: Membership) -> str:
    counted = operations.count_or_note(
        stock_take=taking, code=form.cleaned_data["code"], by=hat, at=timezone.now()
    )
    line = counted.line
    if line is None:
        text = _("%(code)s is on no device of yours. It is noted; put it aside.")
        messages.warning(request, text % {"code": codes.spell(counted.code)})
    else:
        tone = messages.WARNING if line.finding == F_.UNEXPECTED else messages.SUCCESS
        words = line.get_finding_display() if counted.is_new else _("Counted already")
        messages.add_message(request, tone, f"{line.device} · {words}")
    return reverse("inventory:stock_take", args=[taking.pk])


@needs("stock_take.do")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then close a stock-take."""
    hat = acting(request)
    taking = _find(pk, hat)
    unseen = taking.lines.filter(finding=F_.EXPECTED).count()
    form = forms.Form(posted(request))
    back = reverse("inventory:stock_take", args=[pk])

    def do() -> str:
        operations.close_stock_take(stock_take=taking, by=hat, at=timezone.now())
        messages.success(request, _("Closed. Nothing in it changes any more."))
        return back

    if gone := sent(request, form, do):
        return gone
    return render(
        request,
        "inventory/confirm.html",
        {
            "form": form,
            "question": _("Close this stock-take?"),
            "text": _("Not seen: %(number)s. They are written down as missing here.")
            % {"number": unseen},
            "action": _("Close it"),
            "back": back,
        },
        status=status_of(form),
    )


@require_POST
@needs("stock_take.do")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Report missing what was not seen, or put here what was: one device, or all at once."""
    hat = acting(request)
    taking = _find(pk, hat)
    name = request.POST.get("act", "")
    if name not in _SETTLE:
        raise Http404
    capability, act = _SETTLE[name]
    demand(request, capability)

    def do() -> str:
        code = request.POST.get("code", "")
        done = act(stock_take=taking, code=code, by=hat, at=timezone.now())
        words = ngettext("%(n)s device settled.", "%(n)s devices settled.", len(done))
        messages.success(request, words % {"n": len(done)})
        return reverse("inventory:stock_take", args=[pk])

    return redirect(command_of_page(request, do))


@needs("stock_take.view")
def export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Give a stock-take as a spreadsheet."""
    taking = _find(pk, acting(request))
    response = StreamingHttpResponse(_rows(taking), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="inventaire-{taking.pk}.csv"'
    return response


def _rows(taking: StockTake) -> Iterator[str]:
    writer = csv.writer(Echo(), delimiter=";")
    yield "\ufeff"
    device = [_("Code"), _("Kind"), _("Maker"), _("Model"), _("State now")]
    yield writer.writerow([*device, _("Finding"), _("Counted"), _("Counted by")])
    for line in _lines(taking).iterator(chunk_size=500):
        yield writer.writerow(map(safe_cell, _cells(line, taking)))
    for code in _strays(taking):
        yield writer.writerow([code, "", "", "", "", _("On no device of yours"), "", ""])


def _cells(line: StockTakeLine, taking: StockTake) -> tuple[Any, ...]:
    device, at = line.device, line.counted_at
    is_ours = device.custodian_id == taking.organisation_id
    return (
        device.code,
        device.get_kind_display(),
        device.maker,
        device.model,
        device.get_state_display() if is_ours else _("In another workshop"),
        line.get_finding_display(),
        date_format(timezone.localtime(at), "Y-m-d H:i") if at else "",
        line.counted_by_label,
    )

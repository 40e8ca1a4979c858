"""Stock-takes: open one for a place, count by scanning, close."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Membership
from backend.accounts.pages.access import demand, needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory.choices import StockTakeFinding
from backend.inventory.models import Location, StockTake
from backend.inventory.operations import close_stock_take, count_in_stock_take, open_stock_take
from backend.inventory.pages.act_forms import place_words
from backend.inventory.pages.forms import CodeField, NamedChoice

_IN_ORDER = [
    StockTakeFinding.UNEXPECTED,
    StockTakeFinding.MISSING,
    StockTakeFinding.EXPECTED,
    StockTakeFinding.FOUND,
]


class OpenForm(forms.Form):
    """Which place is counted."""

    location = NamedChoice(
        label=gettext_lazy("Which place do you count?"),
        queryset=Location.objects.none(),
        empty_label=gettext_lazy("Choose"),
        words=place_words,
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """Offer the places of the workshop."""
        super().__init__(*args, **kwargs)
        mine = Location.objects.filter(organisation_id=hat.organisation_id)
        self.fields["location"].queryset = (  # type: ignore[attr-defined]
            mine.select_related("parent__parent").order_by("parent__name", "name")
        )


class CountForm(forms.Form):
    """One scan."""

    code = CodeField()


@needs("stock_take.view")
def stock_takes(request: HttpRequest) -> HttpResponse:
    """List the stock-takes; open one."""
    hat = acting(request)
    form = OpenForm(posted(request), hat=hat) if can(hat, "stock_take.do") else None
    if form and (gone := sent(request, form, lambda: _open(form, hat))):
        return gone
    seen = StockTake.objects.seen_by(hat).select_related("location__parent__parent")
    found = seen.annotate(
        counted=Count("lines", filter=Q(lines__finding=StockTakeFinding.FOUND)),
        in_all=Count("lines"),
    )
    page = Paginator(found.order_by("-pk"), 25).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/stock_takes.html",
        {"page_obj": page, "form": form},
        status=status_of(form) if form else 200,
    )


def _open(form: OpenForm, hat: Membership) -> str:
    location = form.cleaned_data["location"]
    taking = open_stock_take(location=location, by=hat, at=timezone.now())
    return reverse("inventory:stock_take", args=[taking.pk])


@needs("stock_take.view")
def stock_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one stock-take; count by scanning while it is open."""
    hat = acting(request)
    seen = StockTake.objects.seen_by(hat).select_related("location__parent__parent")
    taking = get_object_or_404(seen, pk=pk)
    may_count = taking.closed_at is None and can(hat, "stock_take.do")
    form = CountForm(posted(request)) if may_count or request.method == "POST" else None
    if form and request.method == "POST":
        demand(request, "stock_take.do")
        if gone := sent(request, form, lambda: _count(request, taking, form, hat)):
            return gone
    counted = dict(taking.lines.order_by().values_list("finding").annotate(n=Count("pk")))
    order = {finding: place for place, finding in enumerate(_IN_ORDER)}
    lines = sorted(
        taking.lines.select_related("device").order_by("-pk")[:500],
        key=lambda line: order[StockTakeFinding(line.finding)],
    )
    return render(
        request,
        "inventory/stock_take.html",
        {
            "taking": taking,
            "place": place_words(taking.location),
            "form": form,
            "lines": lines,
            "counts": [(finding.label, counted.get(finding, 0)) for finding in _IN_ORDER],
        },
        status=status_of(form) if form else 200,
    )


def _count(request: HttpRequest, taking: StockTake, form: CountForm, hat: Membership) -> str:
    line = count_in_stock_take(
        stock_take=taking, code=form.cleaned_data["code"], by=hat, at=timezone.now()
    )
    tone = messages.WARNING if line.finding == StockTakeFinding.UNEXPECTED else messages.SUCCESS
    messages.add_message(request, tone, f"{line.device} · {line.get_finding_display()}")
    return reverse("inventory:stock_take", args=[taking.pk])


@needs("stock_take.do")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then close a stock-take."""
    hat = acting(request)
    taking = get_object_or_404(StockTake.objects.seen_by(hat), pk=pk)
    unseen = taking.lines.filter(finding=StockTakeFinding.EXPECTED).count()
    form = forms.Form(posted(request))
    back = reverse("inventory:stock_take", args=[pk])

    def do() -> str:
        close_stock_take(stock_take=taking, by=hat, at=timezone.now())
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

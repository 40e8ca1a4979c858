"""The queue and who gets what: promise one, promise all that fit, release, refuse."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core import codes
from backend.core.pages.commands import KEY_FIELD, command_of_page, sent, status_of
from backend.distribution import operations, queries
from backend.distribution.choices import RequestState
from backend.distribution.models import Allocation, Request, RequestLine
from backend.inventory.choices import Kind
from backend.inventory.models import Device

ON_A_PAGE = 25
SUGGESTED = 6
MOST_AT_ONCE = 50
_CHOICES, _KEY = "distribution.choices", "distribution.choices.key"


def _with_promises(requests: QuerySet[Request]) -> QuerySet[Request]:
    promises = Allocation.objects.open().select_related("device__custodian")
    lines = RequestLine.objects.order_by("pk").prefetch_related(
        Prefetch("allocations", queryset=promises, to_attr="promises")
    )
    return requests.select_related("structure", "programme").prefetch_related(
        Prefetch("lines", queryset=lines)
    )


@needs("allocation.decide")
def queue(request: HttpRequest) -> HttpResponse:
    """List the requests that wait, the first to serve first."""
    waiting = _with_promises(Request.objects.waiting())
    page = Paginator(waiting, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "distribution/queue.html", {"page_obj": page})


@needs("allocation.decide")
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a request and the devices that suit it; a press promises one."""
    hat = acting(request)
    asked = get_object_or_404(_with_promises(Request.objects.seen_by(hat)), reference=reference)
    form = AllocateForm(request.POST or None)

    def act() -> str:
        line = get_object_or_404(asked.lines.all(), pk=form.cleaned_data["line"])
        operations.allocate_device(
            line=line, code=form.cleaned_data["code"], by=hat, at=timezone.now()
        )
        messages.success(request, _("The device is reserved: the counsellor is told."))
        return reverse("distribution:decide", args=[asked.reference])

    if answer := sent(request, form, act):
        return answer
    for line in asked.lines.all():
        line.suggested = _suggested(line)  # type: ignore[attr-defined]  # for the page alone
    shown = {"asked": asked, "form": form}
    return render(request, "distribution/decide.html", shown, status=status_of(form))


def _suggested(line: Any) -> list[Device]:
    if line.promises or line.request.state != RequestState.WAITING:
        return []
    fits = queries.suggest_devices(line, most=SUGGESTED)
    devices = Device.objects.select_related("custodian").in_bulk([fit.device_id for fit in fits])
    return [devices[fit.device_id] for fit in fits]


class AllocateForm(forms.Form):
    """Which device for which line."""

    line = forms.IntegerField()
    code = forms.CharField(label=gettext_lazy("Label of the device"), max_length=300)


class DeclineForm(forms.Form):
    """Why the request is refused: the counsellor reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=400,
        help_text=gettext_lazy("The counsellor reads this. Say what would make it possible."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReleaseForm(forms.Form):
    """Why a reservation is released."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=240)


@needs("request.decide")
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Refuse a request, with the reason."""
    hat = acting(request)
    asked = get_object_or_404(
        Request.objects.seen_by(hat).select_related("structure"), reference=reference
    )
    form = DeclineForm(request.POST or None)

    def act() -> str:
        operations.decline_request(
            request=asked, reason=form.cleaned_data["reason"], by=hat, at=timezone.now()
        )
        messages.success(request, _("The request is refused: the counsellor is told why."))
        return reverse("distribution:queue")

    if answer := sent(request, form, act):
        return answer
    return render(
        request,
        "distribution/decline.html",
        {"asked": asked, "form": form},
        status=status_of(form),
    )


@needs("allocation.decide")
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a promise back: the device returns to the shelf, the request to the queue."""
    hat = acting(request)
    promise = get_object_or_404(
        Allocation.objects.seen_by(hat).select_related("device", "line__request__structure"),
        pk=pk,
    )
    form = ReleaseForm(request.POST or None)

    def act() -> str:
        operations.release_allocation(
            allocation=promise, reason=form.cleaned_data["reason"], by=hat, at=timezone.now()
        )
        messages.success(request, _("The device is back on the shelf."))
        return reverse("distribution:decide", args=[promise.line.request.reference])

    if answer := sent(request, form, act):
        return answer
    return render(
        request,
        "distribution/release.html",
        {"promise": promise, "form": form},
        status=status_of(form),
    )


@needs("allocation.decide")
@require_POST
def allocate_waiting(request: HttpRequest) -> HttpResponse:
    """Reserve all that fit, the first in the queue first; then show for each line why."""
    hat = acting(request)

    def act() -> str:
        choices = operations.allocate_waiting(by=hat, at=timezone.now(), most=MOST_AT_ONCE)
        _keep_choices(request, choices)
        return reverse("distribution:allocated")

    return redirect(command_of_page(request, act))


def _keep_choices(request: HttpRequest, choices: list[operations.Choice]) -> None:
    """Keep what the first press decided; a second press of the same form is undone."""
    key = request.POST.get(KEY_FIELD, "")
    if key and request.session.get(_KEY) == key:
        return
    request.session[_KEY] = key
    request.session[_CHOICES] = [
        {
            "request": choice.request,
            "kind": str(Kind(choice.kind).label),
            "code": codes.spell(choice.code) if choice.code else "",
            "why": str(choice.why),
        }
        for choice in choices
    ]


@needs("allocation.decide")
def allocated(request: HttpRequest) -> HttpResponse:
    """Say what the last press reserved, and for each line why or why not."""
    choices = request.session.get(_CHOICES, [])
    reserved = sum(bool(choice["code"]) for choice in choices)
    return render(
        request, "distribution/allocated.html", {"choices": choices, "reserved": reserved}
    )

"""The bench: the workshop's day, and the field that every scan goes into."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core.pages.commands import status_of
from backend.core.pages.forms import posted
from backend.inventory.pages import keeping, scanning
from backend.inventory.pages.bench_acts import BENCH_ACTS, initial, offered
from backend.inventory.pages.forms import NamedChoice
from backend.inventory.queries import work


@needs("device.receive")
@never_cache
def bench(request: HttpRequest) -> HttpResponse:
    """Show the scan field with its last results, and the work that waits."""
    hat = acting(request)
    kept = keeping.setting(request)
    scans = keeping.scans(request)
    return render(
        request,
        "inventory/bench.html",
        {
            "act_name": kept["act"],
            "act": BENCH_ACTS[kept["act"]],
            "acts": offered(hat),
            "opens_page": kept["act"] == keeping.OPEN or kept["data"].get("asks_numbers"),
            "kept": _in_words(request),
            "last": scans[0] if scans else None,
            "scans": scans[1:],
            "undoable": scanning.undoable(scans),
            "piles": work.piles(hat),
            "expected": work.expected_lines(hat),
            "coming": work.coming(hat),
        },
    )


def _in_words(request: HttpRequest) -> list[tuple[Any, Any]]:
    """Say what is set for all scans: the label of each field and its answer in words."""
    kept = keeping.setting(request)
    form = BENCH_ACTS[kept["act"]].form(kept["data"], hat=acting(request))
    form.is_valid()
    told = []
    for field in form:
        said = form.cleaned_data.get(field.name)
        if said in (None, "", False, 0):
            continue
        told.append((field.label, _said(field.field, said)))
    return told


def _said(field: Any, said: Any) -> Any:
    if isinstance(field, NamedChoice):
        return field.words(said)
    if isinstance(said, str):
        return dict(getattr(field, "choices", [])).get(said, said)
    return _("Yes") if said is True else said


@needs("device.receive")
def bench_setup(request: HttpRequest, name: str) -> HttpResponse:
    """Set once what every scan does from now on."""
    hat = acting(request)
    if name not in offered(hat):
        raise Http404
    act = BENCH_ACTS[name]
    form = act.form(posted(request), hat=hat, initial=initial(name, request))
    if request.method == "POST" and form.is_valid():
        keeping.keep(request, name, {key: request.POST.get(key, "") for key in form.fields})
        if name == "effacement":
            said = {"method", "tool", "tool_version", "verification"}
            request.session["erasure"] = {key: form.cleaned_data[key] for key in said}
        return redirect("inventory:bench")
    return render(
        request,
        "inventory/bench_setup.html",
        {"act": act, "name": name, "form": form},
        status=status_of(form),
    )


@needs("device.receive")
@require_POST
def bench_scan(request: HttpRequest) -> HttpResponse:
    """Take one scan; the result stands on the bench."""
    return redirect(scanning.scan(request, acting(request), back=reverse("inventory:bench")))


@needs("device.undo")
@require_POST
def bench_undo(request: HttpRequest) -> HttpResponse:
    """Take the last scan back."""
    scanning.undo(request, acting(request))
    return redirect("inventory:bench")

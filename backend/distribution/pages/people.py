"""The people of a structure: their files, which are read under watch, exported and erased."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core import codes
from backend.core.pages.commands import sent, status_of
from backend.distribution import figures, operations
from backend.distribution.models import Allocation, Beneficiary, Request
from backend.distribution.pages.desk import tell_delays, with_lines

ON_A_PAGE = 50
READS_SHOWN = 20


@needs("beneficiary.view")
def people(request: HttpRequest) -> HttpResponse:
    """List the structure's people by case reference, never by name."""
    found = Beneficiary.objects.seen_by(acting(request)).filter(purged_at=None)
    words = request.GET.get("q", "").strip()
    if label := codes.page_of_label(words):
        return redirect(label)
    if words:
        found = found.filter(case_reference__icontains=words)
    held = Allocation.objects.open().select_related("device", "line")
    found = found.prefetch_related(
        Prefetch("requests", queryset=Request.objects.order_by("-submitted_at", "-pk")),
        Prefetch("requests__lines__allocations", queryset=held, to_attr="promises"),
    )
    page = Paginator(found.order_by("-last_contact_at", "-pk"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "distribution/people.html", {"page_obj": page, "q": words})


@needs("beneficiary.view")
def beneficiary(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a person's file; that it was read, and by whom, is kept."""
    hat = acting(request)
    person = get_object_or_404(Beneficiary.objects.seen_by(hat), pk=pk)
    operations.read_beneficiary(beneficiary=person, by=hat, at=timezone.now())
    requests = list(with_lines(person.requests.order_by("-submitted_at", "-pk")))
    shown = {
        "person": person,
        "checks": person.criterion_checks.order_by("checked_at", "pk"),
        "requests": tell_delays(requests, figures.paces(at=timezone.now())),
        "reads": person.reads.order_by("-read_at", "-pk")[:READS_SHOWN],
    }
    return render(request, "distribution/beneficiary.html", shown)


@needs("beneficiary.view")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Give everything that is kept about a person, as a file, to be handed to them."""
    hat = acting(request)
    person = get_object_or_404(Beneficiary.objects.seen_by(hat), pk=pk)
    kept = operations.export_beneficiary(beneficiary=person, by=hat, at=timezone.now())
    answer = JsonResponse(kept, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="rebond-{pk}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@needs("beneficiary.edit")
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then erase what names a person; the figures stay."""
    hat = acting(request)
    person = get_object_or_404(Beneficiary.objects.seen_by(hat), pk=pk, purged_at=None)
    form = forms.Form(request.POST or None)

    def act() -> str:
        operations.erase_beneficiary(beneficiary=person, by=hat, at=timezone.now())
        messages.success(request, _("The file is erased."))
        return reverse("distribution:people")

    if answer := sent(request, form, act):
        return answer
    shown = {"form": form, "person": person}
    return render(request, "distribution/erase_beneficiary.html", shown, status=status_of(form))

"""The coordination answers pledges; workshops and donors read those that are theirs."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import field_of, posted
from backend.inventory import operations
from backend.inventory.choices import PledgeState
from backend.inventory.models import Certificate, Collection, Pledge
from backend.inventory.pages.forms import NamedChoice
from backend.inventory.queries import fates
from backend.inventory.queries.acceptance import verdict
from backend.inventory.queries.costs import cost_of_pledge

ON_A_PAGE = 50
_CERTIFIED = {PledgeState.ACCEPTED, PledgeState.CLOSED}


def _place_words(workshop: Organisation) -> str:
    return f"{workshop.name} ({workshop.territory})"


class AcceptForm(forms.Form):
    """Which workshop receives it, and which donor this is."""

    workshop = NamedChoice(
        label=gettext_lazy("Which workshop receives it?"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose"),
        words=_place_words,
    )
    donor = NamedChoice(
        label=gettext_lazy("Which donor is it?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Find it by its SIREN, or write it down as new"),
        words=_place_words,
    )

    def __init__(self, *args: Any, pledge: Pledge, **kwargs: Any) -> None:
        """Offer the workshops of the territory first, and the donors that resemble this one."""
        super().__init__(*args, **kwargs)
        workshops = Organisation.objects.workshops().filter(is_active=True)
        near = Count("pk", filter=Q(territory=pledge.territory))
        field_of(self, "workshop").queryset = workshops.annotate(near=near).order_by(
            "-near", "name"
        )
        donors = Organisation.objects.filter(kind=OrganisationKind.DONOR, is_active=True)
        alike = Q(name__icontains=pledge.donor_name.split()[0]) | Q(pk=pledge.donor_id)
        if pledge.siren:
            alike |= Q(siren=pledge.siren)
        field_of(self, "donor").queryset = donors.filter(alike).order_by("name")
        same = Q(siren=pledge.siren) if pledge.siren else Q(name__iexact=pledge.donor_name)
        self.fields["donor"].initial = pledge.donor or donors.filter(same).first()


class DeclineForm(forms.Form):
    """Why not: the donor reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Why not?"),
        max_length=400,
        help_text=gettext_lazy("The donor reads this sentence."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@needs("pledge.view")
def pledges(request: HttpRequest) -> HttpResponse:
    """List pledges by state: those that wait for an answer first, oldest first."""
    hat = acting(request)
    if hat.organisation.kind == OrganisationKind.DONOR:
        return redirect("inventory:my_pledges")
    seen = Pledge.objects.seen_by(hat)
    numbers = dict(seen.order_by().values_list("state").annotate(n=Count("pk")))
    state = request.GET.get("state") or ("announced" if numbers.get("announced") else "accepted")
    found = seen.filter(state=state) if state in PledgeState.values else seen
    order = "announced_at" if state == PledgeState.ANNOUNCED else "-announced_at"
    found = found.select_related("workshop").annotate(devices_announced=Sum("lines__quantity"))
    page = Paginator(found.order_by(order, "pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    tabs = [(value, words, numbers.get(value, 0)) for value, words in PledgeState.choices]
    return render(
        request,
        "inventory/pledges.html",
        {"page_obj": page, "tabs": tabs, "state": state},
    )


@needs("pledge.view")
def pledge(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one pledge with what may be decided of it."""
    hat = acting(request)
    found = _find(hat, reference)
    may_decide = can(hat, "pledge.decide") and found.state == PledgeState.ANNOUNCED
    return _show(
        request,
        found,
        accept=AcceptForm(pledge=found, prefix="accept") if may_decide else None,
        decline=DeclineForm(prefix="decline") if may_decide else None,
    )


def _find(hat: Membership, reference: str) -> Pledge:
    seen = Pledge.objects.seen_by(hat).select_related("workshop", "donor")
    return get_object_or_404(seen, reference=reference)


def _show(
    request: HttpRequest, found: Pledge, *, status: int = 200, **decisions: Any
) -> HttpResponse:
    hat = acting(request)
    progress = fates.progress_of(found)
    today = timezone.localdate().year
    judged = [
        (line, verdict(kind=line.kind, year=line.year, is_locked=line.is_locked, today=today))
        for line in progress.lines
    ]
    trips = Collection.objects.filter(lines__pledge_line__pledge=found).distinct()
    is_accepted = found.state == PledgeState.ACCEPTED
    return render(
        request,
        "inventory/pledge.html",
        {
            "pledge": found,
            "progress": progress,
            "judged": judged,
            "trips": trips.order_by("planned_for"),
            "may_plan": is_accepted and can(hat, "collection.plan"),
            "papers": Certificate.objects.filter(pledge=found).in_force(),
            "may_certify": can(hat, "certificate.issue") and found.state in _CERTIFIED,
            "may_close": is_accepted and can(hat, "pledge.decide"),
            "cost": cost_of_pledge(found) if can(hat, "cost.view") else None,
            "sees_contact": hat.organisation.kind != OrganisationKind.STRUCTURE,
            **decisions,
        },
        status=status,
    )


@needs("pledge.decide")
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept a pledge for one workshop."""
    hat = acting(request)
    found = _find(hat, reference)
    form = AcceptForm(posted(request), pledge=found, prefix="accept")

    def do() -> str:
        operations.accept_pledge(pledge=found, by=hat, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Accepted: the donor is told by e-mail."))
        return reverse("inventory:pledge", args=[reference])

    if gone := sent(request, form, do):
        return gone
    decline = DeclineForm(prefix="decline")
    return _show(request, found, accept=form, decline=decline, status=status_of(form))


@needs("pledge.decide")
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Decline a pledge, with the reason that the donor will read."""
    hat = acting(request)
    found = _find(hat, reference)
    form = DeclineForm(posted(request), prefix="decline")

    def do() -> str:
        reason = form.cleaned_data["reason"]
        operations.decline_pledge(pledge=found, reason=reason, by=hat, at=timezone.now())
        messages.success(request, _("Declined: the donor is told why by e-mail."))
        return reverse("inventory:pledge", args=[reference])

    if gone := sent(request, form, do):
        return gone
    accept_form = AcceptForm(pledge=found, prefix="accept")
    return _show(request, found, accept=accept_form, decline=form, status=status_of(form))


@needs("pledge.decide")
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask, then close an accepted pledge: nothing more is expected on it."""
    hat = acting(request)
    found = _find(hat, reference)
    if found.state == PledgeState.ANNOUNCED:
        raise Http404
    form = forms.Form(posted(request))

    def do() -> str:
        operations.close_pledge(pledge=found, by=hat, at=timezone.now())
        messages.success(request, _("Closed: nothing more is expected."))
        return reverse("inventory:pledge", args=[reference])

    if gone := sent(request, form, do):
        return gone
    return render(
        request,
        "inventory/confirm.html",
        {
            "form": form,
            "question": _("Close this pledge?"),
            "text": _("Nothing more is expected on it. What was received stays as it is."),
            "action": _("Close the pledge"),
            "back": reverse("inventory:pledge", args=[reference]),
        },
        status=status_of(form),
    )

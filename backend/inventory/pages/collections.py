"""Collections: planned from accepted pledges, counted at the door."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership
from backend.accounts.pages.access import demand, needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import field_of, posted
from backend.inventory.choices import CollectionState, PledgeState
from backend.inventory.models import Collection, CollectionLine, Pledge, PledgeLine
from backend.inventory.operations import (
    DoorCount,
    cancel_collection,
    plan_collection,
    record_collection,
)
from backend.inventory.pages.forms import MomentField
from backend.inventory.pages.receiving import line_words
from backend.inventory.queries import work


class LinesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic
    """Lines of accepted pledges, in the bench's words."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Show a line with its workshop."""
        return f"{line_words(obj)} → {obj.pledge.workshop}"


class PlanForm(forms.Form):
    """What to fetch, when, who comes."""

    lines = LinesField(label=gettext_lazy("What is fetched?"), queryset=PledgeLine.objects.none())
    planned_for = MomentField(label=gettext_lazy("When?"))
    fetched_by = forms.CharField(
        label=gettext_lazy("Who comes?"),
        max_length=120,
        help_text=gettext_lazy("A service or a carrier: the donor reads it."),
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """Offer the lines of the accepted pledges that this person sees."""
        super().__init__(*args, **kwargs)
        seen = Pledge.objects.seen_by(hat).filter(state=PledgeState.ACCEPTED)
        field_of(self, "lines").queryset = (
            PledgeLine.objects.filter(pledge__in=seen)
            .select_related("pledge__workshop")
            .order_by("pledge__decided_at", "pk")
        )


class DoorForm(forms.Form):
    """What was counted of one line."""

    collected = forms.IntegerField(label=gettext_lazy("Collected"), min_value=0, max_value=9999)
    refused = forms.IntegerField(
        label=gettext_lazy("Refused"), min_value=0, max_value=9999, initial=0, required=False
    )
    reason = forms.CharField(label=gettext_lazy("Why refused?"), max_length=240, required=False)

    def __init__(self, *args: Any, line: CollectionLine, **kwargs: Any) -> None:
        """Start from what was announced."""
        kwargs["initial"] = {"collected": line.pledge_line.quantity, "refused": 0}
        kwargs["prefix"] = f"line-{line.pledge_line_id}"
        super().__init__(*args, **kwargs)
        self.line = line

    def clean(self) -> dict[str, Any]:
        """Ask the reason beside its field."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("refused") and not said.get("reason"):
            self.add_error("reason", _("Say why devices were refused at the door."))
        return said

    def count(self) -> DoorCount:
        """Give the count as the operation takes it."""
        said = self.cleaned_data
        return DoorCount(said["collected"], said["refused"] or 0, said["reason"])


class SignForm(forms.Form):
    """Who signed at the door: a function, no name."""

    signed_by_role = forms.CharField(
        label=gettext_lazy("Signed at the door by"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("A function, no name: IT manager, reception…"),
    )


class CancelForm(forms.Form):
    """Why a trip is called off."""

    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=240)


@needs("collection.view")
def collections(request: HttpRequest) -> HttpResponse:
    """List the collections: those to be done first, then the others, newest first."""
    hat = acting(request)
    found = work.trips(hat)
    planned = found.filter(state=CollectionState.PLANNED).order_by("planned_for")
    others = found.exclude(state=CollectionState.PLANNED).order_by("-planned_for", "-pk")
    return render(
        request,
        "inventory/collections.html",
        {
            "planned": planned,
            "page_obj": Paginator(others, 25).get_page(request.GET.get("page")),
            "may_plan": can(hat, "collection.plan"),
        },
    )


@needs("collection.plan")
def plan(request: HttpRequest) -> HttpResponse:
    """Plan one trip for lines of accepted pledges of one workshop."""
    hat = acting(request)
    chosen = PledgeLine.objects.filter(pledge__reference=request.GET.get("pledge", ""))
    initial: dict[str, Any] = {"lines": list(chosen.values_list("pk", flat=True))}
    if hat.organisation.kind == OrganisationKind.WORKSHOP:
        initial["fetched_by"] = hat.organisation.name
    form = PlanForm(posted(request), hat=hat, initial=initial)

    def do() -> str:
        said = form.cleaned_data
        lines = list(said["lines"])
        trip = plan_collection(
            lines=lines,
            workshop=lines[0].pledge.workshop,
            fetched_by=said["fetched_by"],
            planned_for=said["planned_for"],
            by=hat,
            at=timezone.now(),
        )
        messages.success(request, _("Planned: the donor is told the date by e-mail."))
        return reverse("inventory:collection", args=[trip.pk])

    if gone := sent(request, form, do):
        return gone
    return render(
        request, "inventory/collection_plan.html", {"form": form}, status=status_of(form)
    )


@needs("collection.view")
def collection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one collection; count it at the door."""
    hat = acting(request)
    trip = get_object_or_404(Collection.objects.seen_by(hat).select_related("workshop"), pk=pk)
    lines = _lines(trip, hat)
    doors: list[DoorForm] = []
    sign = SignForm(posted(request))
    is_open = trip.state == CollectionState.PLANNED and can(hat, "collection.record")
    if is_open or request.method == "POST":
        doors = [DoorForm(posted(request), line=line) for line in lines]
    if request.method == "POST":
        demand(request, "collection.record")
        wrong = [door for door in doors if not door.is_valid()]
        gone = None if wrong else sent(request, sign, lambda: _record(request, trip, doors, sign))
        if gone:
            return gone
    return render(
        request,
        "inventory/collection.html",
        {
            "trip": trip,
            "lines": lines,
            "doors": doors,
            "sign": sign if is_open or sign.errors else None,
            "may_cancel": trip.state == CollectionState.PLANNED and can(hat, "collection.plan"),
            "pledges": {line.pledge_line.pledge for line in lines},
            "sees_contact": can(hat, "collection.record"),
        },
        status=422 if request.method == "POST" else 200,
    )


def _lines(trip: Collection, hat: Membership) -> list[CollectionLine]:
    lines = trip.lines.select_related("pledge_line__pledge").order_by("pk")
    if hat.organisation.kind == OrganisationKind.DONOR:
        lines = lines.filter(pledge_line__pledge__donor_id=hat.organisation_id)
    return list(lines)


def _record(request: HttpRequest, trip: Collection, doors: list[DoorForm], sign: SignForm) -> str:
    record_collection(
        collection=trip,
        counts={door.line.pledge_line_id: door.count() for door in doors},
        signed_by_role=sign.cleaned_data["signed_by_role"],
        by=acting(request),
        at=timezone.now(),
    )
    messages.success(request, _("Counted. The devices are expected at the workshop now."))
    return reverse("inventory:collection", args=[trip.pk])


@needs("collection.plan")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then call a planned trip off."""
    hat = acting(request)
    trip = get_object_or_404(Collection.objects.seen_by(hat), pk=pk)
    form = CancelForm(posted(request))
    back = reverse("inventory:collection", args=[trip.pk])

    def do() -> str:
        reason = form.cleaned_data["reason"]
        cancel_collection(collection=trip, reason=reason, by=hat, at=timezone.now())
        messages.success(request, _("Called off: its devices may be planned again."))
        return back

    if gone := sent(request, form, do):
        return gone
    return render(
        request,
        "inventory/confirm.html",
        {
            "form": form,
            "question": _("Call this collection off?"),
            "action": _("Call it off"),
            "back": back,
        },
        status=status_of(form),
    )

"""What a workshop sets for itself, and the programme's performance scale."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
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
from backend.inventory import operations
from backend.inventory.choices import Kind
from backend.inventory.models import Checklist, HourlyRate, PerformanceScale
from backend.inventory.operations.setting import DEAREST_HOUR, LONGEST_WORDS
from backend.inventory.pages.list_draft import Draft
from backend.inventory.pages.scale_words import groups
from backend.inventory.performance import HIGHEST, LOWEST, STANDARD
from backend.inventory.queries import standards


class RateForm(forms.Form):
    """What an hour of work costs."""

    euros = forms.DecimalField(
        label=gettext_lazy("An hour of work (€)"),
        min_value=0,
        max_value=Decimal(DEAREST_HOUR) / 100,
        decimal_places=2,
        help_text=gettext_lazy("Repairs recorded before keep the rate of their day."),
    )


@needs("checklist.view")
def settings(request: HttpRequest) -> HttpResponse:
    """Show what holds in this workshop: checklists, hourly rate, the programme's scale."""
    hat = acting(request)
    rate = standards.rate_now(hat.organisation_id)
    form = RateForm(
        posted(request), initial={"euros": Decimal(rate.cents) / 100 if rate else None}
    )
    if request.method == "POST":
        demand(request, "rate.edit")
        if gone := sent(request, form, lambda: _set_rate(request, form, hat)):
            return gone
    lists = standards.current_lists(hat.organisation_id).values()
    rates = HourlyRate.objects.filter(organisation_id=hat.organisation_id).order_by("-pk")
    return render(
        request,
        "inventory/workshop_settings.html",
        {
            "lists": [(found, Kind(found.kind).label) for found in lists],
            "rate": rate,
            "rates": [(row.published_at, Decimal(row.cents) / 100) for row in rates[:10]],
            "form": form if can(hat, "rate.edit") else None,
            "may_edit": can(hat, "checklist.edit"),
            "scale": standards.scale_now(),
        },
        status=status_of(form),
    )


def _set_rate(request: HttpRequest, form: forms.Form, hat: Membership) -> str:
    cents = round(form.cleaned_data["euros"] * 100)
    operations.set_hourly_rate(cents=cents, by=hat, at=timezone.now())
    messages.success(request, _("This rate holds from now on."))
    return reverse("inventory:workshop_settings")


class PublishForm(forms.Form):
    """Nothing to fill in: the points stand beside it, this carries what is wrong with them."""


@needs("checklist.view")
def checklist(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the checklist of one kind; the manager changes it and publishes the next version.

    Each button sends the whole list, so that nothing needs JavaScript or a drag.
    """
    if kind not in Kind.values:
        raise Http404
    hat = acting(request)
    current = standards.current_list(hat.organisation_id, kind)
    draft = Draft.of(current)
    form = PublishForm(posted(request))
    if request.method == "POST":
        demand(request, "checklist.edit")
        draft = Draft.read(request.POST)
        if request.POST.get("do") == "publish":
            if gone := sent(request, form, lambda: _publish(request, kind, draft, hat)):
                return gone
        else:
            draft.do(request.POST.get("do", ""))
    mine = Checklist.objects.filter(organisation_id=hat.organisation_id, kind=kind)
    return render(
        request,
        "inventory/checklist.html",
        {
            "kind": kind,
            "kind_words": Kind(kind).label,
            "current": current,
            "draft": draft,
            "form": form,
            "longest": LONGEST_WORDS,
            "may_edit": can(hat, "checklist.edit"),
            "versions": mine.order_by("-version")[:10],
        },
        status=status_of(form),
    )


def _publish(request: HttpRequest, kind: str, draft: Draft, hat: Membership) -> str:
    operations.publish_checklist(
        kind=kind, points=draft.points, replaces=draft.replaces, by=hat, at=timezone.now()
    )
    messages.success(request, _("Published: the bench uses this list from now on."))
    return reverse("inventory:checklist", args=[kind])


class ScaleForm(forms.Form):
    """All points of the scale, as they were when the form was opened."""

    replaces = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, scale: standards.CurrentScale, **kwargs: Any) -> None:
        """Ask each point, starting from what holds now."""
        super().__init__(*args, **kwargs)
        self.fields["replaces"].initial = scale.version
        for title, _help, rows in groups():
            for key, words in rows:
                field: Any = forms.IntegerField(label=words, min_value=LOWEST, max_value=HIGHEST)
                field.initial, field.group = scale.points[key], title
                self.fields[key] = field

    def by_group(self) -> list[tuple[Any, Any, list[Any]]]:
        """Give the fields, group by group."""
        return [(title, help_, [self[key] for key, _w in rows]) for title, help_, rows in groups()]


@needs("performance.view")
def scale(request: HttpRequest) -> HttpResponse:
    """Show the scale that makes performance classes, with its reasons."""
    current = standards.scale_now()
    return render(
        request,
        "inventory/scale.html",
        {
            "scale": current,
            "groups": [
                (title, help_, [(words, current.points[key]) for key, words in rows])
                for title, help_, rows in groups()
            ],
            "versions": PerformanceScale.objects.order_by("-version")[:10],
            "may_edit": can(acting(request), "performance.edit"),
        },
    )


@needs("performance.edit")
def edit_scale(request: HttpRequest) -> HttpResponse:
    """Change the points and publish the next version."""
    hat = acting(request)
    form = ScaleForm(posted(request), scale=standards.scale_now())

    def do() -> str:
        points = {key: form.cleaned_data[key] for key in STANDARD}
        replaces = form.cleaned_data["replaces"]
        operations.publish_performance_scale(
            points=points, replaces=replaces, by=hat, at=timezone.now()
        )
        messages.success(request, _("Published: new classes are computed from it."))
        return reverse("inventory:scale")

    if gone := sent(request, form, do):
        return gone
    return render(request, "inventory/scale_edit.html", {"form": form}, status=status_of(form))

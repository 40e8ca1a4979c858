"""Programmes: the rules by which devices are given, set by the coordination."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core.pages.commands import sent, status_of
from backend.distribution import operations
from backend.distribution.choices import Criterion, RequestState
from backend.distribution.models import Programme


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in stubs
    """The rules, in the words of the coordination; the price in euros."""

    criteria = forms.MultipleChoiceField(
        label=gettext_lazy("Criteria (one of them is enough)"),
        choices=Criterion.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    price = forms.DecimalField(
        label=gettext_lazy("Price (€)"),
        min_value=0,
        max_value=1000,
        decimal_places=2,
        initial=0,
        help_text=gettext_lazy(
            "0 is free. Gifts of public bodies keep below the price caps of the law."
        ),
    )

    class Meta:
        model = Programme
        fields = [
            "name",
            "criteria",
            "price",
            "devices_per_person",
            "period_days",
            "open_requests_per_counsellor",
            "reservation_days",
            "warranty_days",
            "is_open",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the price in euros."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["price"].initial = Decimal(self.instance.price_cents) / 100

    def _post_clean(self) -> None:
        # The operation checks and writes; the row in hand stays as it was.
        return

    @property
    def facts(self) -> Any:
        """The columns of the programme as typed."""
        given = dict(self.cleaned_data)
        price = given.pop("price")
        return {**given, "price_cents": int(price * 100)}


@needs("programme.edit")
def programmes(request: HttpRequest) -> HttpResponse:
    """List the programmes with their queue."""
    waiting = Count("requests", filter=Q(requests__state=RequestState.WAITING))
    served = Count("requests", filter=Q(requests__state=RequestState.SERVED))
    found = (
        Programme.objects.seen_by(acting(request))
        .annotate(waiting=waiting, served=served, price=F("price_cents") / 100.0)
        .order_by("-is_open", "name")
    )
    return render(request, "distribution/programmes.html", {"programmes": found})


@needs("programme.edit")
def create(request: HttpRequest) -> HttpResponse:
    """Open a programme."""
    hat = acting(request)
    form = ProgrammeForm(request.POST or None)

    def act() -> str:
        operations.create_programme(facts=form.facts, by=hat, at=timezone.now())
        messages.success(request, _("The programme is open to requests."))
        return reverse("distribution:programmes")

    if answer := sent(request, form, act):
        return answer
    return render(request, "distribution/programme.html", {"form": form}, status=status_of(form))


@needs("programme.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the rules from now on."""
    hat = acting(request)
    programme = get_object_or_404(Programme.objects.seen_by(hat), pk=pk)
    form = ProgrammeForm(request.POST or None, instance=programme)

    def act() -> str:
        operations.edit_programme(programme=programme, facts=form.facts, by=hat, at=timezone.now())
        messages.success(request, _("Saved. What is promised already keeps its terms."))
        return reverse("distribution:programmes")

    if answer := sent(request, form, act):
        return answer
    shown = {"form": form, "programme": programme}
    return render(request, "distribution/programme.html", shown, status=status_of(form))

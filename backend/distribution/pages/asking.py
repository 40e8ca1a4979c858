"""The two-minute request: the person and the need on one screen."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend.accounts.models import Membership
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import field_of
from backend.distribution import operations
from backend.distribution.choices import Connection, Criterion, Purpose, Urgency
from backend.distribution.models import Beneficiary, Programme, Request
from backend.inventory.choices import Kind

SUGGESTED_PEOPLE = 100
_RAM = [(0, gettext_lazy("No minimum")), *((gb, f"{gb} Go") for gb in (4, 8, 16))]
_STORAGE = [(0, gettext_lazy("No minimum")), *((gb, f"{gb} Go") for gb in (64, 128, 256, 512))]


class PersonForm(forms.Form):
    """A person whom the structure does not know yet: as little as the rules need."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Stored encrypted, shown to your structure only."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth_year = forms.IntegerField(
        label=gettext_lazy("Year of birth"), required=False, min_value=1900, max_value=2100
    )
    household_size = forms.IntegerField(
        label=gettext_lazy("People in the household"),
        initial=1,
        required=False,
        min_value=1,
        max_value=30,
    )
    criteria = forms.MultipleChoiceField(
        label=gettext_lazy("What you checked"),
        choices=Criterion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("One is enough. No proof is kept: only that you checked it today."),
    )


class NeedForm(forms.Form):
    """What the person needs it for, and the least it must do."""

    programme = forms.ModelChoiceField(
        label=gettext_lazy("Programme"),
        queryset=Programme.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Device"), choices=Kind.choices)
    purpose = forms.ChoiceField(label=gettext_lazy("What for"), choices=Purpose.choices)
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("How soon"),
        choices=Urgency.choices,
        coerce=int,
        initial=Urgency.NORMAL,
        widget=forms.RadioSelect,
    )
    connection = forms.ChoiceField(
        label=gettext_lazy("Internet at home"),
        choices=Connection.choices,
        initial=Connection.UNKNOWN,
    )
    min_ram_gb = forms.TypedChoiceField(
        label=gettext_lazy("Memory, at least"), choices=_RAM, coerce=int, initial=0
    )
    min_storage_gb = forms.TypedChoiceField(
        label=gettext_lazy("Storage, at least"), choices=_STORAGE, coerce=int, initial=0
    )
    accessories = forms.CharField(
        label=gettext_lazy("Accessories"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For example a mouse, a headset, a bag."),
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """Offer the programmes that take requests; the only one is chosen already."""
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.seen_by(hat).open().order_by("price_cents", "name")
        field_of(self, "programme").queryset = programmes
        self.fields["programme"].initial = programmes.first()


class AskForm(NeedForm, PersonForm):
    """The whole request. The case reference says whether the person is known."""

    case_reference = forms.CharField(
        label=gettext_lazy("Case reference"),
        max_length=40,
        help_text=gettext_lazy("The reference of your own files, without the name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-people"}),
    )


def _known(hat: Membership, reference: str) -> Beneficiary | None:
    people = Beneficiary.objects.seen_by(hat).filter(purged_at=None)
    return people.filter(case_reference=reference.strip()).first() if reference else None


def _checked(person: Beneficiary | None) -> list[str]:
    checks = person.criterion_checks.values_list("criterion", flat=True) if person else ()
    return list(checks)


def _chosen(hat: Membership, pk: str) -> Beneficiary | None:
    people = Beneficiary.objects.seen_by(hat).filter(purged_at=None)
    return people.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


@needs("request.submit")
def ask(request: HttpRequest) -> HttpResponse:
    """Register the person if need be and put the request: one screen, one command."""
    hat = acting(request)
    chosen = _chosen(hat, request.GET.get("personne", ""))
    known = _known(hat, request.POST.get("case_reference", "")) or chosen
    initial = {"case_reference": chosen or "", "criteria": _checked(known)}
    form = AskForm(request.POST or None, hat=hat, initial=initial)

    def act() -> str:
        asked = _submit(form.cleaned_data, known=known, by=hat)
        messages.success(
            request, _("Request %(reference)s is in the queue.") % {"reference": asked.reference}
        )
        return reverse("distribution:request", args=[asked.reference])

    if answer := sent(request, form, act):
        return answer
    recent = Beneficiary.objects.seen_by(hat).filter(purged_at=None).order_by("-last_contact_at")
    shown = {"form": form, "known": known, "people": recent[:SUGGESTED_PEOPLE]}
    return render(request, "distribution/ask.html", shown, status=status_of(form))


def _submit(given: dict[str, Any], *, known: Beneficiary | None, by: Membership) -> Request:
    at = timezone.now()
    person = known or operations.register_beneficiary(
        structure=by.organisation,
        case_reference=given["case_reference"].strip(),
        name=given["name"],
        birth_year=given["birth_year"],
        household_size=given["household_size"] or 1,
        criteria=given["criteria"],
        by=by,
        at=at,
    )
    if known and set(given["criteria"]) - set(_checked(known)):
        operations.edit_beneficiary(
            beneficiary=known,
            facts={},
            criteria=sorted({*given["criteria"], *_checked(known)}),
            by=by,
            at=at,
        )
    need: operations.Need = {
        "kind": given["kind"],
        "min_ram_gb": given["min_ram_gb"],
        "min_storage_gb": given["min_storage_gb"],
        "accessories": given["accessories"],
    }
    return operations.submit_request(
        beneficiary=person,
        programme=given["programme"],
        needs=[need],
        purpose=given["purpose"],
        urgency=given["urgency"],
        connection=given["connection"],
        by=by,
        at=at,
    )


@needs("request.submit")
@require_POST
def person(request: HttpRequest) -> HttpResponse:
    """Say whether a case reference is known; the fields of a new person otherwise (fragment).

    Empty (204) when those fields stand on the page already: an answer that comes late over a
    slow line must not empty what was typed meanwhile.
    """
    hat = acting(request)
    known = _known(hat, request.POST.get("case_reference", ""))
    if not known and "was_known" not in request.POST:
        return HttpResponse(status=204)
    form = AskForm(hat=hat, initial={"criteria": _checked(known)})
    return render(request, "distribution/_person.html", {"form": form, "known": known})

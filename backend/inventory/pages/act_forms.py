"""What each act on a device asks for."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Case, Q, When
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core.pages.forms import field_of
from backend.inventory.choices import (
    Condition,
    Kind,
    PartCondition,
    PerformanceClass,
    Triage,
)
from backend.inventory.models import Device, Location, Lot, Part
from backend.inventory.models.workshop import MOST_MINUTES
from backend.inventory.operations import Where
from backend.inventory.pages.forms import CodeField, NamedChoice, TruthField
from backend.inventory.pages.photos import PhotosField
from backend.inventory.queries.standards import current_list

SPECS = ("cpu", "ram_gb", "storage_gb", "screen_in")


def place_words(place: Location) -> str:
    """Name a place with the zone and the site it lies in."""
    names = [place.name]
    while place.parent is not None:
        place = place.parent
        names.append(place.name)
    return " › ".join(reversed(names))


def part_words(part: Part) -> str:
    """Name a part with its kind, its price and how many there are."""
    price = floatformat(part.price, 2)
    kind, new = part.get_kind_display(), part.get_condition_display()
    return f"{kind} · {part} · {new} · {price} € (× {part.quantity})"


class ActForm(forms.Form):
    """The form of one act: who acts is known, the device too, except at the bench."""

    def __init__(
        self, *args: Any, hat: Membership, device: Device | None = None, **kwargs: Any
    ) -> None:
        """Keep who acts and on what."""
        super().__init__(*args, **kwargs)
        self.hat = hat
        self.device = device
        self.fit()

    def fit(self) -> None:
        """Offer what this person may choose for this device."""


class NothingMore(ActForm):
    """Nothing more to say: one press."""


class TriageForm(ActForm):
    """Where a device goes, and why."""

    decision = forms.ChoiceField(
        label=_("Where does it go?"), choices=Triage.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why?"), max_length=240, help_text=_("For example: starts, good battery.")
    )
    powers_on = TruthField(label=_("Does it start?"))
    performance_class = forms.ChoiceField(
        label=_("Performance"),
        choices=[("", _("Computed, where it can be")), *PerformanceClass.choices],
        required=False,
    )
    condition = forms.ChoiceField(
        label=_("Look"), choices=[("", _("Later")), *Condition.choices], required=False
    )
    visual = forms.CharField(label=_("What one sees"), max_length=240, required=False)
    is_locked = forms.BooleanField(
        label=_("Locked by an account, a BIOS password or a fleet manager"), required=False
    )


class TriageWithPhotosForm(TriageForm):
    """Where one device goes, and what it looked like."""

    photos = PhotosField(
        label=_("Photos"),
        required=False,
        help_text=_("Six at most. On a phone you may take them now."),
    )


class PhotosForm(ActForm):
    """More photos of the last inspection."""

    photos = PhotosField(
        label=_("Photos"), help_text=_("Six at most for each inspection. No face, no name.")
    )


class GradeForm(ActForm):
    """The performance class, said by hand."""

    performance_class = forms.ChoiceField(
        label=_("Performance"),
        choices=[("", _("Compute it again")), *PerformanceClass.choices],
        required=False,
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=240,
        required=False,
        help_text=_("Needed for a class chosen by hand."),
    )


class CheckForm(ActForm):
    """Every point of the checklist, answered one by one."""

    points = forms.MultipleChoiceField(
        label=_("Tick what you have checked"),
        widget=forms.CheckboxSelectMultiple,
    )

    def fit(self) -> None:
        """Ask the points of this kind in this workshop; without a device, those of a laptop."""
        kind = self.device.kind if self.device else Kind.LAPTOP
        whose = self.device.custodian_id if self.device else self.hat.organisation_id
        points = current_list(whose, kind).points
        field_of(self, "points").choices = [(p.key, p.words) for p in points]

    def answers(self) -> dict[str, bool]:
        """Give what was answered."""
        seen = self.cleaned_data["points"]
        return {key: key in seen for key, _words in field_of(self, "points").choices}


class FailForm(ActForm):
    """What did not pass, and where the device goes."""

    decision = forms.ChoiceField(
        label=_("Where does it go?"), choices=Triage.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("What did not pass?"), max_length=240)


class RepairForm(ActForm):
    """One repair."""

    what = forms.CharField(label=_("What did you do?"), max_length=240)
    stock_part = NamedChoice(
        label=_("Part from the stock"),
        queryset=Part.objects.none(),
        required=False,
        empty_label=_("None, or one that is not in stock"),
        words=part_words,
        help_text=_("It brings its price and leaves the shelf."),
    )
    part = forms.CharField(
        label=_("Another part put in"),
        max_length=120,
        required=False,
        help_text=_("Only what never was in stock."),
    )
    part_condition = forms.ChoiceField(
        label=_("The part is"), choices=PartCondition.choices, required=False
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, max_value=MOST_MINUTES, initial=0, required=False
    )
    cost = forms.DecimalField(
        label=_("Cost (€)"), min_value=0, max_value=Decimal(9999), decimal_places=2, required=False
    )

    def fit(self) -> None:
        """Offer what is on the shelf, first what fits this model."""
        mine = Part.objects.filter(organisation_id=self.hat.organisation_id, quantity__gt=0)
        model = self.device.model if self.device else ""
        fits = Q(compatible_with__icontains=model) if model else Q(pk=None)
        field_of(self, "stock_part").queryset = (
            mine.annotate(fits=Case(When(fits, then=0), default=1))
            .select_related("source")
            .order_by("fits", "kind", "description")
        )


class PlaceForm(ActForm):
    """A place, a lot, or both."""

    location = NamedChoice(
        label=_("Place"),
        queryset=Location.objects.none(),
        required=False,
        empty_label=_("Nowhere"),
        words=place_words,
    )
    lot = NamedChoice(
        label=_("Lot"), queryset=Lot.objects.none(), required=False, empty_label=_("None")
    )

    def fit(self) -> None:
        """Offer the places and lots of the workshop."""
        mine = self.hat.organisation_id
        field_of(self, "location").queryset = (
            Location.objects.that_take_more()
            .filter(organisation_id=mine)
            .select_related("parent__parent")
            .order_by("parent__parent__name", "parent__name", "name")
        )
        field_of(self, "lot").queryset = (
            Lot.objects.that_take_more().filter(organisation_id=mine).order_by("-pk")
        )

    def where(self) -> Where:
        """Give what was chosen; nothing chosen clears both."""
        said: Any = self.cleaned_data
        chosen: Any = {name: place for name, place in said.items() if place}
        return chosen or said  # type: ignore[no-any-return]  # the form's fields are those of Where


class RecycleForm(ActForm):
    """Weight and waste slip."""

    mass_kg = forms.DecimalField(
        label=_("Weight (kg)"), min_value=Decimal("0.01"), max_value=Decimal(500), decimal_places=3
    )
    waste_slip = forms.CharField(
        label=_("Number of the waste slip"),
        max_length=40,
        help_text=_("The Trackdéchets number, for example BSD-20260915-ABC123."),
    )


class ReasonForm(ActForm):
    """Why, in a few words."""

    reason = forms.CharField(label=_("Where did you look?"), max_length=240)


class RelabelForm(ActForm):
    """The code of a new label."""

    new_code = CodeField(label=_("Code of the new label"))


class CorrectForm(ActForm):
    """What is known of the machine."""

    maker = forms.CharField(label=_("Maker"), max_length=60, required=False)
    model = forms.CharField(label=_("Model"), max_length=80, required=False)
    year = forms.IntegerField(label=_("Year"), min_value=1980, max_value=2100, required=False)
    serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    asset_number = forms.CharField(label=_("Donor's asset number"), max_length=80, required=False)
    cpu = forms.CharField(label=_("Processor"), max_length=80, required=False)
    ram_gb = forms.IntegerField(
        label=_("Memory (GB)"), min_value=0, max_value=4096, required=False
    )
    storage_gb = forms.IntegerField(
        label=_("Storage (GB)"), min_value=0, max_value=100_000, required=False
    )
    screen_in = forms.DecimalField(
        label=_("Screen (inches)"), min_value=0, max_value=100, decimal_places=1, required=False
    )

    def fit(self) -> None:
        """Start from what is known."""
        if self.device is not None:
            known = {name: getattr(self.device, name) for name in ("maker", "model", "year")}
            known |= {"serial": self.device.serial, "asset_number": self.device.asset_number}
            self.initial = {**known, **self.device.specs, **self.initial}

    def facts(self) -> dict[str, Any]:
        """Give the columns; the configuration keeps what this form does not ask."""
        said = dict(self.cleaned_data)
        specs = dict(self.device.specs) if self.device else {}
        for name in SPECS:
            value = said.pop(name)
            if value in (None, ""):
                specs.pop(name, None)
            else:
                specs[name] = float(value) if isinstance(value, Decimal) else value
        return {**said, "specs": specs}

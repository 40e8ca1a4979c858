"""The forms in which a donor says who gives, what, and where it stands."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import LegalType
from backend.core.pages.forms import field_of
from backend.inventory.choices import Kind
from backend.inventory.models import Pledge
from backend.inventory.operations.pledging import MOST_LINES, PledgeFacts
from backend.inventory.pages.forms import DayField, TruthField, split_lines

_POSTCODE = re.compile(r"\b(\d{5})\b")


def territory_of(address: str) -> str:
    """Read the département from the postcode in an address; Corsica's cannot be told."""
    found = _POSTCODE.search(address)
    if found is None or found[1].startswith("20"):
        return ""
    return found[1][:3] if found[1].startswith(("97", "98")) else found[1][:2]


class PledgeForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Who gives, and where the devices stand."""

    siren = forms.CharField(
        label=_("SIREN"),
        max_length=20,
        required=False,
        help_text=_("Nine digits, if your organisation has one."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    territory = forms.CharField(
        label=_("Département"),
        max_length=3,
        required=False,
        help_text=_("For example 69, 2A or 971. Found by the postcode if you leave it empty."),
    )
    available_from = DayField(label=_("Available from"), required=False)
    website = forms.CharField(label=_("Leave this field empty"), required=False, max_length=200)

    class Meta:
        model = Pledge
        fields = [
            "donor_name",
            "legal_type",
            "siren",
            "contact_name",
            "contact_email",
            "contact_phone",
            "address",
            "territory",
            "access",
            "available_from",
            "wishes",
            "campaign",
        ]
        labels = {
            "donor_name": _("Your organisation"),
            "legal_type": _("Legal type"),
            "contact_name": _("Your name"),
            "contact_email": _("Your e-mail"),
            "contact_phone": _("Your telephone"),
            "address": _("Address where the devices are"),
            "access": _("Access"),
            "wishes": _("Your wishes"),
            "campaign": _("Campaign"),
        }
        help_texts = {
            "donor_name": _("Or your own name, if you give as an individual."),
            "contact_email": _("The tracking link and your papers go there."),
            "address": _("Street, postcode and town."),
            "access": _("Floor, lift, car park, opening hours."),
            "wishes": _("What matters to you: a town, a use, a certificate…"),
            "campaign": _("If you were invited by one."),
        }
        widgets = {
            "donor_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "contact_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "contact_email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "contact_phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "address": forms.TextInput(attrs={"autocomplete": "street-address"}),
            "wishes": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say "choose" where nothing is chosen."""
        super().__init__(*args, **kwargs)
        field_of(self, "legal_type").choices = [("", _("Choose")), *LegalType.choices]

    def clean_siren(self) -> str:
        """Take the nine digits however they are spaced."""
        return re.sub(r"\s", "", self.cleaned_data["siren"])

    def clean_website(self) -> str:
        """Refuse what only a program fills in; a person sees what to do."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty, then send again."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Read the département from the postcode when it was left empty."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        typed = said.get("territory", "").strip().upper()
        said["territory"] = typed or territory_of(said.get("address", ""))
        if not said["territory"]:
            self.add_error("territory", _("Give the département: the postcode does not tell it."))
        return said

    def facts(self, *, language: str) -> PledgeFacts:
        """Give what the donor said, as the operation takes it."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        facts: PledgeFacts = {**said, "language": language}  # type: ignore[typeddict-item]  # the form's fields
        return facts


class LineForm(forms.Form):
    """Some machines of one sort."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose")), *Kind.choices])
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=5000, initial=1)
    maker = forms.CharField(label=_("Maker"), max_length=60, required=False)
    model = forms.CharField(label=_("Model"), max_length=80, required=False)
    year = forms.IntegerField(
        label=_("Year"), min_value=1990, max_value=2100, required=False, help_text=""
    )
    works = TruthField(label=_("Do they work?"))
    has_storage = TruthField(label=_("Disks inside?"))
    is_locked = TruthField(label=_("Locked (account, BIOS, MDM)?"))
    asset_numbers = forms.CharField(
        label=_("Your asset numbers"),
        required=False,
        max_length=200_000,
        help_text=_("One a line: you will read the fate of each under its own number."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    serials = forms.CharField(
        label=_("Serial numbers"),
        required=False,
        max_length=200_000,
        help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_asset_numbers(self) -> list[str]:
        """Read one number a line."""
        return split_lines(self.cleaned_data["asset_numbers"])

    def clean_serials(self) -> list[str]:
        """Read one number a line."""
        return split_lines(self.cleaned_data["serials"])


LineFormSet = forms.formset_factory(
    LineForm, extra=0, min_num=1, validate_min=True, max_num=MOST_LINES, validate_max=True
)

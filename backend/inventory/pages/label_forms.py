"""What printing labels asks for: how many, on which paper, and what of it is used already."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.core.pages.forms import field_of
from backend.inventory.choices import DevicePart, PrintForm
from backend.inventory.labels import STOCKS, Stock, own_stock
from backend.inventory.labels.stocks import LARGEST_OFFSET, MOST_PAGE
from backend.inventory.models import LabelPrint
from backend.inventory.operations import Printing
from backend.inventory.operations.labelling import MOST_LABELS

OWN = "own"
PAPERS = [(key, f"{s.name} ({s.columns} × {s.rows})") for key, s in STOCKS.items()]
MEASURES = {
    "page_width": (_("Width of the page (mm)"), 210.0),
    "page_height": (_("Height of the page (mm)"), 297.0),
    "columns": (_("Labels across"), 3),
    "rows": (_("Labels down"), 8),
    "width": (_("Width of a label (mm)"), 63.5),
    "height": (_("Height of a label (mm)"), 33.9),
    "left": (_("From the left edge to the first label (mm)"), 7.21),
    "top": (_("From the upper edge to the first label (mm)"), 12.9),
    "pitch_x": (_("From one label’s left edge to the next one’s (mm)"), 66.04),
    "pitch_y": (_("From one label’s upper edge to the next one’s (mm)"), 33.9),
}


class MintForm(forms.Form):
    """How many, for which workshop."""

    quantity = forms.IntegerField(
        label=_("How many labels?"),
        min_value=1,
        max_value=MOST_LABELS,
        initial=63,
        help_text=_("For example three full sheets of 21."),
    )
    workshop = forms.ModelChoiceField(
        label=_("For which workshop?"),
        queryset=Organisation.objects.workshops().filter(is_active=True).order_by("name"),
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """A workshop mints for itself."""
        super().__init__(*args, **kwargs)
        if hat.organisation.kind == OrganisationKind.WORKSHOP:
            del self.fields["workshop"]


class PrintingForm(forms.Form):
    """Which paper, what of it is used, how many copies, by how much the printer is off."""

    paper = forms.ChoiceField(label=_("Paper"), choices=PAPERS, initial="l7160")
    skip = forms.IntegerField(
        label=_("Labels already used on the first sheet"),
        min_value=0,
        max_value=899,
        initial=0,
        required=False,
    )
    offset_x = forms.FloatField(
        label=_("Move to the right (mm)"),
        min_value=-LARGEST_OFFSET,
        max_value=LARGEST_OFFSET,
        initial=0,
        required=False,
    )
    offset_y = forms.FloatField(
        label=_("Move down (mm)"),
        min_value=-LARGEST_OFFSET,
        max_value=LARGEST_OFFSET,
        initial=0,
        required=False,
    )
    parts = forms.MultipleChoiceField(
        label=_("One label for each"),
        choices=DevicePart.choices,
        initial=[DevicePart.MACHINE],
        widget=forms.CheckboxSelectMultiple,
    )
    form = forms.ChoiceField(
        label=_("For which printer?"),
        choices=[(PrintForm.PDF, _("Any printer (PDF)")), *PrintForm.choices[1:]],
        initial=PrintForm.PDF,
    )
    reason = forms.CharField(
        label=_("Why print them again?"),
        max_length=240,
        required=False,
        error_messages={"required": _("Say why: a code on two machines mixes them up.")},
        help_text=_("For example: the sheet was jammed and thrown away."),
    )

    def __init__(self, *args: Any, earlier: LabelPrint | None, again: bool, **kwargs: Any) -> None:
        """Offer sizes of one's own; begin with what this workshop printed on last time."""
        kwargs["initial"] = _as_last_time(earlier) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = again
        field_of(self, "paper").choices = [*PAPERS, (OWN, _("Own size"))]
        is_own = not self.is_bound or self.data.get("paper") == OWN
        for name, (label, usual) in MEASURES.items():
            kind: Any = forms.IntegerField if isinstance(usual, int) else forms.FloatField
            self.fields[name] = kind(
                label=label,
                initial=usual,
                min_value=0,
                max_value=MOST_PAGE,
                required=is_own,
                error_messages={"required": _("This is needed for an own size.")},
            )

    @property
    def asks_why(self) -> bool:
        """Whether these labels were printed before."""
        return self.fields["reason"].required or bool(self["reason"].errors)

    @property
    def papers(self) -> list[tuple[str, str]]:
        """Give the named papers, which have a calibration page each."""
        return [(key, stock.name) for key, stock in STOCKS.items()]

    def measures(self) -> list[forms.BoundField]:
        """Give the fields of a size of one's own."""
        return [self[name] for name in MEASURES]

    def stock(self) -> Stock:
        """Give the paper chosen. Raises UnfitStock for measures that no paper has."""
        if self.cleaned_data["paper"] != OWN:
            return STOCKS[self.cleaned_data["paper"]]
        measures = {name: self.cleaned_data[name] for name in MEASURES}
        return own_stock({"name": str(_("Own size")), **measures})

    def printing(self) -> Printing:
        """Give how to print."""
        return Printing(
            stock=self.stock(),
            form=self.cleaned_data["form"],
            parts=tuple(self.cleaned_data["parts"]),
            skip=self.cleaned_data["skip"] or 0,
            offset=(self.cleaned_data["offset_x"] or 0, self.cleaned_data["offset_y"] or 0),
        )


def _as_last_time(earlier: LabelPrint | None) -> dict[str, Any]:
    if earlier is None:
        return {}
    named = [key for key, stock in STOCKS.items() if stock.name == earlier.stock["name"]]
    told = {
        "paper": named[0] if named else OWN,
        "offset_x": earlier.offset_x,
        "offset_y": earlier.offset_y,
        "form": earlier.form,
        "parts": earlier.parts,
    }
    return told if named else told | {name: earlier.stock[name] for name in MEASURES}

"""What a scan at the bench may do, and the forms in which each act is set once.

The forms are the same for everybody: what a workshop chooses from (`LaterChoice`) is filled in
by the browser, so that the page can be kept where there is no network.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from backend.inventory.choices import (
    Condition,
    ErasureMethod,
    Kind,
    PerformanceClass,
    Triage,
)
from backend.inventory.pages.forms import UNKNOWN_YES_NO, MomentField

OPEN = "open"
ERASED_WITHOUT_ERROR = _("I scan only devices whose erasure ended without any error")


def said_as(kind: str, **attrs: Any) -> dict[str, Any]:
    """Tell the browser how an answer becomes a fact: number, truth, moment, grams, none."""
    return {"data-as": kind, **attrs}


class LaterChoice(forms.ChoiceField):
    """A choice among rows of the workshop, which the browser fills in from its own list."""

    def __init__(self, *, source: str, empty: Any, **kwargs: Any) -> None:
        """Name the list."""
        self.source = source
        widget = forms.Select(attrs=said_as("number", **{"data-choices": source}))
        super().__init__(choices=[("", empty)], widget=widget, **kwargs)


def _sure(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, widget=forms.CheckboxInput(attrs=said_as("none")))


class ReceiveSetting(forms.Form):
    """Against a pledge line, or unexpected with a reason."""

    line = LaterChoice(
        source="line", label=_("Announced as"), empty=_("Nobody announced it"), required=False
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("As announced")), *Kind.choices],
        required=False,
        widget=forms.Select(attrs={"data-needed-without": "line"}),
    )
    unexpected_reason = forms.CharField(
        label=_("If nobody announced it: why is it here?"),
        max_length=240,
        required=False,
        widget=forms.TextInput(attrs={"data-needed-without": "line"}),
    )
    location = LaterChoice(source="location", label=_("Place"), empty=_("Nowhere"), required=False)
    asks_numbers = forms.BooleanField(
        label=_("Ask for the serial and asset number of each"),
        required=False,
        widget=forms.CheckboxInput(attrs=said_as("none")),
    )


class TriageSetting(forms.Form):
    """Where devices go, and why."""

    decision = forms.ChoiceField(
        label=_("Where does it go?"), choices=Triage.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why?"), max_length=240, help_text=_("For example: starts, good battery.")
    )
    powers_on = forms.ChoiceField(
        label=_("Does it start?"),
        choices=UNKNOWN_YES_NO,
        required=False,
        widget=forms.Select(attrs=said_as("truth")),
    )
    performance_class = forms.ChoiceField(
        label=_("Performance"),
        choices=[("", _("Computed, where it can be")), *PerformanceClass.choices],
        required=False,
    )
    condition = forms.ChoiceField(
        label=_("Look"), choices=[("", _("Later")), *Condition.choices], required=False
    )
    is_locked = forms.BooleanField(
        label=_("Locked by an account, a BIOS password or a fleet manager"), required=False
    )


class EraseSetting(forms.Form):
    """Evidence that holds for each device of a batch erased together."""

    method = forms.ChoiceField(label=_("Method"), choices=ErasureMethod.choices)
    tool = forms.CharField(label=_("Tool"), max_length=60)
    tool_version = forms.CharField(label=_("Version of the tool"), max_length=40)
    verification = forms.CharField(
        label=_("How was it verified?"),
        max_length=120,
        help_text=_("For example: full read, sampling 10 %, sanitize log."),
    )
    started_at = MomentField(label=_("Started"))
    ended_at = MomentField(label=_("Ended"))
    is_sure = _sure(ERASED_WITHOUT_ERROR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Mark the moments: the browser knows its time zone."""
        super().__init__(*args, **kwargs)
        for name in ("started_at", "ended_at"):
            self.fields[name].widget.attrs["data-as"] = "moment"
        self.fields["ended_at"].widget.attrs |= {
            "data-after": "started_at",
            "data-after-words": _("An erasure takes time: it ends after it started."),
        }


class CheckSetting(forms.Form):
    """The checklist, declared once for machines that were all checked."""

    is_sure = _sure(_("I scan only devices on which I have checked every point of the list"))


class FailSetting(forms.Form):
    """What did not pass, and where devices go."""

    decision = forms.ChoiceField(
        label=_("Where does it go?"), choices=Triage.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("What did not pass?"), max_length=240)


class PlaceSetting(forms.Form):
    """A place, a lot, or both."""

    location = LaterChoice(
        source="location",
        label=_("Place"),
        empty=_("Nowhere"),
        required=False,
        help_text=_("Or scan the label of a place."),
    )
    lot = LaterChoice(source="lot", label=_("Lot"), empty=_("None"), required=False)


class RecycleSetting(forms.Form):
    """Weight of each and waste slip of all."""

    mass_g = forms.DecimalField(
        label=_("Weight of each (kg)"),
        min_value=0,
        max_value=500,
        widget=forms.NumberInput(attrs=said_as("grams", step="0.001", inputmode="decimal")),
    )
    waste_slip = forms.CharField(
        label=_("Number of the waste slip"),
        max_length=40,
        help_text=_("The Trackdéchets number, for example BSD-20260915-ABC123."),
    )


class MissingSetting(forms.Form):
    """Why, in a few words."""

    reason = forms.CharField(label=_("Where did you look?"), max_length=240)


class CountSetting(forms.Form):
    """The stock-take that is under way."""

    stock_take = LaterChoice(
        source="stock_take", label=_("Stock-take"), empty=_("Choose a stock-take")
    )


class ArrivalSetting(forms.Form):
    """The transfer that arrives."""

    transfer = LaterChoice(source="transfer", label=_("Transfer"), empty=_("Choose a transfer"))


class NumbersForm(forms.Form):
    """The numbers of one machine, after its scan."""

    serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    asset_number = forms.CharField(label=_("Donor's asset number"), max_length=80, required=False)


@dataclass(frozen=True)
class BenchAct:
    """One act of the bench; `action` is its name among the scans of the API.

    Every scan carries `facts`; one for which nothing was chosen carries `otherwise`.
    """

    action: str
    label: Any
    done: Any
    form: Callable[..., forms.Form] = forms.Form
    facts: dict[str, Any] = field(default_factory=dict)
    otherwise: dict[str, Any] = field(default_factory=dict)
    hint: Any = ""
    shows_checklists: bool = False

    @property
    def says_nothing_more(self) -> bool:
        """Whether each scan does it at once, without anything set."""
        return self.form is forms.Form

    @property
    def form_shown(self) -> forms.Form:
        """Print the form with ids of its own: all stand on one page."""
        return self.form(auto_id=f"id_{self.action}_%s")

    @property
    def facts_said(self) -> str:
        """Write what scans of this act carry, for the browser."""
        said = {"always": self.facts, "otherwise": self.otherwise}
        return json.dumps(said, cls=DjangoJSONEncoder)


@dataclass(frozen=True)
class Group:
    """Acts that belong to one moment of the work."""

    label: Any
    acts: tuple[BenchAct, ...]


_SIMPLE = _("Nothing more to say: each scan does it at once.")

GROUPS = (
    Group(
        _("See a device"),
        (BenchAct(OPEN, _("Open"), _("Open"), hint=_("A scan shows what the device is.")),),
    ),
    Group(
        _("Arrival"),
        (
            BenchAct("receive", _("Receive"), _("Received"), ReceiveSetting),
            BenchAct(
                "receive_transfer",
                _("Receive a transfer"),
                _("Arrived"),
                ArrivalSetting,
                {"outcome": "received"},
            ),
        ),
    ),
    Group(
        _("In the workshop"),
        (
            BenchAct("triage", _("Sort"), _("Sorted"), TriageSetting),
            BenchAct(
                "erase",
                _("Erase"),
                _("Erased and verified"),
                EraseSetting,
                {"attestation": ERASED_WITHOUT_ERROR},
            ),
            BenchAct("unlock", _("Unlock"), _("Unlocked"), hint=_SIMPLE),
            BenchAct(
                "pass_quality_check",
                _("Quality check"),
                _("Ready"),
                CheckSetting,
                {"all_points": True},
                shows_checklists=True,
            ),
            BenchAct("fail_quality_check", _("Fail the check"), _("Sent back"), FailSetting),
        ),
    ),
    Group(
        _("On the shelf"),
        (
            BenchAct(
                "place",
                _("Put away"),
                _("It is put away"),
                PlaceSetting,
                otherwise={"location": None, "lot": None},
            ),
            BenchAct("count", _("Count"), _("Counted"), CountSetting),
            BenchAct("report_missing", _("Report missing"), _("Reported missing"), MissingSetting),
            BenchAct("find", _("Found again"), _("Found again"), hint=_SIMPLE),
        ),
    ),
    Group(
        _("Way out"),
        (
            BenchAct("dismantle", _("Take apart"), _("Taken apart"), hint=_SIMPLE),
            BenchAct("recycle", _("Give to recycling"), _("Recycled"), RecycleSetting),
            BenchAct(
                "undo",
                _("Undo the last step"),
                _("Last step undone"),
                hint=_("Each scan takes back the last step of that device."),
            ),
        ),
    ),
)
BENCH_ACTS = {act.action: act for group in GROUPS for act in group.acts}

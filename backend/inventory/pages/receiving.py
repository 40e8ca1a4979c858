"""A machine comes in under the label stuck on it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Membership
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core import codes
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import field_of, posted
from backend.inventory.choices import Kind, PledgeState
from backend.inventory.models import Device, PledgeLine
from backend.inventory.operations import receive_device
from backend.inventory.pages.act_forms import PlaceForm
from backend.inventory.pages.forms import NamedChoice

_ANNOUNCED = ("kind", "maker", "model", "year")


def line_words(line: PledgeLine) -> str:
    """Show a line as the bench names it: pledge, donor, machines."""
    what = f"{line.get_kind_display()} {line.maker} {line.model}".strip()
    return f"{line.pledge.reference} · {line.pledge.donor_name} · {line.quantity} × {what}"


class ReceiveForm(PlaceForm):
    """Against a pledge line, or unexpected with a reason; what is known of the machine."""

    line = NamedChoice(
        label=gettext_lazy("Announced as"),
        queryset=PledgeLine.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody announced it"),
        words=line_words,
    )
    unexpected_reason = forms.CharField(
        label=gettext_lazy("If nobody announced it: why is it here?"),
        max_length=240,
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("As announced")), *Kind.choices],
        required=False,
    )
    maker = forms.CharField(label=gettext_lazy("Maker"), max_length=60, required=False)
    model = forms.CharField(label=gettext_lazy("Model"), max_length=80, required=False)
    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=1980, max_value=2100, required=False
    )
    field_order = ["line", "unexpected_reason", "kind", "maker", "model", "year", "location"]

    def fit(self) -> None:
        """Offer the lines that this workshop expects."""
        super().fit()
        del self.fields["lot"]
        field_of(self, "line").queryset = (
            PledgeLine.objects.filter(
                pledge__state=PledgeState.ACCEPTED,
                pledge__workshop_id=self.hat.organisation_id,
            )
            .select_related("pledge")
            .order_by("pledge__decided_at", "pk")
        )

    def clean(self) -> dict[str, Any]:
        """Say early what would be refused later: a device needs a kind and a reason to be here."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("line") is None and not said.get("unexpected_reason"):
            self.add_error(
                "unexpected_reason", _("Choose the line above, or say why this device is here.")
            )
        if said.get("line") is None and not said.get("kind"):
            self.add_error("kind", _("Choose what it is."))
        return said


class ReceiveOneForm(ReceiveForm):
    """The same for one machine, with its own numbers."""

    serial = forms.CharField(label=gettext_lazy("Serial number"), max_length=80, required=False)
    asset_number = forms.CharField(
        label=gettext_lazy("Donor's asset number"), max_length=80, required=False
    )
    field_order = ["line", "unexpected_reason", "kind", "maker", "model", "year", "serial"]


def receive(code: str, said: dict[str, Any], hat: Membership) -> Device:
    """Book one machine in; what was left empty is as the line announces it."""
    names = (*_ANNOUNCED, "serial", "asset_number")
    return receive_device(
        code=code,
        line=said["line"],
        facts={name: said[name] for name in names if said.get(name)},  # type: ignore[arg-type]  # the form's fields
        unexpected_reason=said["unexpected_reason"],
        location=said["location"],
        by=hat,
        at=timezone.now(),
    )


@needs("device.receive")
def receive_page(request: HttpRequest, code: str) -> HttpResponse:
    """Ask what this machine is, book it in, and go back to where the person came from."""
    hat = acting(request)
    bare = codes.read(code)
    if Device.objects.seen_by(hat).with_code(bare).exists():
        return redirect("inventory:device", code=bare)
    form = ReceiveOneForm(posted(request), hat=hat)

    def do() -> str:
        device = receive(bare, form.cleaned_data, hat)
        messages.success(request, f"{_('Received')} · {device}")
        return reverse("inventory:device", args=[device.code])

    if gone := sent(request, form, do):
        return gone
    return render(
        request,
        "inventory/receive.html",
        {"form": form, "code": bare, "spelled": codes.spell(bare)},
        status=status_of(form),
    )

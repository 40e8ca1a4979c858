"""Storage units and the evidence that their data is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory import operations
from backend.inventory.choices import Destruction, ErasureMethod, ErasureResult, Medium
from backend.inventory.models import Device, Erasure, StorageUnit
from backend.inventory.pages.devices import find
from backend.inventory.pages.forms import MomentField

LARGEST_REPORT = 10 * 1024 * 1024
ATTESTED = _(
    "I attest that I did this on this very drive, and that everything written here is what I saw."
)
KEPT = ("method", "technique", "tool", "tool_version", "verification", "standard", "revision")


class UnitForm(forms.Form):
    """Which drive it is."""

    medium = forms.ChoiceField(label=_("Medium"), choices=Medium.choices)
    maker = forms.CharField(label=_("Maker"), max_length=60, required=False)
    model = forms.CharField(label=_("Model"), max_length=80, required=False)
    serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    size_gb = forms.IntegerField(
        label=_("Size (GB)"), min_value=1, max_value=1_000_000, required=False
    )


class ErasureForm(forms.Form):
    """One attempt, as the certificate has to tell it."""

    result = forms.ChoiceField(
        label=_("How did it end?"),
        choices=ErasureResult.choices,
        widget=forms.RadioSelect,
        help_text=_("Erased only when the tool ran to its end, verified, without any error."),
    )
    method = forms.ChoiceField(label=_("Method"), choices=ErasureMethod.choices)
    tool = forms.CharField(label=_("Tool"), max_length=60)
    tool_version = forms.CharField(label=_("Version of the tool"), max_length=40)
    verification = forms.CharField(
        label=_("How was it verified?"),
        max_length=120,
        required=False,
        help_text=_("For example: full read, sampling 10 %, sanitize log."),
    )
    errors_met = forms.IntegerField(label=_("Errors"), min_value=0, max_value=10**9, initial=0)
    started_at = MomentField(label=_("Started"))
    ended_at = MomentField(label=_("Ended"))
    technique = forms.CharField(label=_("Technique"), max_length=120, required=False)
    standard = forms.CharField(label=_("Standard"), max_length=60, initial="NIST SP 800-88")
    revision = forms.CharField(label=_("Revision"), max_length=20, initial="Rev. 2")
    verifier_label = forms.CharField(
        label=_("Verified by"),
        max_length=160,
        required=False,
        help_text=_("A function, no name."),
    )
    report = forms.FileField(
        label=_("Report of the tool"), required=False, help_text=_("PDF, text or JSON, 10 MB.")
    )
    attests = forms.BooleanField(label=ATTESTED)

    def clean_report(self) -> Any:
        """Refuse a report that no tool writes."""
        report = self.cleaned_data["report"]
        if report and report.size > LARGEST_REPORT:
            raise forms.ValidationError(_("This file is larger than 10 MB."))
        return report


class AbsenceForm(forms.Form):
    """Who looked and found none."""

    reason = forms.CharField(
        label=_("What did you see?"),
        max_length=240,
        help_text=_("For example: the bay is empty. Name nobody."),
    )


class WithdrawalForm(forms.Form):
    """Why an erasure does not count."""

    reason = forms.CharField(
        label=_("Why does it not count?"),
        max_length=240,
        help_text=_("For example: the wrong machine was scanned. The data counts as there again."),
    )


class DestructionForm(forms.Form):
    """How a drive was destroyed, with a photo of what is left."""

    destruction = forms.ChoiceField(label=_("How was it destroyed?"), choices=Destruction.choices)
    reason = forms.CharField(
        label=_("With what, where, and seen by whom?"),
        max_length=240,
        help_text=_("Functions, no names: the donor reads it on the certificate."),
    )
    photo = forms.FileField(
        label=_("Photo of what is left"),
        help_text=_("The drive or its pieces; the place and the owner of the photo are removed."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


def _describe(unit: StorageUnit, said: dict[str, Any], by: Membership, at: datetime) -> None:
    operations.describe_storage_unit(unit_id=unit.pk, facts=said, by=by, at=at)  # type: ignore[arg-type]  # the form's fields


def _erase(unit: StorageUnit, said: dict[str, Any], by: Membership, at: datetime) -> None:
    facts = dict(said)
    report = facts.pop("report")
    facts["errors"] = facts.pop("errors_met")
    facts["attestation"] = str(ATTESTED) if facts.pop("attests") else ""
    operations.record_erasure(unit_id=unit.pk, facts=facts, report=report, by=by, at=at)  # type: ignore[arg-type]  # the form's fields


def _destroy(unit: StorageUnit, said: dict[str, Any], by: Membership, at: datetime) -> None:
    operations.record_storage_destroyed(unit_id=unit.pk, by=by, at=at, **said)


def _absent(unit: StorageUnit, said: dict[str, Any], by: Membership, at: datetime) -> None:
    operations.record_storage_absent(unit_id=unit.pk, reason=said["reason"], by=by, at=at)


def _withdraw(unit: StorageUnit, said: dict[str, Any], by: Membership, at: datetime) -> None:
    operations.withdraw_erasure(unit_id=unit.pk, reason=said["reason"], by=by, at=at)


@dataclass(frozen=True)
class UnitAct:
    """One act on a storage unit and the operation behind it."""

    question: Any
    done: Any
    capability: str
    form: type[forms.Form]
    run: Callable[[StorageUnit, dict[str, Any], Membership, datetime], None]
    is_grave: bool = False


UNIT_ACTS = {
    "description": UnitAct(
        _("Which drive is it?"), _("Described"), "storage.record", UnitForm, _describe
    ),
    "effacement": UnitAct(
        _("Record an erasure"), _("Erasure recorded"), "erasure.record", ErasureForm, _erase
    ),
    "destruction": UnitAct(
        _("Record its destruction"),
        _("Destruction recorded"),
        "storage.destroy",
        DestructionForm,
        _destroy,
        is_grave=True,
    ),
    "retrait": UnitAct(
        _("Withdraw this erasure"),
        _("Erasure withdrawn"),
        "erasure.withdraw",
        WithdrawalForm,
        _withdraw,
        is_grave=True,
    ),
    "absence": UnitAct(
        _("Record that there is no drive"),
        _("Absence recorded"),
        "storage.record",
        AbsenceForm,
        _absent,
        is_grave=True,
    ),
}


def act_on_unit(request: HttpRequest, code: str, pk: int, name: str) -> HttpResponseBase:
    """Ask what an act on a storage unit needs, do it, come back to the device."""
    if name not in UNIT_ACTS:
        raise Http404
    return needs(UNIT_ACTS[name].capability)(_act_on)(request, code=code, pk=pk, name=name)


act_on_unit.capability = "storage.record"  # type: ignore[attr-defined]  # read by the walk of roles


def _act_on(request: HttpRequest, code: str, pk: int, name: str) -> HttpResponse:
    hat = acting(request)
    act = UNIT_ACTS[name]
    device = find(code, hat)
    unit = get_object_or_404(device.storage_units, pk=pk)
    form = act.form(posted(request), request.FILES or None, initial=_initial(request, unit, name))

    def do() -> str:
        act.run(unit, form.cleaned_data, hat, timezone.now())
        if name == "effacement":
            request.session["erasure"] = {key: form.cleaned_data[key] for key in KEPT}
        messages.success(request, f"{act.done} · {device}")
        return reverse("inventory:device", args=[device.code])

    if gone := sent(request, form, do):
        return gone
    return render(
        request,
        "inventory/device_act.html",
        {"device": device, "act": act, "form": form, "unit": unit},
        status=status_of(form),
    )


def _initial(request: HttpRequest, unit: StorageUnit, name: str) -> dict[str, Any]:
    if name == "effacement":
        now = timezone.localtime().replace(second=0, microsecond=0)
        return {"ended_at": now, **request.session.get("erasure", {})}
    return {key: getattr(unit, key) for key in ("medium", "maker", "model", "serial", "size_gb")}


@needs("storage.record")
def add_unit(request: HttpRequest, code: str) -> HttpResponse:
    """Add one more drive found in a device."""
    hat = acting(request)
    device = find(code, hat)
    form = UnitForm(posted(request))

    def do() -> str:
        operations.add_storage_unit(
            code=device.code,
            facts=form.cleaned_data,  # type: ignore[arg-type]  # the form's fields
            by=hat,
            at=timezone.now(),
        )
        messages.success(request, _("Storage unit added: its data is still there."))
        return reverse("inventory:device", args=[device.code])

    if gone := sent(request, form, do):
        return gone
    act = {"question": _("One more drive found")}
    return render(
        request,
        "inventory/device_act.html",
        {"device": device, "act": act, "form": form},
        status=status_of(form),
    )


@needs("erasure.view")
def erasure_report(request: HttpRequest, pk: int) -> FileResponse:
    """Give the tool's own report, as it was handed in, to whoever sees the device."""
    erasure = get_object_or_404(Erasure.objects.seen_by(acting(request)), pk=pk)
    if not erasure.report:
        raise Http404
    ending = str(erasure.report.name).rsplit(".", 1)[-1]
    return FileResponse(
        erasure.report.open("rb"),
        as_attachment=True,
        filename=f"effacement-{erasure.pk}.{ending}",
        content_type="application/octet-stream",
    )


@needs("erasure.view")
def unit_photo(request: HttpRequest, pk: int) -> FileResponse:
    """Show what is left of a destroyed drive, to whoever sees the device."""
    seen = StorageUnit.objects.filter(device__in=Device.objects.seen_by(acting(request)))
    unit = get_object_or_404(seen.exclude(photo=""), pk=pk)
    return FileResponse(unit.photo.open("rb"), content_type="image/jpeg")

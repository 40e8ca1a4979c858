"""Reports of what tools found in a machine: handed in, matched, read again."""

import base64
import binascii
import zlib
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core.errors import Refusal
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory import operations
from backend.inventory.models import HardwareReport
from backend.inventory.pages.devices import find
from backend.inventory.pages.forms import CodeField, either_of
from backend.inventory.queries.reports import drives_in_words, matches
from backend.inventory.reports import LARGEST, Hardware, read_report, together

MOST_FILES = 20


class FilesInput(forms.ClearableFileInput):
    """Several files at once: a machine has several drives."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The files chosen, as bytes."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Read each file, no more of it than any report has."""
        chosen = [one for one in data or [] if isinstance(one, UploadedFile)]
        if len(chosen) > MOST_FILES:
            raise forms.ValidationError(_("Send at most %(n)s files.") % {"n": MOST_FILES})
        return [one.read(LARGEST + 1) for one in chosen]


class ReportForm(forms.Form):
    """What a tool wrote: as files, pasted, or handed on from the page before (`packed`)."""

    report = FilesField(
        label=gettext_lazy("Report files"),
        required=False,
        widget=FilesInput(),
        help_text=gettext_lazy(
            "From the bench stick, lshw, smartctl, inxi, dmidecode or eReuse workbench. "
            "Several files of one machine may go together."
        ),
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or paste what the tool printed"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    packed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for a file or a pasted text."""
        super().__init__(*args, **kwargs)
        either_of(self, "report", "pasted")

    def clean(self) -> dict[str, Any]:
        """Give the report as one `content`."""
        said = super().clean() or {}
        contents = list(said.get("report") or [])
        if said.get("pasted"):
            contents.append(said["pasted"].encode("utf-8", "replace"))
        if said.get("packed"):
            contents = [unpacked(said["packed"])]
        if not contents and not self.errors:
            self.add_error("report", _("Choose a file, or paste the report."))
        elif contents:
            try:
                said["content"] = together(contents)
            except Refusal as refusal:
                self.add_error("report", refusal.detail)
        return said


class LooseReportForm(ReportForm):
    """The same, for a device that is scanned now or found by its serial number."""

    code = CodeField(
        required=False,
        help_text=gettext_lazy("Leave it empty to have the devices it may be proposed."),
    )
    field_order = ["report", "pasted", "code"]


class ScanForm(forms.Form):
    """The label of the device that a waiting report is of."""

    code = CodeField(waits=True)


def packed(content: bytes) -> str:
    """Write a report small enough to wait in a page: nothing is kept on the server meanwhile."""
    return base64.b64encode(zlib.compress(content)).decode()


def unpacked(text: str) -> bytes:
    """Read it back, never more than the largest report and a byte."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), LARGEST + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise forms.ValidationError(_("The report got lost. Choose its file again.")) from error


@needs("report.record")
def device_report(request: HttpRequest, code: str) -> HttpResponse:
    """Read a report of this device."""
    hat = acting(request)
    device = find(code, hat)
    form = ReportForm(posted(request), request.FILES or None)
    if gone := sent(request, form, lambda: _record(request, device.code, form)):
        return gone
    return render(
        request,
        "inventory/report.html",
        {"form": form, "device": device},
        status=status_of(form),
    )


@needs("report.record")
def loose_report(request: HttpRequest) -> HttpResponse:
    """Read a report of a device that its label, its serial number or a drive will name."""
    hat = acting(request)
    form = LooseReportForm(posted(request), request.FILES or None)
    is_named = request.method == "POST" and form.is_valid() and form.cleaned_data["code"]
    if is_named and (
        gone := sent(request, form, lambda: _record(request, form.cleaned_data["code"], form))
    ):
        return gone
    hardware = _read(form) if request.method == "POST" else None
    if hardware is None:
        return render(request, "inventory/report.html", {"form": form}, status=status_of(form))
    facts = hardware.as_facts()
    shown = {
        "form": form,
        "scan": ScanForm(),
        "hardware": facts,
        "drives": drives_in_words(facts["drives"]),
        "matches": matches(hardware, reader=hat),
        "packed": packed(form.cleaned_data["content"]),
    }
    return render(request, "inventory/report.html", shown, status=status_of(form))


def _read(form: LooseReportForm) -> Hardware | None:
    content = form.cleaned_data.get("content")
    if content is None:
        return None
    try:
        return read_report(content)
    except Refusal as refusal:
        if not form.errors:
            form.add_error("report", refusal.detail)
        return None


def _record(request: HttpRequest, code: str, form: ReportForm) -> str:
    recorded = operations.record_hardware_report(
        code=code, content=form.cleaned_data["content"], by=acting(request), at=timezone.now()
    )
    words = _("Report read") if recorded.is_new else _("This report was known already")
    messages.success(request, f"{words} · {recorded.device}")
    return reverse("inventory:device", args=[recorded.device.code]) + "#configuration"


@needs("report.view")
def raw_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a report's file as it came in, to whoever sees the device."""
    report = get_object_or_404(HardwareReport.objects.seen_by(acting(request)), pk=pk)
    response = HttpResponse(report.content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="releve-{report.pk}.txt"'
    return response

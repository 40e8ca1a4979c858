"""Reports of erasures are handed in: of one device, or of a whole batch."""

from typing import Any, NamedTuple

from django import forms
from django.core.files.base import ContentFile, File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core.errors import Refusal
from backend.core.pages.commands import status_of
from backend.core.pages.forms import field_of, posted
from backend.inventory import operations
from backend.inventory.choices import DataOutcome
from backend.inventory.models import Device
from backend.inventory.pages.devices import find
from backend.inventory.pages.forms import either_of

MOST_FILES = 20


class ManyFiles(forms.FileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, each a file as any other."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Give the list of files."""
        return [super(ManyFilesField, self).clean(one, initial) for one in data or []]


class ImportForm(forms.Form):
    """The reports, as files or as text; of which drive, when they do not say."""

    reports = ManyFilesField(
        label=_("Reports"),
        required=False,
        help_text=_(
            "Logs of nwipe, outputs of “nvme sanitize-log”, snapshots of the eReuse workbench. "
            "5 MB each."
        ),
    )
    text = forms.CharField(
        label=_("Or paste the report"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    unit_id = forms.TypedChoiceField(
        label=_("Which drive?"), required=False, coerce=int, empty_value=None
    )
    tool_version = forms.CharField(
        label=_("Version of the tool"),
        required=False,
        max_length=40,
        help_text=_("Only when the report does not tell it, as “nvme sanitize-log”."),
    )

    def __init__(self, *args: Any, device: Device | None, **kwargs: Any) -> None:
        """Offer the pending drives of the device, if it is about one."""
        super().__init__(*args, **kwargs)
        either_of(self, "reports", "text")
        if device is None:
            del self.fields["unit_id"]
            return
        pending = device.storage_units.filter(outcome=DataOutcome.PENDING).order_by("pk")
        choices = [("", _("The one with the serial number of the report"))]
        field_of(self, "unit_id").choices = [
            *choices,
            *((unit.pk, str(unit)) for unit in pending),
        ]

    def clean(self) -> dict[str, Any]:
        """Want at least one report, and not a whole archive of them."""
        said: dict[str, Any] = super().clean() or {}
        files = said.get("reports", [])
        if not files and not self.errors and not said.get("text", "").strip():
            raise forms.ValidationError(_("Choose a file, or paste a report."))
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("Hand in at most 20 files at once."))
        return said


class Answer(NamedTuple):
    """What became of one file: its lines, or why it could not be read."""

    name: str
    lines: list[operations.EvidenceLine]
    refusal: Any = ""


@needs("erasure.record")
def import_batch(request: HttpRequest) -> HttpResponse:
    """Take the reports of a whole batch: each drive finds its device by its serial number."""
    return _import(request, device=None)


@needs("erasure.record")
def import_for_device(request: HttpRequest, code: str) -> HttpResponse:
    """Take the reports of the drives of one device."""
    return _import(request, device=find(code, acting(request)))


def _import(request: HttpRequest, *, device: Device | None) -> HttpResponse:
    form = ImportForm(posted(request), request.FILES or None, device=device)
    answers = []
    if request.method == "POST" and form.is_valid():
        answers = [_answer(one, form, device, acting(request)) for one in _reports(form)]
    lines = [line for answer in answers for line in answer.lines]
    return render(
        request,
        "inventory/evidence.html",
        {
            "form": form if form.errors or not answers else ImportForm(device=device),
            "device": device,
            "answers": answers,
            "recorded": sum(line.outcome == "recorded" for line in lines),
            "failed": sum(line.outcome == "failed" for line in lines),
            "others": sum(line.outcome not in {"recorded", "failed"} for line in lines),
        },
        status=422 if any(answer.refusal for answer in answers) else status_of(form),
    )


def _reports(form: ImportForm) -> list["File[bytes]"]:
    reports: list[File[bytes]] = list(form.cleaned_data["reports"])
    if text := form.cleaned_data["text"].strip():
        reports.append(ContentFile(text.encode(), name="colle.txt"))
    return reports


def _answer(
    report: "File[bytes]", form: ImportForm, device: Device | None, hat: Membership
) -> Answer:
    """Hand in one file, a command of its own: what is wrong with one holds up no other."""
    try:
        done = operations.import_erasure_evidence(
            report=report,
            code=device.code if device else "",
            unit_id=form.cleaned_data.get("unit_id"),
            tool_version=form.cleaned_data["tool_version"],
            by=hat,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return Answer(str(report.name), [], refusal.detail)
    return Answer(str(report.name), done.lines)

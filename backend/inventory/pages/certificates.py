"""Certificates: issued by the workshop, given to whom they concern, checked by anybody."""

import hashlib
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from backend.accounts.pages.access import needs, public
from backend.accounts.people import acting
from backend.core.errors import Refusal
from backend.core.pages.commands import command_of_page
from backend.core.pages.forms import posted
from backend.core.pages.throttling import take_turn
from backend.inventory import operations
from backend.inventory.models import Certificate, Pledge
from backend.inventory.pages.devices import find
from backend.inventory.pages.tracking import secret_page
from backend.inventory.queries.certificates import withdrawn_at

CHECKS_PER_HOUR_PER_ADDRESS = 120
LARGEST_CERTIFICATE = 5_000_000  # bytes


class CheckForm(forms.Form):
    """The file whose print is compared."""

    file = forms.FileField(
        label=gettext_lazy("The certificate, as a PDF"),
        help_text=gettext_lazy("Only its fingerprint is computed; the file is not kept."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what is longer than any certificate."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_CERTIFICATE:
            raise forms.ValidationError(_("No certificate is that large: this file is none."))
        return file


@require_POST
@needs("certificate.issue")
def issue(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Certify one storage unit, then show the device again."""
    hat = acting(request)
    device = find(code, hat)
    unit = get_object_or_404(device.storage_units, pk=pk)

    def act() -> str:
        issued = operations.issue_certificate(unit_id=unit.pk, by=hat, at=timezone.now())
        messages.success(request, _("Certificate %(number)s issued.") % {"number": issued.number})
        return reverse("inventory:device", args=[device.code])

    return _issued(request, act, back=reverse("inventory:device", args=[device.code]))


@require_POST
@needs("certificate.issue")
def issue_for_pledge(request: HttpRequest, reference: str) -> HttpResponse:
    """Certify a pledge as it stands and each of its drives, then show the pledge again."""
    hat = acting(request)
    pledge = get_object_or_404(Pledge.objects.seen_by(hat), reference=reference)
    back = reverse("inventory:pledge", args=[reference])

    def act() -> str:
        issued = operations.issue_pledge_certificate(pledge=pledge, by=hat, at=timezone.now())
        messages.success(request, _("Certificate %(number)s issued.") % {"number": issued.number})
        return back

    return _issued(request, act, back=back)


def _issued(request: HttpRequest, act: Callable[[], str], *, back: str) -> HttpResponse:
    try:
        return redirect(command_of_page(request, act))
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
        return redirect(back)


@needs("certificate.view")
def certificate_file(request: HttpRequest, number: str) -> FileResponse:
    """Give a certificate to whoever it concerns."""
    seen = Certificate.objects.seen_by(acting(request))
    return _file_of(get_object_or_404(seen, number=number))


@secret_page
def pledge_certificate(request: HttpRequest, pledge: Pledge, number: str) -> FileResponse:
    """Give a donor without account a certificate of its gift."""
    papers = Certificate.objects.of_pledge(pledge)
    return _file_of(get_object_or_404(papers, number=number))


def _file_of(certificate: Certificate) -> FileResponse:
    """Give the PDF; whoever comes before the worker has it set at once."""
    ready = operations.set_certificate(certificate_id=certificate.pk)
    return FileResponse(
        ready.file.open("rb"), filename=f"{ready.number}.pdf", content_type="application/pdf"
    )


@public
@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Say whether a file is one of our certificates, unchanged. The file is not kept."""
    form = CheckForm(posted(request), request.FILES or None)
    found: Certificate | None = None
    is_asked = request.method == "POST" and form.is_valid()
    if is_asked:
        take_turn(request, form="check", most=CHECKS_PER_HOUR_PER_ADDRESS)
        digest = hashlib.sha256()
        for chunk in form.cleaned_data["file"].chunks():
            digest.update(chunk)
        known = Certificate.objects.select_related("replaced_by")
        found = known.filter(sha256=digest.hexdigest()).first()
    return render(
        request,
        "inventory/check.html",
        {
            "form": form,
            "certificate": found,
            "is_unknown": is_asked and found is None,
            "withdrawn_at": withdrawn_at(found) if found else None,
        },
        status=422 if form.errors else 200,
    )


@public
@never_cache
def check_token(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the certificate behind a printed code says, to compare the paper with."""
    take_turn(request, form="check", most=CHECKS_PER_HOUR_PER_ADDRESS)
    papers = Certificate.objects.select_related("replaced_by")
    found = papers.filter(token=token).first()
    if found is None:
        raise Http404
    response = render(
        request,
        "inventory/check.html",
        {
            "form": CheckForm(),
            "certificate": found,
            "is_paper": True,
            "withdrawn_at": withdrawn_at(found),
        },
    )
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response

"""One label: printed by itself on any paper, as a drawing, or replaced when it is damaged."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.pages.commands import command_of_page
from backend.inventory.labels import (
    STOCKS,
    Sticker,
    device_sticker,
    sticker_svg,
    stickers_pdf,
    stickers_zpl,
)
from backend.inventory.models import Label, LabelBatch
from backend.inventory.operations import replace_label
from backend.inventory.pages.label_forms import PaperForm


@needs("label.view")
def label(request: HttpRequest, code: str) -> HttpResponse:
    """Show one label, ready to be printed by itself."""
    found = _label(request, code)
    hat = acting(request)
    return render(
        request,
        "inventory/label.html",
        {
            "label": found,
            "form": PaperForm(),
            "may_replace": found.device_id and can(hat, "device.edit") and can(hat, "label.mint"),
        },
    )


@require_POST
@needs("device.edit")
def label_replace(request: HttpRequest, code: str) -> HttpResponse:
    """Mint a new code for the device under a damaged label, and show it to be printed."""
    hat = acting(request)

    def replace() -> str:
        new = replace_label(code=code, by=hat, at=timezone.now())
        messages.success(
            request, _("The new code is on the device. Print the label and stick it on.")
        )
        return reverse("inventory:label", args=[new])

    return redirect(command_of_page(request, replace))


@needs("label.view")
def label_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Give one label as PDF on the paper asked for."""
    found = _label(request, code)
    form = _paper(request)
    pdf = stickers_pdf(
        [_sticker(found)],
        form.stock(),
        at=timezone.now(),
        skip=form.cleaned_data["skip"] or 0,
        offset=form.offset(),
    )
    return HttpResponse(pdf, content_type="application/pdf")


@needs("label.view")
def label_zpl(request: HttpRequest, code: str) -> HttpResponse:
    """Give one label for a Zebra printer, at 203 or 300 dots an inch."""
    found = _label(request, code)
    dpi = 300 if request.GET.get("dpi") == "300" else 203
    zpl = stickers_zpl([_sticker(found)], STOCKS["zebra57"], dpi=dpi)
    return _file(zpl.encode(), f"{codes.spell(found.code)}.zpl", "text/plain; charset=utf-8")


@needs("label.view")
@cache_control(private=True, max_age=3600)
def label_svg(request: HttpRequest, code: str) -> HttpResponse:
    """Give one label as a drawing: QR code and spelled code."""
    drawn = sticker_svg(_sticker(_label(request, code)))
    return HttpResponse(drawn, content_type="image/svg+xml")


@needs("label.view")
@cache_control(private=True, max_age=3600)
def label_png(request: HttpRequest, code: str) -> HttpResponse:
    """Give the QR code of one label as a black and white image."""
    found = _label(request, code)
    return _file(_sticker(found).symbol().png(), f"{codes.spell(found.code)}.png", "image/png")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _paper(request: HttpRequest) -> PaperForm:
    form = PaperForm({"paper": "l7160", **request.GET.dict()})
    if not form.is_valid():
        raise Http404
    return form


def _label(request: HttpRequest, code: str) -> Label:
    batches = LabelBatch.objects.seen_by(acting(request))
    labels = Label.objects.select_related("batch__workshop", "device")
    return get_object_or_404(labels, code=codes.read(code), batch__in=batches)


def _sticker(label: Label) -> Sticker:
    return device_sticker(label.code, label.batch.workshop.name)

"""One label: printed by itself on any paper, as a drawing, or replaced when it is damaged."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
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
from backend.core.pages.commands import command_of_page, sent, status_of
from backend.core.pages.forms import posted
from backend.inventory.labels import Sticker, device_sticker, owner_label, sticker_svg
from backend.inventory.models import Label, LabelBatch
from backend.inventory.operations import is_printed, replace_label
from backend.inventory.pages.labels import ask_for, printing_form, prints_shown, waited_for


@needs("label.view")
def label(request: HttpRequest, code: str) -> HttpResponse:
    """Show one label and what was printed of it; print it, or replace it when it is damaged."""
    found, hat = _label(request, code), acting(request)
    batch = found.batch
    prints = prints_shown(batch, found.code)
    form = None
    if can(hat, "label.mint"):
        form = printing_form(batch, posted(request), again=is_printed(batch, found.code))

    if form and (gone := sent(request, form, lambda: ask_for(form, batch, hat, code=found.code))):
        return gone
    return render(
        request,
        "inventory/label.html",
        {
            "label": found,
            "form": form,
            "may_replace": found.device_id and can(hat, "device.edit") and can(hat, "label.mint"),
            **waited_for(batch, prints, code=found.code),
        },
        status=status_of(form) if form else 200,
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


def _label(request: HttpRequest, code: str) -> Label:
    batches = LabelBatch.objects.seen_by(acting(request))
    labels = Label.objects.select_related("batch__workshop", "device")
    return get_object_or_404(labels, code=codes.read(code), batch__in=batches)


def _sticker(label: Label) -> Sticker:
    return device_sticker(label.code, owner_label(label.batch.workshop.name))

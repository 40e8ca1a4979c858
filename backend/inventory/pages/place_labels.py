"""Paper for places: labels of places and lots, and the slip that travels with a transfer."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Membership
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.core import codes
from backend.core.documents import render_pdf
from backend.inventory.labels import STOCKS, Sticker, stickers_pdf
from backend.inventory.models import Location, Lot, Transfer
from backend.inventory.pages.act_forms import place_words

MOST_LABELS = 500
_SLIP = Path(__file__).parents[1] / "documents" / "transfer_slip.typ"


class PaperForm(forms.Form):
    """On which paper, and what of it is used already."""

    papier = forms.ChoiceField(
        label=gettext_lazy("Paper"), choices=[(key, stock.name) for key, stock in STOCKS.items()]
    )
    deja = forms.IntegerField(
        label=gettext_lazy("Labels already used on the first sheet"),
        min_value=0,
        max_value=64,
        initial=0,
        required=False,
    )


@needs("location.view")
def place_labels(request: HttpRequest) -> HttpResponse:
    """Give the labels of the places and lots that were ticked, as PDF."""
    form = PaperForm({"papier": next(iter(STOCKS)), **request.GET.dict()})
    stickers = _stickers(request, acting(request))
    if not {"place", "lot"} & request.GET.keys():
        messages.warning(request, _("Tick the places or lots whose labels you want to print."))
        return redirect("inventory:places")
    if not stickers or not form.is_valid():
        raise Http404
    stock = STOCKS[form.cleaned_data["papier"]]
    skip = (form.cleaned_data["deja"] or 0) % stock.size
    pdf = stickers_pdf(stickers, stock, at=timezone.now(), skip=skip)
    return _paper(pdf, "etiquettes")


def _stickers(request: HttpRequest, hat: Membership) -> list[Sticker]:
    places = Location.objects.seen_by(hat).filter(pk__in=_ticked(request, "place"))
    lots = Lot.objects.seen_by(hat).filter(pk__in=_ticked(request, "lot"))
    return [
        *(
            Sticker(_address("P", place.pk), place.name, (place_words(place), *_whose(place)))
            for place in places.select_related("parent__parent", "organisation").order_by("pk")
        ),
        *(
            Sticker(_address("LOT", lot.pk), lot.name, (_("Lot"), *_whose(lot)))
            for lot in lots.select_related("organisation").order_by("pk")
        ),
    ]


def _ticked(request: HttpRequest, name: str) -> list[int]:
    said = request.GET.getlist(name)[:MOST_LABELS]
    return [int(text) for text in said if text.isdecimal() and len(text) < 19]


def _address(kind: str, pk: int) -> str:
    return f"{settings.SITE_URL}/{kind}/{pk}".upper()


def _whose(thing: Location | Lot) -> tuple[str, ...]:
    return (thing.organisation.name,)


@needs("transfer.view")
def transfer_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the paper that travels with the devices: the list, and boxes to sign in."""
    seen = Transfer.objects.seen_by(acting(request)).select_related("sender", "receiver")
    found = get_object_or_404(seen, pk=pk)
    return _paper(render_pdf(_SLIP, _slip(found), at=found.sent_at), found.reference)


def _slip(found: Transfer) -> dict[str, Any]:
    address = settings.SITE_URL + reverse("inventory:transfer", args=[found.pk])
    lines = found.lines.select_related("device").order_by("pk")
    return {
        "reference": found.reference,
        "sender": found.sender.name,
        "receiver": found.receiver.name,
        "sent_at": date_format(timezone.localtime(found.sent_at), "j F Y H:i"),
        "address": address,
        "qr": Sticker(address, found.reference).symbol().rows(),
        "devices": [
            [
                codes.spell(line.device.code),
                line.device.get_kind_display(),
                f"{line.device.maker} {line.device.model}".strip(),
            ]
            for line in lines
        ],
        "words": {
            "title": _("Transfer slip"),
            "from": _("From"),
            "to": _("To"),
            "sent": _("Sent"),
            "number": _("Number of devices"),
            "code": _("Code"),
            "kind": _("Kind"),
            "device": _("Device"),
            "arrived": _("Arrived"),
            "help": _("Scan this code to receive the devices one by one."),
            "sent_by": _("Sent by: date, function, signature"),
            "carried_by": _("Carried by: date, signature"),
            "received_by": _("Received by: date, function, signature"),
        },
    }


def _paper(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response

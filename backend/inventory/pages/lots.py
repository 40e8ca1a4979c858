"""A lot, as its label opens it: what is in it, where it stands."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import Membership
from backend.accounts.pages.access import demand, needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory.models import Device, Lot
from backend.inventory.operations import close_lot, move_lot
from backend.inventory.pages.act_forms import place_words
from backend.inventory.pages.places import MoveForm, what_lies


@needs("location.view")
def lot_label(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what the capital letters of a lot's label lead to."""
    return redirect("inventory:lot", pk=pk)


def find_lot(pk: int, hat: Membership) -> Lot:
    """Load a lot that this person may see; to all others it does not exist."""
    seen = Lot.objects.seen_by(hat).select_related("location__parent__parent", "organisation")
    return get_object_or_404(seen, pk=pk)


@needs("location.view")
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is in a lot and where it stands; carry it elsewhere."""
    hat = acting(request)
    found = find_lot(pk, hat)
    is_mine = found.organisation_id == hat.organisation_id and can(hat, "lot.edit")
    form = MoveForm(posted(request), hat=hat, but=found.location)
    if request.method == "POST":
        demand(request, "lot.edit")
        if gone := sent(request, form, lambda: _move(request, found, form, hat)):
            return gone
    lying = what_lies(request, Device.objects.in_house().filter(lot=found))
    return render(
        request,
        "inventory/lot.html",
        {
            "held": found,
            "held_as": "lot",
            "words": place_words(found.location) if found.location else "",
            **lying,
            "form": form if is_mine else None,
            "may_close": is_mine and not found.closed_at,
            "may_send": is_mine and can(hat, "transfer.send"),
        },
        status=status_of(form),
    )


def _move(request: HttpRequest, found: Lot, form: MoveForm, hat: Membership) -> str:
    to = form.cleaned_data["to"]
    move_lot(lot=found, to=to, by=hat, at=timezone.now())
    messages.success(request, _("The lot now stands at %(place)s.") % {"place": place_words(to)})
    return reverse("inventory:lot", args=[found.pk])


@needs("lot.edit")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then close a lot."""
    hat = acting(request)
    found = find_lot(pk, hat)
    form = forms.Form(posted(request))
    back = reverse("inventory:lot", args=[pk])

    def do() -> str:
        close_lot(lot=found, by=hat, at=timezone.now())
        messages.success(request, _("The lot is closed."))
        return back

    if gone := sent(request, form, do):
        return gone
    return render(
        request,
        "inventory/confirm.html",
        {
            "form": form,
            "question": _("Close the lot “%(lot)s”?") % {"lot": found},
            "text": _("Nothing more goes in. You can still move or send all of it."),
            "action": _("Close the lot"),
            "back": back,
        },
        status=status_of(form),
    )

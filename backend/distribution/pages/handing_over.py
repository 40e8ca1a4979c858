"""The hand-over: the right device, the text read and signed, the receipt; undone if need be."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import qrcode
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.image.svg import SvgPathImage

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.errors import Refusal
from backend.core.pages.commands import sent, status_of
from backend.distribution import operations, queries
from backend.distribution.choices import SignedBy, TakenBy
from backend.distribution.models import Allocation, HandOver
from backend.inventory.models import Device

FOLLOW_UP = timedelta(days=90)  # when the counsellor asks how it goes


class HandOverForm(forms.Form):
    """Which machine, who takes it, at what price, how it is confirmed."""

    code = forms.CharField(
        label=gettext_lazy("Label on the device"),
        max_length=300,
        help_text=gettext_lazy("Scan it or type it: it makes sure that this is the right one."),
        widget=forms.TextInput(
            attrs={"class": "code-input", "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )
    taken_by = forms.ChoiceField(
        label=gettext_lazy("Who takes it"),
        choices=TakenBy.choices,
        initial=TakenBy.PERSON,
        widget=forms.RadioSelect,
    )
    price = forms.DecimalField(
        label=gettext_lazy("Price paid (€)"), min_value=0, max_value=1000, decimal_places=2
    )
    signed_by = forms.ChoiceField(
        label=gettext_lazy("How it is confirmed"),
        choices=SignedBy.choices,
        initial=SignedBy.ATTESTATION,
        widget=forms.RadioSelect,
    )
    signature = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    price_read = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, promise: Allocation, **kwargs: Any) -> None:
        """Know which device is promised and what the programme asks for it."""
        super().__init__(*args, **kwargs)
        self.promise = promise
        self.price_typed: Decimal | None = None
        price = Decimal(promise.line.request.programme.price_cents) / 100
        self.fields["price"].initial = price
        if not price:
            del self.fields["price"]

    def clean(self) -> dict[str, Any]:
        """Make sure that the text read aloud said the price that is paid."""
        given: dict[str, Any] = super().clean() or {}
        self.price_typed = given.get("price")
        if self.price_typed is not None and given.get("price_read") != self.price_cents:
            self.add_error(
                "price", _("The price changed, and the text with it: read it again, then confirm.")
            )
        return given

    def clean_code(self) -> str:
        """Read the label and make sure that it is on the promised device."""
        try:
            code = codes.read(self.cleaned_data["code"])
        except Refusal as refusal:
            raise ValidationError(refusal.detail) from refusal
        if not Device.objects.with_code(code).filter(pk=self.promise.device_id).exists():
            raise ValidationError(
                _("This is the label of another device. Look for %(code)s on the shelf.")
                % {"code": self.promise.device}
            )
        return code

    @property
    def price_cents(self) -> int:
        """The price typed, else the programme's, in euro cents."""
        asked = self.promise.line.request.programme.price_cents
        return asked if self.price_typed is None else int(self.price_typed * 100)


def _promise(request: HttpRequest, pk: int) -> Allocation:
    promises = (
        Allocation.objects.seen_by(acting(request))
        .reserved()
        .select_related(
            "device__custodian",
            "line__request__beneficiary",
            "line__request__programme",
            "line__request__structure",
        )
    )
    return get_object_or_404(promises, pk=pk)


@needs("hand_over.record")
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the label, read the text together, sign, give."""
    hat = acting(request)
    promise = _promise(request, pk)
    form = HandOverForm(request.POST or None, promise=promise)

    def act() -> str:
        given = form.cleaned_data
        done = operations.hand_over_device(
            allocation=promise,
            taken_by=given["taken_by"],
            signed_by=given["signed_by"],
            signature=given["signature"] if given["signed_by"] == SignedBy.SIGNATURE else "",
            price_cents=form.price_cents,
            by=hat,
            at=timezone.now(),
        )
        return reverse("distribution:receipt", args=[done.receipt])

    if answer := sent(request, form, act):
        return answer
    text = queries.text_to_sign(promise, price_cents=form.price_cents, at=timezone.now())
    shown = {"form": form, "promise": promise, "lines": text.splitlines()}
    return render(request, "distribution/hand_over.html", shown, status=status_of(form))


def _seen(request: HttpRequest, receipt: str) -> HandOver:
    found = HandOver.objects.seen_by(acting(request)).select_related(
        "allocation__device__custodian",
        "allocation__line__request__structure",
        "allocation__line__request__programme",
        "returned",
    )
    return get_object_or_404(found, receipt=receipt)


@needs("hand_over.view")
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show the paper that the person takes along, ready to print."""
    done = _seen(request, receipt)
    device = done.allocation.device
    address = f"{settings.SITE_URL}/D/{device.code}".upper()
    shown = {
        "done": done,
        "device": device,
        "lines": done.signed_text.splitlines(),
        "price": Decimal(done.price_cents) / 100,
        "follow_up": done.handed_over_at + FOLLOW_UP,
        "qr": _qr(address),
        "is_desk": can(acting(request), "hand_over.record"),
        "may_undo": _may_undo(done),
    }
    return render(request, "distribution/receipt.html", shown)


def _may_undo(done: HandOver) -> bool:
    is_recent = timezone.now() - done.handed_over_at < settings.UNDO_WINDOW
    return is_recent and done.undone_at is None and not hasattr(done, "returned")


def _qr(text: str) -> SafeString:
    drawn = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(drawn)
    svg = drawn.getvalue().decode().split("?>", 1)[-1].strip()
    return mark_safe(svg)  # noqa: S308  # drawn by us, from our own address


@needs("hand_over.record")
def undo(request: HttpRequest, receipt: str) -> HttpResponse:
    """Ask, then take back a hand-over written down by mistake."""
    hat = acting(request)
    done = _seen(request, receipt)
    form = forms.Form(request.POST or None)

    def act() -> str:
        operations.undo_hand_over(hand_over=done, by=hat, at=timezone.now())
        messages.success(request, _("The hand-over is undone: the device is reserved again."))
        return reverse("distribution:desk")

    if answer := sent(request, form, act):
        return answer
    shown = {"form": form, "done": done}
    return render(request, "distribution/undo_hand_over.html", shown, status=status_of(form))

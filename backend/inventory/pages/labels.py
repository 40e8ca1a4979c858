"""Labels: mint a batch, print the sheet, take one as a drawing."""

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory.labels import QUIET, STOCKS, device_sticker, sticker_svg
from backend.inventory.models import Label, LabelBatch
from backend.inventory.operations import mint_labels
from backend.inventory.operations.labelling import MOST_LABELS

SHEETS_ON_A_PAGE = 10


class MintForm(forms.Form):
    """How many, for which workshop."""

    quantity = forms.IntegerField(
        label=gettext_lazy("How many labels?"), min_value=1, max_value=MOST_LABELS, initial=21
    )
    workshop = forms.ModelChoiceField(
        label=gettext_lazy("For which workshop?"),
        queryset=Organisation.objects.workshops().filter(is_active=True).order_by("name"),
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """A workshop mints for itself."""
        super().__init__(*args, **kwargs)
        if hat.organisation.kind == OrganisationKind.WORKSHOP:
            del self.fields["workshop"]


class SheetForm(forms.Form):
    """On which paper, and what of it is used already."""

    paper = forms.ChoiceField(
        label=gettext_lazy("Paper"),
        choices=[(key, f"{s.name} ({s.columns} × {s.rows})") for key, s in STOCKS.items()],
        initial="l7160",
    )
    skip = forms.IntegerField(
        label=gettext_lazy("Labels already used on the first sheet"),
        min_value=0,
        max_value=64,
        initial=0,
        required=False,
    )


class Sticker(NamedTuple):
    """One label as the sheet draws it."""

    code: str
    side: int
    path: str


def sticker(code: str) -> Sticker:
    """Draw one label."""
    symbol = device_sticker(code).symbol()
    return Sticker(codes.spell(code), symbol.side + 2 * QUIET, symbol.path())


@needs("label.view")
def labels(request: HttpRequest) -> HttpResponse:
    """List the batches; mint one."""
    hat = acting(request)
    form = MintForm(posted(request), hat=hat) if can(hat, "label.mint") else None
    if form and (gone := sent(request, form, lambda: _mint(request, form, hat))):
        return gone
    batches = LabelBatch.objects.seen_by(hat).select_related("workshop").order_by("-pk")
    batches = batches.annotate(free=Count("labels", filter=Q(labels__device=None)))
    page = Paginator(batches, 25).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/labels.html",
        {"form": form, "page_obj": page},
        status=status_of(form) if form else 200,
    )


def _mint(request: HttpRequest, form: MintForm, hat: Membership) -> str:
    batch = mint_labels(
        quantity=form.cleaned_data["quantity"],
        workshop=form.cleaned_data.get("workshop", hat.organisation),
        by=hat,
        at=timezone.now(),
    )
    messages.success(request, _("The labels are ready to print."))
    return reverse("inventory:label_sheet", args=[batch.pk])


@needs("label.view")
def label_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch as it comes out of the printer, sheet by sheet."""
    batch = get_object_or_404(LabelBatch.objects.seen_by(acting(request)), pk=pk)
    form = SheetForm(request.GET if "paper" in request.GET else None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    paper = asked.get("paper", "l7160")
    sheet = STOCKS[paper]
    skip = (asked.get("skip") or 0) % sheet.size
    found = [None] * skip + list(batch.labels.order_by("pk").values_list("code", flat=True))
    page = Paginator(found, sheet.size * SHEETS_ON_A_PAGE).get_page(request.GET.get("page"))
    drawn = [sticker(code) if code else None for code in page]
    return render(
        request,
        "inventory/label_sheet.html",
        {
            "batch": batch,
            "form": form,
            "paper": paper,
            "page_obj": page,
            "sheets": [drawn[i : i + sheet.size] for i in range(0, len(drawn), sheet.size)],
        },
    )


@needs("label.view")
@cache_control(private=True, max_age=3600)
def label_svg(request: HttpRequest, code: str) -> HttpResponse:
    """Give one label as a drawing: QR code and spelled code."""
    drawn = sticker_svg(device_sticker(_label(request, code).code))
    return HttpResponse(drawn, content_type="image/svg+xml")


@needs("label.view")
@cache_control(private=True, max_age=3600)
def label_png(request: HttpRequest, code: str) -> HttpResponse:
    """Give the QR code of one label as a black and white image."""
    label = _label(request, code)
    response = HttpResponse(device_sticker(label.code).symbol().png(), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="{codes.spell(label.code)}.png"'
    return response


def _label(request: HttpRequest, code: str) -> Label:
    batches = LabelBatch.objects.seen_by(acting(request))
    return get_object_or_404(Label, code=codes.read(code), batch__in=batches)

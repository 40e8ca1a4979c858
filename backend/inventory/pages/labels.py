"""Labels: mint a batch, choose the paper, look at the first sheet, print it once."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control

from backend.accounts.models import Membership
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory.choices import DevicePart, PrintForm
from backend.inventory.labels import STOCKS, Stock, calibration_pdf, owner_label, page_svg
from backend.inventory.labels.pdf import check_skip
from backend.inventory.models import LabelBatch, LabelPrint
from backend.inventory.operations import ask_for_print, mint_labels, prints_of, stickers_of
from backend.inventory.pages.label_forms import MintForm, PrintingForm

PRINTS_SHOWN = 10
PATIENCE = timedelta(seconds=30)


@needs("label.view")
def labels(request: HttpRequest) -> HttpResponse:
    """List the batches; mint one."""
    hat = acting(request)
    form = MintForm(posted(request), hat=hat) if can(hat, "label.mint") else None
    if form and (gone := sent(request, form, lambda: _mint(form, hat))):
        return gone
    batches = LabelBatch.objects.seen_by(hat).filter(is_replacement=False)
    printed = LabelPrint.objects.filter(batch=OuterRef("pk")).order_by("-pk").values("asked_at")
    batches = batches.select_related("workshop").order_by("-pk")
    batches = batches.annotate(
        free=Count("labels", filter=Q(labels__device=None)), printed_at=Subquery(printed[:1])
    )
    page = Paginator(batches, 25).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/labels.html",
        {"form": form, "page_obj": page},
        status=status_of(form) if form else 200,
    )


def _mint(form: MintForm, hat: Membership) -> str:
    batch = mint_labels(
        quantity=form.cleaned_data["quantity"],
        workshop=form.cleaned_data.get("workshop", hat.organisation),
        by=hat,
        at=timezone.now(),
    )
    return reverse("inventory:label_sheet", args=[batch.pk])


@needs("label.view")
def label_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch, what was printed of it, and print what is free."""
    hat = acting(request)
    batch = _batch(request, pk)
    prints = prints_shown(batch)
    free = batch.labels.filter(device=None).count()
    may_print = free and can(hat, "label.mint")
    form = printing_form(batch, posted(request), again=bool(prints)) if may_print else None

    if form and (gone := sent(request, form, lambda: ask_for(form, batch, hat))):
        return gone
    return render(
        request,
        "inventory/label_sheet.html",
        {
            "batch": batch,
            "form": form,
            "free": free,
            "used": batch.quantity - free,
            "preview": _query(form) if form else "",
            **waited_for(batch, prints),
        },
        status=status_of(form) if form else 200,
    )


def ask_for(form: PrintingForm, batch: LabelBatch, hat: Membership, *, code: str = "") -> str:
    """Have a batch printed as a form says, or one label of it; give the page that shows it."""
    said = {"reason": form.cleaned_data["reason"], "code": code}
    ask_for_print(batch_id=batch.pk, how=form.printing(), by=hat, at=timezone.now(), **said)
    if code:
        return reverse("inventory:label", args=[code])
    return reverse("inventory:label_sheet", args=[batch.pk])


def printing_form(batch: LabelBatch, told: Any, *, again: bool) -> PrintingForm:
    """Ask how labels are printed, beginning with what this workshop said last time."""
    earlier = LabelPrint.objects.filter(batch__workshop=batch.workshop_id).order_by("pk").last()
    return PrintingForm(told, earlier=earlier, again=again)


def _query(form: PrintingForm) -> str:
    if form.is_bound:
        return str(form.data.urlencode()) if hasattr(form.data, "urlencode") else ""
    return f"paper={form.get_initial_for_field(form.fields['paper'], 'paper')}"


def prints_shown(batch: LabelBatch, code: str = "") -> list[LabelPrint]:
    """Give the last prints of a batch, or of one label by itself."""
    prints = [job for job in prints_of(batch, code) if not code or len(job.codes) == 1]
    return prints[:PRINTS_SHOWN]


def waited_for(batch: LabelBatch, prints: list[LabelPrint], *, code: str = "") -> dict[str, Any]:
    """Say what waits, and after how long to look again: seldom when the worker is late."""
    waiting = [one for one in prints if not one.rendered_at and not one.is_given_up]
    is_late = any(timezone.now() - one.asked_at > PATIENCE for one in waiting)
    look_again = reverse("inventory:label_prints", args=[batch.pk])
    return {
        "prints": prints,
        "is_waiting": bool(waiting),
        "pause": "5s" if is_late else "400ms",
        "look_again": f"{look_again}?code={code}" if code else look_again,
    }


@needs("label.view")
def label_prints(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the part of the page that says how far the prints are."""
    batch = _batch(request, pk)
    code = request.GET.get("code", "")
    prints = prints_shown(batch, code)
    return render(request, "inventory/_label_prints.html", waited_for(batch, prints, code=code))


@needs("label.view")
@cache_control(private=True, no_store=True)
def label_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the first sheet as it would be printed."""
    batch = _batch(request, pk)
    form = printing_form(batch, _said(request), again=False)
    if not form.is_valid():
        raise Http404
    how = form.printing()
    check_skip(how.stock, how.skip)
    free = batch.labels.filter(device=None).order_by("pk").values_list("code", flat=True)
    job = LabelPrint(
        codes=list(free[: how.stock.size]),
        parts=list(how.parts),
        owner_label=owner_label(batch.workshop.name),
    )
    drawing = page_svg(stickers_of(job), how.stock, skip=how.skip)
    return HttpResponse(drawing, content_type="image/svg+xml")


def _said(request: HttpRequest) -> QueryDict:
    """Give what was said, and for the rest what most people say."""
    said = request.GET.copy()
    said.setdefault("form", PrintForm.PDF)
    said.setdefault("parts", DevicePart.MACHINE)
    return said


@needs("label.view")
def label_print_file(request: HttpRequest, pk: int, ending: str) -> FileResponse:
    """Give the file of a print to whoever sees its batch."""
    job = _print(request, pk)
    if not job.file or not str(job.file.name).endswith(f".{ending}"):
        raise Http404
    kind = "application/pdf" if ending == "pdf" else "text/plain; charset=utf-8"
    return FileResponse(
        job.file.open("rb"),
        as_attachment=True,
        filename=f"etiquettes-{job.batch_id}-{job.pk}.{ending}",
        content_type=kind,
    )


@needs("label.view")
def calibration(request: HttpRequest, paper: str) -> HttpResponse:
    """Give the calibration page of a named paper."""
    if paper not in STOCKS:
        raise Http404
    return _calibration(STOCKS[paper], (0.0, 0.0))


@needs("label.view")
def print_calibration(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the calibration page of the paper and the offset of a print."""
    job = _print(request, pk)
    return _calibration(Stock(**job.stock), (job.offset_x, job.offset_y))


def _calibration(stock: Stock, offset: tuple[float, float]) -> HttpResponse:
    pdf = calibration_pdf(stock, at=timezone.now(), offset=offset)
    return HttpResponse(pdf, content_type="application/pdf")


def _batch(request: HttpRequest, pk: int) -> LabelBatch:
    batches = LabelBatch.objects.seen_by(acting(request)).select_related("workshop")
    return get_object_or_404(batches, pk=pk)


def _print(request: HttpRequest, pk: int) -> LabelPrint:
    return get_object_or_404(LabelPrint.objects.seen_by(acting(request)), pk=pk)

"""Print jobs: asked once, rendered once by whichever worker, the same bytes in any case."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.models import Event
from backend.core.transactions import operation
from backend.inventory.choices import DevicePart, PrintForm
from backend.inventory.labels import (
    Sticker,
    Stock,
    device_sticker,
    owner_label,
    stickers_pdf,
    stickers_zpl,
)
from backend.inventory.labels.pdf import check_offset, check_skip, pages_for
from backend.inventory.labels.stocks import room_for
from backend.inventory.models import LabelBatch, LabelPrint

MOST_STICKERS = 15_000  # six seconds of work
_LEASE = timedelta(minutes=5)  # longer than the task may take
_DPI = {PrintForm.ZPL_203: 203, PrintForm.ZPL_300: 300}
_nudge: list[Callable[[], object]] = []
log = logging.getLogger(__name__)


class AlreadyPrinted(Refusal):
    """These labels were printed before; two stickers with one number are a danger."""

    code = "already_printed"
    title = _("These labels were printed already")


class NoRoll(InvalidInput):
    """A label printer takes one label after the other, not sheets."""

    code = "no_roll"
    title = _("A label printer needs a roll")


class NothingToPrint(Refusal):
    """Every label of the batch is on a device."""

    code = "nothing_to_print"
    title = _("All these labels are used")


@dataclass(frozen=True, kw_only=True)
class Printing:
    """How labels are printed: on which paper, in what form, copies for which parts, from where."""

    stock: Stock
    form: str = PrintForm.PDF
    parts: tuple[str, ...] = (DevicePart.MACHINE,)
    skip: int = 0
    offset: tuple[float, float] = (0.0, 0.0)


@operation
def ask_for_print(
    *, batch_id: int, how: Printing, by: Membership, at: datetime, reason: str = "", code: str = ""
) -> LabelPrint:
    """Have the labels of a batch that are on no device yet printed, in the background.

    With `code` only this one, even if it is on a device. Refuses to print a label a second time
    without a reason, paper that does not fit, and a batch that is used up. Two people asking at
    once are served one after the other.
    """
    batches = LabelBatch.objects.seen_by(by).select_related("workshop")
    batch = batches.select_for_update(of=("self",)).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound(_("You have no batch of labels with this number."))
    wanted = batch.labels.filter(code=code) if code else batch.labels.filter(device=None)
    codes = list(wanted.order_by("pk").values_list("code", flat=True))
    _check(how, codes)
    if not reason.strip():
        _check_first_time(batch, code)
    asked = LabelPrint.objects.create(
        batch=batch,
        form=how.form,
        stock=how.stock.measures(),
        codes=codes,
        parts=list(how.parts),
        owner_label=owner_label(batch.workshop.name)[:200],
        skip=how.skip,
        offset_x=how.offset[0],
        offset_y=how.offset[1],
        reason=reason.strip(),
        asked_at=at,
        asked_by_label=by.actor_label,
    )
    events.record(
        "label_print.asked",
        subject=asked,
        by=by,
        at=at,
        organisation=batch.workshop_id,
        batch=batch.pk,
        labels=len(codes),
        copies=len(how.parts),
        form=how.form,
    )
    return asked


def _check(how: Printing, codes: list[str]) -> None:
    if not codes:
        raise NothingToPrint(_("Every label of this batch is on a device. Make new labels."))
    if not how.parts or not set(how.parts) <= set(DevicePart):
        raise InvalidInput(
            _("Choose at least one part to label."), fields={"parts": [_("choose at least one")]}
        )
    if len(codes) * len(how.parts) > MOST_STICKERS:
        raise InvalidInput(_("A print holds at most 15,000 labels. Choose fewer copies."))
    if how.form in _DPI and how.stock.size > 1:
        text = _("Choose a roll for a Zebra printer, or the PDF for sheets.")
        raise NoRoll(text, fields={"paper": [text]})
    check_skip(how.stock, how.skip)
    check_offset(how.offset)
    room_for(device_sticker(codes[0]).symbol(), how.stock)


def is_printed(batch: LabelBatch, code: str) -> bool:
    """Whether a label came out of a printer before: one on a device did, but for a replacement."""
    on_a_device = batch.labels.filter(code=code).exclude(device=None)
    return bool(prints_of(batch, code)) or (not batch.is_replacement and on_a_device.exists())


def prints_of(batch: LabelBatch, code: str = "") -> list[LabelPrint]:
    """Give the prints of a batch, or those with this label, the newest first."""
    return [job for job in batch.prints.order_by("-pk") if not code or code in job.codes]


def _check_first_time(batch: LabelBatch, code: str) -> None:
    earlier = next(iter(prints_of(batch, code)), None)
    if earlier is not None:
        day = timezone.localtime(earlier.asked_at)
        raise AlreadyPrinted(
            _(
                "These labels were printed on %(when)s. Two stickers with one code on two"
                " machines would mix them up: say why you print them again."
            )
            % {"when": f"{day:%d/%m/%Y %H:%M}"},
            fields={"reason": [_("say why")]},
            print=earlier.pk,
        )
    if code and is_printed(batch, code):
        raise AlreadyPrinted(
            _("This label is on a device. If it is damaged, replace it. If not, say why."),
            fields={"reason": [_("say why")]},
        )


def hear_print(*, event: Event) -> None:
    """Wake the worker for a print; a print asked twice is one row, so this may run twice."""
    for nudge in _nudge:
        events.nudge_after_commit(nudge)


def wake_with(nudge: Callable[[], object]) -> None:
    """Say how to wake the worker that renders."""
    _nudge[:] = [nudge]


def render_waiting_prints(*, at: datetime) -> int:
    """Render what waits, oldest first; one failure stops no other. Gives how many were tried."""
    waiting = list(LabelPrint.objects.waiting(at=at).order_by("pk").values_list("pk", flat=True))
    for print_id in waiting:
        try:
            render_print(print_id=print_id, at=at)
        except Exception:
            log.exception("print of labels %s could not be rendered", print_id)
    return len(waiting)


def render_print(*, print_id: int, at: datetime) -> bool:
    """Render a print unless it is rendered, or another worker is at it. Says whether it was done.

    The bytes depend on the row alone, the file's name too, the file appears whole, and the row
    is marked last. So a worker killed anywhere in between, or one that outlived its lease, leaves
    one row and one file with the same content: the next one writes it over with itself.
    """
    mine = LabelPrint.objects.waiting(at=at).filter(pk=print_id)
    if not mine.update(leased_until=at + _LEASE, attempts=F("attempts") + 1):
        return False
    job = LabelPrint.objects.get(pk=print_id)
    try:
        content = _content(job)
        name = f"labels/{job.pk}.{_ending(job.form)}"
        _write(name, content)
    except BaseException:
        LabelPrint.objects.filter(pk=print_id, rendered_at=None).update(leased_until=None)
        raise
    return bool(
        LabelPrint.objects.filter(pk=print_id, rendered_at=None).update(
            file=name,
            sha256=hashlib.sha256(content).hexdigest(),
            rendered_at=at,
            labels=len(job.codes) * len(job.parts),
            pages=_pages(job),
            leased_until=None,
        )
    )


def stickers_of(job: LabelPrint) -> list[Sticker]:
    """Give the stickers of a print: of each code one for each part, named where there are more."""
    named = [DevicePart(part).label for part in job.parts] if len(job.parts) > 1 else [""]
    above = [tuple(filter(None, (str(name), job.owner_label))) for name in named]
    return [device_sticker(code, *lines) for code in job.codes for lines in above]


def _content(job: LabelPrint) -> bytes:
    stock = Stock(**job.stock)
    offset = (job.offset_x, job.offset_y)
    with override(settings.LANGUAGE_CODE):
        stickers = stickers_of(job)
    if job.form in _DPI:
        moved = replace(stock, left=stock.left + offset[0], top=stock.top + offset[1])
        return stickers_zpl(stickers, moved, dpi=_DPI[PrintForm(job.form)]).encode()
    return stickers_pdf(stickers, stock, at=job.asked_at, skip=job.skip, offset=offset)


def _pages(job: LabelPrint) -> int:
    number = len(job.codes) * len(job.parts)
    return number if job.form in _DPI else pages_for(number, Stock(**job.stock), skip=job.skip)


def _ending(form: str) -> str:
    return "zpl" if form in _DPI else "pdf"


def _write(name: str, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    place = Path(default_storage.path(name))
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=place.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)  # the web process may run as another user
        Path(unfinished).replace(place)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise

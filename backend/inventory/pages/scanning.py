"""One scan at the bench: read the code, do the act that is set, say clearly what came of it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import Membership, User
from backend.core import codes
from backend.core.errors import NotFound, Refusal
from backend.core.models import Event
from backend.core.pages.commands import command_of_page
from backend.inventory.models import Device, Label
from backend.inventory.operations import LabelTaken, destination
from backend.inventory.operations.undoing import UNDOABLE
from backend.inventory.pages import keeping
from backend.inventory.pages.acts import ACTS
from backend.inventory.pages.bench_acts import BENCH_ACTS, BenchAct
from backend.inventory.pages.keeping import Scan


def scan(request: HttpRequest, hat: Membership, *, back: str) -> str:
    """Do one scan and remember how it ended; give the address to show next."""
    kept = keeping.setting(request)
    text = request.POST.get("code", "")
    act = BENCH_ACTS[kept["act"]]
    try:
        code = codes.read(text)
        if act.opens and (page := act.opens(request, code, hat, kept["data"])):
            return page
        return command_of_page(request, lambda: _act(request, act, code, hat, kept["data"], back))
    except Refusal as refusal:
        keeping.remember(request, _told(refusal, text, act, hat))
    except ValidationError as error:
        keeping.remember(request, _refused(text, " ".join(error.messages)))
    return back


def _act(  # what one scan is made of
    request: HttpRequest,
    act: BenchAct,
    code: str,
    hat: Membership,
    data: dict[str, str],
    back: str,
) -> str:
    form = act.form(data, hat=hat)
    if not form.is_valid():
        raise ValidationError(_("What you set for all scans no longer fits: set it again."))
    already = _same_place(act, code, hat, form) if act.event == "device.placed" else None
    if already is None:
        result = act.run(code, form, hat, timezone.now())
        found = result if isinstance(result, Device) else None
        device = found or Device.objects.with_code(code).get()
        keeping.remember(request, keeping.done(device, act.done, event=act.event))
    else:
        keeping.remember(request, already)
    return back


def _same_place(act: BenchAct, code: str, hat: Membership, form: Any) -> Scan | None:
    device = Device.objects.seen_by(hat).with_code(code).first()
    if device is None:
        return None
    wanted = destination(device, form.where())
    if any(getattr(device, column) != value for column, value in wanted.items()):
        return None
    return _already(device, act.event, hat)


def _told(refusal: Refusal, text: str, act: BenchAct, hat: Membership) -> Scan:
    try:
        code = codes.read(text)
    except Refusal:
        return _refused(text, refusal.detail)
    if isinstance(refusal, LabelTaken):
        device = Device.objects.seen_by(hat).with_code(code).first()
        return (device and _already(device, act.event, hat)) or _refused(code, refusal.detail)
    if isinstance(refusal, NotFound):
        return _unknown(code, refusal, hat)
    device = Device.objects.seen_by(hat).with_code(code).first()
    already = _already(device, act.event, hat) if device else None
    return already or _refused(code, refusal.detail, is_known=device is not None)


def _already(device: Device, event: str, hat: Membership) -> Scan | None:
    """Say when and by whom it was done, when the act is the last thing that happened."""
    last = Event.objects.about(device).order_by("-pk").first()
    if last is None or last.kind != event:
        return None
    return {
        "code": device.code,
        "spelled": codes.spell(device.code),
        "tone": "info",
        "text": _("Already done: nothing changed"),
        "more": _("%(when)s, by %(who)s")
        % {
            "when": timezone.localtime(last.happened_at).strftime("%d/%m %H:%M"),
            "who": _who(last, hat),
        },
        "link": "device",
    }


def _who(event: Event, hat: Membership) -> str:
    if event.actor_id == hat.user_id:
        return _("you")
    colleagues = User.objects.filter(memberships__organisation_id=hat.organisation_id)
    name = colleagues.filter(pk=event.actor_id or 0).values_list("name", flat=True).first()
    return name or event.actor_label


def _unknown(code: str, refusal: Refusal, hat: Membership) -> Scan:
    label = Label.objects.filter(code=code).select_related("batch").first()
    if label is None:
        return _refused(code, _("Unknown: no label has this code. Compare it with the label."))
    if label.batch.workshop_id != hat.organisation_id and label.device_id is None:
        return _refused(code, _("This label belongs to another organisation. Put it aside."))
    if label.device_id is not None:
        return _refused(
            code,
            _("This device belongs to another organisation. Put it aside and ask who sent it."),
        )
    told = _refused(code, _("This label is free: receive the device first."))
    return {**told, "link": "receive"}


def _refused(text: str, why: Any, *, is_known: bool = False) -> Scan:
    is_code = len(text) == codes.LENGTH + 1
    return {
        "code": text[:40],
        "spelled": codes.spell(text) if is_code else text[:40],
        "tone": "refusal",
        "text": str(why),
        "more": _("Nothing was changed."),
        "link": "device" if is_known else "",
    }


def undo(request: HttpRequest, hat: Membership) -> None:
    """Take the last scan back, as far as a scan can be."""
    code = request.POST.get("code", "")
    try:
        ACTS["annulation"].run(codes.read(code), None, hat, timezone.now())
        device = Device.objects.with_code(codes.read(code)).get()
        keeping.remember(request, keeping.done(device, _("Undone"), event="device.undone"))
    except Refusal as refusal:
        keeping.remember(request, _refused(code, refusal.detail, is_known=True))


def undoable(found: list[Scan]) -> Scan | None:
    """Give the last scan when it can be taken back from here."""
    if found and found[0].get("event") in UNDOABLE:
        return found[0]
    return None

"""What the label opens: the workshop's page, a donor's or a structure's view, or "if found"."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership
from backend.accounts.pages.access import needs, public
from backend.accounts.people import acting, hat_of
from backend.accounts.roles import can
from backend.core import codes
from backend.core.errors import Refusal
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import posted
from backend.inventory.choices import DATA_MUST_BE_GONE, IN_HOUSE, Kind, State
from backend.inventory.models import Device, DeviceQuerySet, Label
from backend.inventory.operations import UnknownCode
from backend.inventory.pages import bench_sheet
from backend.inventory.pages.acts import ACTS, may_undo, next_act
from backend.inventory.queries import fates
from backend.inventory.queries.reports import configuration_of
from backend.inventory.queries.story import life_of

ON_A_PAGE = 50
_BENCH_KINDS = {OrganisationKind.WORKSHOP, OrganisationKind.COORDINATION}


def find(code: str, hat: Membership | None) -> Device:
    """Load the device under a label for somebody who may see it, in one statement.

    Raises MisreadCode and UnknownCode.
    """
    devices = Device.objects.seen_by(hat).select_related(
        "custodian", "promised_to", "pledge", "previous", "lot", "location__parent__parent"
    )
    device = devices.with_code(codes.read(code)).first()
    if device is None:
        raise UnknownCode(
            _("You have no device with this code. Check the label, or receive it first.")
        )
    return device


@public
def device_label(request: HttpRequest, code: str) -> HttpResponse:
    """Open what the capital letters of a QR code lead to."""
    return redirect("inventory:device", code=codes.read(code))


@public
def device(request: HttpRequest, code: str) -> HttpResponse:
    """Show a device to whoever scanned its label, as much as is this reader's business."""
    bare = codes.read(code)
    if bare != code:
        return redirect("inventory:device", code=bare)
    hat = hat_of(request)
    try:
        found = find(bare, hat)
    except UnknownCode:
        return _to_a_stranger(request, bare, hat)
    if hat is not None and hat.organisation.kind in _BENCH_KINDS:
        return render(request, "inventory/device.html", _for_staff(found, hat))
    shown = fates.with_proofs(Device.objects.filter(pk=found.pk)).get()
    return render(
        request, "inventory/device_seen.html", {"device": found, "fate": fates.fate_of(shown)}
    )


def _to_a_stranger(request: HttpRequest, code: str, hat: Membership | None) -> HttpResponse:
    label = Label.objects.filter(code=code).select_related("batch").first()
    if label is None:
        raise Http404
    is_mine = hat is not None and label.batch.workshop_id == hat.organisation_id
    if label.device_id is None and is_mine and can(hat, "device.receive"):
        return redirect("inventory:receive", code=code)
    return render(
        request,
        "inventory/device_found.html",
        {"code": code, "spelled": codes.spell(code), "is_free": label.device_id is None},
    )


def _for_staff(found: Device, hat: Membership) -> dict[str, Any]:
    now = timezone.now()
    main = next_act(found)
    open_acts = {name: act for name, act in ACTS.items() if act.is_open(found, hat)}
    if "annulation" in open_acts and not may_undo(found, hat, now):
        del open_acts["annulation"]
    act = open_acts.pop(main, None)
    is_here = found.state in IN_HOUSE and found.custodian_id == hat.organisation_id
    return {
        "device": found,
        "main": main,
        "act": act,
        "form": act.form(hat=hat, device=found) if act else None,
        "others": open_acts,
        "units": list(
            found.storage_units.prefetch_related("erasures", "certificates").order_by("pk")
        ),
        "labels": [codes.spell(label.code) for label in found.labels.order_by("claimed_at")],
        "life": life_of(found, reader=hat),
        "repairs": list(found.repairactions.order_by("-pk")[:10]),
        "configuration": configuration_of(found),
        "may_report": is_here and can(hat, "report.record"),
        **bench_sheet.sheet(found, hat, main=main),
        "may_record": is_here and can(hat, "erasure.record"),
        "may_add_unit": found.state not in DATA_MUST_BE_GONE,
        "may_certify": can(hat, "certificate.issue"),
        "may_destroy": can(hat, "storage.destroy"),
        "may_withdraw": can(hat, "erasure.withdraw") and found.state not in DATA_MUST_BE_GONE,
        "may_read_reports": can(hat, "erasure.view"),
    }


def act_on(request: HttpRequest, code: str, name: str) -> HttpResponseBase:
    """Ask what an act needs, do it, and come back to the device."""
    if name not in ACTS:
        raise Http404
    return needs(ACTS[name].capability)(_act_on)(request, code=code, name=name)


act_on.capability = "device.view"  # type: ignore[attr-defined]  # read by the walk of roles


def _act_on(request: HttpRequest, code: str, name: str) -> HttpResponse:
    hat = acting(request)
    act = ACTS[name]
    found = find(code, hat)
    form = act.form(posted(request), request.FILES or None, hat=hat, device=found)

    def do() -> str:
        act.run(found.code, form, hat, timezone.now())
        messages.success(request, f"{act.done} · {found}")
        return reverse("inventory:device", args=[found.code])

    if gone := sent(request, form, do):
        return gone
    return render(
        request,
        "inventory/device_act.html",
        {"device": found, "act": act, "name": name, "form": form},
        status=status_of(form),
    )


@needs("device.view")
def devices(request: HttpRequest) -> HttpResponse:
    """List the devices this person may see, by state, kind or what is written on them."""
    hat = acting(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "kind", "q")}
    if label := codes.page_of_label(asked["q"]):
        return redirect(label)
    found = _matching(Device.objects.seen_by(hat), **asked)
    page = Paginator(
        found.select_related("custodian", "location", "lot").order_by("-changed_at", "-pk"),
        ON_A_PAGE,
    ).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/devices.html",
        {
            "page_obj": page,
            "states": State.choices,
            "kinds": Kind.choices,
            "may_report": can(hat, "report.record"),
            "may_see_places": can(hat, "location.view"),
            **asked,
        },
    )


def _matching(found: DeviceQuerySet, *, state: str, kind: str, q: str) -> DeviceQuerySet:
    if state in State.values:
        found = found.filter(state=state)
    if kind in Kind.values:
        found = found.filter(kind=kind)
    if not q:
        return found
    try:
        return found.filter(labels__code=codes.read(q))
    except Refusal:
        return found.filter(
            Q(serial__iexact=q)
            | Q(asset_number__iexact=q)
            | Q(model__icontains=q)
            | Q(maker__icontains=q)
        )

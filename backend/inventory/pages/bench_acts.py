"""What a scan at the bench may do: the acts that make sense on one machine after another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.accounts.roles import can
from backend.core.transactions import one_transaction
from backend.inventory.choices import CHECKLIST, ErasureMethod
from backend.inventory.operations import UnknownCode, erase_device
from backend.inventory.operations.labelling import free_label
from backend.inventory.pages import keeping
from backend.inventory.pages.act_forms import ActForm, NothingMore
from backend.inventory.pages.acts import ACTS
from backend.inventory.pages.devices import find
from backend.inventory.pages.forms import MomentField
from backend.inventory.pages.receiving import ReceiveManyForm, receive


class EraseManyForm(ActForm):
    """Evidence that holds for each device of a batch erased together."""

    method = forms.ChoiceField(label=_("Method"), choices=ErasureMethod.choices)
    tool = forms.CharField(label=_("Tool"), max_length=60)
    tool_version = forms.CharField(label=_("Version of the tool"), max_length=40)
    verification = forms.CharField(
        label=_("How was it verified?"),
        max_length=120,
        help_text=_("For example: full read, sampling 10 %, sanitize log."),
    )
    started_at = MomentField(label=_("Started"))
    ended_at = MomentField(label=_("Ended"))
    is_sure = forms.BooleanField(
        label=_("I scan only devices whose erasure ended without any error")
    )


class CheckManyForm(ActForm):
    """The checklist, declared once for machines that were all checked."""

    is_sure = forms.BooleanField(
        label=_("I scan only devices on which I have checked every point of the list")
    )

    def answers(self) -> dict[str, bool]:
        """Give yes to every point: that is what the person declares."""
        return dict.fromkeys(CHECKLIST, True)


@dataclass(frozen=True)
class BenchAct:
    """One act: set once, then done at each scan; `opens` may lead to a page instead."""

    label: Any
    done: Any
    capability: str
    event: str = ""
    form: type[ActForm] = NothingMore
    run: Callable[[str, Any, Membership, datetime], object] = lambda *_all: None
    opens: Callable[[HttpRequest, str, Membership, dict[str, str]], str] | None = None


def _open(request: HttpRequest, code: str, hat: Membership, _data: dict[str, str]) -> str:
    try:
        return reverse("inventory:device", args=[find(code, hat).code])
    except UnknownCode:
        if hat.organisation.label_batches.filter(labels__code=code, labels__device=None).exists():
            return reverse("inventory:receive", args=[code])
        raise


def _receive_one(_request: HttpRequest, code: str, hat: Membership, data: dict[str, str]) -> str:
    if not data.get("asks_numbers"):
        return ""
    with one_transaction():
        free_label(code, by=hat)
    return reverse("inventory:receive", args=[code])


def _receive(code: str, form: Any, hat: Membership, _at: datetime) -> object:
    return receive(code, form.cleaned_data, hat)


def _erase(code: str, form: Any, hat: Membership, at: datetime) -> object:
    said = {name: value for name, value in form.cleaned_data.items() if name != "is_sure"}
    return erase_device(code=code, facts=said, by=hat, at=at)  # type: ignore[arg-type]


def _as_on_its_page(name: str, form: type[ActForm] | None = None) -> BenchAct:
    act = ACTS[name]
    return BenchAct(act.label, act.done, act.capability, act.event, form or act.form, act.run)


BENCH_ACTS: dict[str, BenchAct] = {
    keeping.OPEN: BenchAct(_("Open"), "", "device.view", opens=_open),
    "reception": BenchAct(
        _("Receive"),
        _("Received"),
        "device.receive",
        "device.received",
        ReceiveManyForm,
        _receive,
        _receive_one,
    ),
    "tri": _as_on_its_page("tri"),
    "effacement": BenchAct(
        _("Erase"),
        _("Erased and verified"),
        "erasure.record",
        "storage_unit.erased",
        EraseManyForm,
        _erase,
    ),
    "controle": _as_on_its_page("controle", CheckManyForm),
    "rangement": _as_on_its_page("rangement"),
    "demontage": _as_on_its_page("demontage"),
    "recyclage": _as_on_its_page("recyclage"),
}


def offered(hat: Membership) -> dict[str, BenchAct]:
    """Give the acts that this person may set."""
    return {name: act for name, act in BENCH_ACTS.items() if can(hat, act.capability)}


def initial(name: str, request: HttpRequest) -> dict[str, Any]:
    """Start from what was set last for this act, and from the clock for an erasure."""
    kept = keeping.setting(request)
    known: dict[str, Any] = dict(kept["data"]) if kept["act"] == name else {}
    if name == "effacement":
        now = timezone.localtime().replace(second=0, microsecond=0)
        known = {"started_at": now, "ended_at": now, **request.session.get("erasure", {})}
    if line := request.GET.get("line", ""):
        known["line"] = line
    return known

"""Mode cards: an act and its facts as one QR code, good without network."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.forms import ChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from backend.accounts.models import Membership
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.inventory.labels import QUIET, Sticker
from backend.inventory.pages.bench_acts import BENCH_ACTS, BenchAct, LaterChoice
from backend.inventory.queries import bench

LONGEST_TOKEN = 1200


def token_of(action: str, facts: dict[str, Any]) -> str:
    """Write an act and its facts in the 32 capitals and digits that a QR code holds best."""
    said = json.dumps([action, facts], ensure_ascii=False, separators=(",", ":"))
    return base64.b32encode(said.encode()).decode().rstrip("=")


def read_token(token: str) -> tuple[str, dict[str, Any]]:
    """Read a card. Raises ValueError for what is none."""
    if len(token) > LONGEST_TOKEN:
        raise ValueError("too long")
    try:
        padded = token.upper() + "=" * (-len(token) % 8)
        action, facts = json.loads(base64.b32decode(padded))
    except (binascii.Error, UnicodeDecodeError, TypeError, RecursionError) as error:
        raise ValueError("not a mode card") from error
    if not isinstance(action, str) or action not in BENCH_ACTS or not isinstance(facts, dict):
        raise ValueError("not an act of the bench")
    return action, facts


@needs("device.receive")
def mode(request: HttpRequest, token: str) -> HttpResponse:
    """Open the bench as a card says: what a phone's own camera leads to."""
    try:
        read_token(token)
    except ValueError as error:
        raise Http404 from error
    return redirect(f"{reverse('inventory:bench')}#/M/{token}")


@needs("device.receive")
def mode_card(request: HttpRequest) -> HttpResponse:
    """Show a card to print and hang up: the act and its facts in large words, and their code."""
    token = request.GET.get("m", "").upper()
    if not token:
        return render(request, "inventory/mode_cards.html", {"cards": _ready_made()})
    try:
        action, facts = read_token(token)
    except ValueError as error:
        raise Http404 from error
    act = BENCH_ACTS[action]
    address = settings.SITE_URL.upper() + reverse("inventory:mode", args=[token])
    symbol = Sticker(address, str(act.label)).symbol()
    return render(
        request,
        "inventory/mode_card.html",
        {
            "act": act,
            "told": _in_words(act, _simple(facts), acting(request)),
            "side": symbol.side + 2 * QUIET,
            "path": symbol.path(),
        },
    )


def _ready_made() -> list[tuple[str, BenchAct]]:
    """Give the cards that need no setting: acts about which there is nothing more to say."""
    return [(token_of(name, {}), act) for name, act in BENCH_ACTS.items() if act.says_nothing_more]


def _in_words(act: BenchAct, facts: dict[str, Any], hat: Membership) -> list[tuple[Any, Any]]:
    choices = bench.choices_of(hat)
    told = []
    for name, field in act.form().fields.items():
        said = facts.get(name)
        is_unticked = said is False and not isinstance(field, ChoiceField)
        if said is None or said == "" or is_unticked:
            continue
        if isinstance(field, LaterChoice):
            rows = choices[field.source]
            said = next((row["words"] for row in rows if row["value"] == said), _("Not yours"))
        elif isinstance(field, ChoiceField):
            word = {True: "yes", False: "no"}.get(said, said)
            words: Any = field.choices
            said = dict(words).get(word, said)
        elif said is True:
            said = _("Yes")
        elif isinstance(said, str) and (moment := _moment(said)):
            said = timezone.localtime(moment).strftime("%d/%m/%Y %H:%M")
        told.append((field.label, said))
    return told


def _simple(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in facts.items() if not isinstance(said, list | dict)}


def _moment(said: str) -> datetime | None:
    try:
        moment = parse_datetime(said)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo and moment.year > 1 else None

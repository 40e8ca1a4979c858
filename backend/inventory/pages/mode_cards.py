"""Mode cards: an act and its facts as one QR code, good without network."""

import base64
import binascii
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from backend.accounts.pages.access import needs
from backend.inventory.pages.bench_acts import BENCH_ACTS

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
    except (binascii.Error, UnicodeDecodeError, TypeError) as error:
        raise ValueError("not a mode card") from error
    if action not in BENCH_ACTS or not isinstance(facts, dict):
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

"""The bench: one page that is the same for everybody, so that a browser can keep it."""

import hashlib
import json
from typing import Any

from csp.constants import SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from backend.accounts.pages.access import needs, public
from backend.accounts.people import acting
from backend.core import codes
from backend.inventory.models import PledgeLine
from backend.inventory.pages.bench_acts import GROUPS, NumbersForm
from backend.inventory.pages.bench_words import WORDS
from backend.inventory.pages.mode_cards import token_of
from backend.inventory.queries import work

_OURS = "inventory/bench/"
SCRIPTS = (
    "main",
    "camera",
    "codes",
    "database",
    "modes",
    "queue",
    "rules",
    "scans",
    "setting",
    "sound",
    "sync",
    "view",
    "wedge",
)
# Where else the bench's people go; the page is the same for everybody, so the menu is too.
MENU = (
    (
        gettext_lazy("The day"),
        (
            ("inventory:day", gettext_lazy("What arrives, what waits")),
            ("inventory:devices", gettext_lazy("Devices")),
            ("inventory:pledges", gettext_lazy("Gifts announced")),
            ("inventory:collections", gettext_lazy("Collections")),
        ),
    ),
    (
        gettext_lazy("Tools"),
        (
            ("inventory:labels", gettext_lazy("Labels")),
            ("inventory:mode_card", gettext_lazy("Mode cards")),
            ("inventory:loose_report", gettext_lazy("Read a hardware report")),
            ("inventory:import_batch", gettext_lazy("Erasure reports")),
        ),
    ),
    (
        gettext_lazy("Stock"),
        (
            ("inventory:places", gettext_lazy("Places and lots")),
            ("inventory:stock_takes", gettext_lazy("Stock-takes")),
            ("inventory:transfers", gettext_lazy("Transfers")),
            ("inventory:parts", gettext_lazy("Parts")),
        ),
    ),
    (
        gettext_lazy("Settings"),
        (
            ("inventory:workshop_settings", gettext_lazy("Workshop settings")),
            ("accounts:account", gettext_lazy("My account")),
        ),
    ),
)
DECODER = f"{_OURS}decoder.js"
FILES = (
    *(f"{_OURS}{name}.js" for name in SCRIPTS),
    f"{_OURS}bench.css",
    "inventory/vendor/barcode-detector.js",
    "inventory/vendor/zxing_reader.wasm",
    "core/rebond.css",
    "core/icon.svg",
)


def _shell() -> dict[str, Any]:
    """Give what the page is made of: nothing about who reads it."""
    return {
        "groups": GROUPS,
        "numbers": NumbersForm(auto_id="id_numbers_%s"),
        "words": {name: str(words) for name, words in WORDS.items()},
        "language": get_language(),
        "menu": MENU,
    }


@needs("device.receive")
@never_cache
def bench(request: HttpRequest) -> HttpResponse:
    """Show the bench; who acts and what is scanned is known to the browser."""
    return HttpResponse(render_to_string("inventory/bench.html", _shell()))


@public
@never_cache
@vary_on_headers("Accept-Language", "Cookie")
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give the script that keeps the bench; its bytes change when anything that it keeps does."""
    shell = render_to_string("inventory/bench.html", _shell())
    keeps = {
        "version": _version(shell),
        "shell": reverse("inventory:bench"),
        "files": [*(static(path) for path in FILES), reverse("inventory:decoder")],
    }
    script = f'"use strict";\nconst KEEPS = {json.dumps(keeps)};\n' + render_to_string(
        "inventory/sw.js"
    )
    return HttpResponse(script, content_type="text/javascript")


@public
@csp_update({"script-src": [SELF, WASM_UNSAFE_EVAL]})
def decoder(request: HttpRequest) -> HttpResponse:
    """Give the worker that looks for codes in pictures.

    Its address is inside the bench's: only so does the service worker serve it, and what it asks
    for, where there is no network. It alone may compile WebAssembly.
    """
    return HttpResponse(_bytes_of(DECODER), content_type="text/javascript")


def _version(shell: str) -> str:
    digest = hashlib.sha256(shell.encode() + _bytes_of(DECODER))
    for path in FILES:
        digest.update(static(path).encode())
        digest.update(_bytes_of(path))
    return digest.hexdigest()[:16]


def _bytes_of(path: str) -> bytes:
    place = finders.find(path)
    if place is None:
        return b""
    with open(place, "rb") as file:
        return file.read()


@public
def manifest(request: HttpRequest) -> HttpResponse:
    """Say how the bench is installed on a phone."""
    bench_page = reverse("inventory:bench")
    icons = [("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any")]
    icons.append(("icon-maskable-512.png", "512x512", "maskable"))
    return JsonResponse(
        {
            "id": bench_page,
            "name": _("Rebond · Bench"),
            "short_name": _("Bench"),
            "lang": get_language(),
            "start_url": bench_page,
            "scope": "/",
            "display": "standalone",
            "background_color": "#0c3b35",
            "theme_color": "#0c3b35",
            "icons": [
                {
                    "src": static(f"inventory/icons/{name}"),
                    "sizes": sizes,
                    "type": "image/png",
                    "purpose": purpose,
                }
                for name, sizes, purpose in icons
            ],
        },
        content_type="application/manifest+json",
    )


@needs("device.view")
def open_device(request: HttpRequest) -> HttpResponse:
    """Open a device by its code: the bench without scripts."""
    return redirect("inventory:device", code=codes.read(request.GET.get("code", "")))


@needs("device.receive")
@never_cache
def day(request: HttpRequest) -> HttpResponse:
    """Show the workshop's day: what arrives, what waits."""
    hat = acting(request)
    return render(
        request,
        "inventory/day.html",
        {
            "piles": work.piles(hat),
            "expected": [(line, _card_for(line)) for line in work.expected_lines(hat)],
            "coming": work.coming(hat),
        },
    )


def _card_for(line: PledgeLine) -> str:
    """Give the address that opens the bench to receive what a line announces."""
    return reverse("inventory:mode", args=[token_of("receive", {"line": line.pk})])

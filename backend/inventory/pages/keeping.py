"""What the bench keeps between two scans, in the person's session: the act set, the last ten."""

from typing import Any, TypedDict

from django.http import HttpRequest
from django.utils import timezone

from backend.core import codes
from backend.inventory.models import Device

LAST = 10
OPEN = "ouvrir"


class Setting(TypedDict):
    """The act that a scan does, and what was typed once for all scans."""

    act: str
    data: dict[str, str]


class Scan(TypedDict, total=False):
    """One scan and its outcome, as the bench shows it."""

    code: str
    spelled: str
    tone: str
    text: str
    more: str
    at: str
    event: str
    link: str


def setting(request: HttpRequest) -> Setting:
    """Give what is set; nothing set means that a scan opens the device."""
    kept: Setting = request.session.get("bench", {"act": OPEN, "data": {}})
    return kept


def keep(request: HttpRequest, act: str, data: dict[str, str]) -> None:
    """Set the act and what goes with it."""
    request.session["bench"] = {"act": act, "data": data}


def scans(request: HttpRequest) -> list[Scan]:
    """Give the last scans, newest first."""
    found: list[Scan] = request.session.get("scans", [])
    return found


def remember(request: HttpRequest, scan: Scan) -> None:
    """Put a scan on top of the last ones."""
    scan["at"] = timezone.localtime().strftime("%H:%M:%S")
    request.session["scans"] = [scan, *scans(request)][:LAST]


def done(device: Device, words: Any, *, event: str, more: Any = "") -> Scan:
    """Say that an act was done on a device."""
    what = f"{device.get_kind_display()} {device.maker} {device.model}".strip()
    return {
        "code": device.code,
        "spelled": codes.spell(device.code),
        "tone": "done",
        "text": str(words),
        "more": str(more) or what,
        "event": event,
        "link": "device",
    }

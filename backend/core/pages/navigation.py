"""The main menu: each app adds its entries from its apps.py, the base template lists them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

VISITORS = "visitors"


@dataclass(frozen=True)
class Entry:
    """A page of the menu: its words, its route, who may open it, its place."""

    label: Any
    route: str
    capability: str
    place: int


@dataclass(frozen=True)
class Link:
    """An entry as one person sees it on one page."""

    label: Any
    url: str
    is_current: bool


_entries: dict[str, Entry] = {}


def add(route: str, label: Any, *, capability: str, place: int = 50) -> None:
    """Put a page in the menu of those who have the capability; VISITORS: of those not signed in.

    `label` is lazily translated and short; entries stand in the order of `place`.
    """
    _entries[route] = Entry(label=label, route=route, capability=capability, place=place)


def links(path: str, *, includes: Callable[[str], bool]) -> list[Link]:
    """Give the menu of a person on the page at `path`; at most one link is the current one."""
    entries = sorted(_entries.values(), key=lambda entry: entry.place)
    found = [(e.label, _url(e.route)) for e in entries if includes(e.capability)]
    here = max((url for _, url in found if url and path.startswith(url)), key=len, default="")
    return [Link(label, url, is_current=url == here) for label, url in found if url]


def _url(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""

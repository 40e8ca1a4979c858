"""The colours of the stylesheet, measured as WCAG 2.2 does (1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = Path("backend/core/static/core/rebond.css").read_text()
TOKEN = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")
LIGHT = dict(TOKEN.findall(CSS.split("@media (prefers-color-scheme: dark)", 1)[0]))
DARK = LIGHT | dict(
    TOKEN.findall(CSS.split("@media (prefers-color-scheme: dark)", 1)[1].split("/* Ground */")[0])
)

TONES = ("info", "done", "waiting", "warning", "danger")
TEXT = [
    *((ink, on) for ink in ("ink", "ink-soft", "accent") for on in ("ground", "surface")),
    ("accent-strong", "ground"),
    ("accent-strong", "accent-wash"),
    ("ink", "accent-wash"),
    ("ink", "sunken"),
    ("ink-soft", "sunken"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    ("on-danger", "danger-strong"),
    ("danger-strong", "danger-wash"),
    ("danger", "surface"),
    ("on-band", "band"),
    ("on-band-soft", "band"),
    *(
        (tone, f"{tone}-wash")
        for tone in ("neutral", "info", "done", "waiting", "warning", "danger")
    ),
    *(("ink", f"{tone}-wash") for tone in ("info", "done", "waiting", "warning", "danger")),
    *(("surface", tone) for tone in ("info", "done", "waiting", "danger")),
]
SHAPES = [
    *(("edge", on) for on in ("ground", "surface")),
    *(("focus", on) for on in ("ground", "surface", "sunken")),
    ("sun", "band"),
    ("accent", "ground"),
]


def luminance(colour: str) -> float:
    """Give the relative luminance of #rrggbb (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "on"), TEXT)
def test_text_can_be_read(scheme: dict[str, str], ink: str, on: str) -> None:
    assert contrast(scheme[ink], scheme[on]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "on"), SHAPES)
def test_edges_and_focus_can_be_seen(scheme: dict[str, str], shape: str, on: str) -> None:
    assert contrast(scheme[shape], scheme[on]) >= 3


def test_the_measure_agrees_with_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)

"""What makers write differently: the chassis, the model's name, the kind of drive."""

import re
from typing import Any

from backend.inventory.choices import Kind, Medium
from backend.inventory.reports.values import text

_CHASSIS = {
    Kind.LAPTOP: ("laptop", "notebook", "netbook", "convertible", "sub notebook", "ultrabook"),
    Kind.TABLET: ("tablet", "detachable", "hand held"),
    Kind.DESKTOP: (
        "desktop",
        "tower",
        "mini pc",
        "all in one",
        "all-in-one",
        "pizza box",
        "space-saving",
        "lunch box",
        "stick pc",
        "computer",
        "server",
    ),
}
_TRADEMARKS = re.compile(r"\((?:R|TM|C)\)", re.IGNORECASE)
_FREQUENCY = re.compile(r"\s*(?:CPU\s*)?@\s*[\d.]+\s*GHz", re.IGNORECASE)
_LENOVO_MT = re.compile(r"\s*\(LENOVO_[^)]*\)?", re.IGNORECASE)


def kind_of(*said: Any) -> str:
    """Guess the kind of machine from the words of its chassis; the first that says it."""
    for words in said:
        low = text(words).lower()
        for kind, names in _CHASSIS.items():
            if any(name in low for name in names):
                return str(kind)
    return ""


def model_of(maker: str, product: Any, version: Any, sku: Any = "") -> str:
    """Give the name people know: Lenovo writes it as version, lshw adds the stock number."""
    name = _LENOVO_MT.sub("", text(product))
    if text(sku):
        name = name.removesuffix(f"({text(sku)})").strip()
    known_as = text(version)
    if maker.lower().startswith("lenovo") and known_as.lower().startswith(
        ("think", "idea", "yog")
    ):
        return known_as
    return name


def cpu_of(said: Any) -> str:
    """Give a processor's name without marks and clock."""
    name = _FREQUENCY.sub("", _TRADEMARKS.sub("", text(said, 160)))
    return text(" ".join(name.split()))


def medium_of(*, path: str = "", words: str = "", turns: float | None = None) -> str:
    """Guess what data lies on: from the device's name, its turning, then the model's name."""
    if "nvme" in path or "nvme" in words.lower():
        return str(Medium.NVME)
    if "mmcblk" in path:
        return str(Medium.EMMC)
    if turns:
        return str(Medium.HDD)
    if turns == 0 or "ssd" in words.lower() or "solid state" in words.lower():
        return str(Medium.SSD)
    return str(Medium.UNKNOWN)

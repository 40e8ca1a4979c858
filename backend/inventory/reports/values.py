"""Values out of a report: whatever stands there, a clean text, a sane number, or nothing."""

import math
import re
from collections.abc import Iterator
from typing import Any

LONGEST_TEXT = 80
MOST_BYTES = 10**15
_DEEPEST = 60
_MOST_NODES = 50_000

_SIZE = re.compile(r"(\d{1,15}(?:[.,]\d{1,6})?)\s*([kmgtp]?)(i?)b\b", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
_NOTHING = {"", "n/a", "na", "unknown", "not specified", "none", "not provided", "undefined"}
_NUMBER = re.compile(r"-?\d{1,18}(?:[.,]\d{1,9})?")


def as_printed(value: Any, most: int = LONGEST_TEXT) -> str:
    """Give a text of one line that any database takes, whatever it says."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    raw = str(value)[: most * 4].encode("utf-8", "ignore").decode()
    said = " ".join("".join(c if c.isprintable() else " " for c in raw).split())
    return said[:most].strip()


def text(value: Any, most: int = LONGEST_TEXT) -> str:
    """Give a text of one line; fillers of the maker and words for nothing are nothing."""
    said = as_printed(value, most)
    return "" if said.lower() in _NOTHING or is_filler(said) else said


def is_filler(said: str) -> bool:
    """Whether a maker left the field as the factory of the board delivers it."""
    low = said.lower()
    return low.startswith("to be filled by") or low in {
        "default string",
        "system manufacturer",
        "system product name",
        "system version",
        "o.e.m.",
        "oem",
    }


def number(value: Any, *, most: float = 1e15) -> float | None:
    """Give a finite number that is not negative, also from the start of a text."""
    if isinstance(value, str):
        found = _NUMBER.match(value.strip())
        value = float(found[0].replace(",", ".")) if found else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return float(value) if 0 <= value <= most else None
    return value if math.isfinite(value) and 0 <= value <= most else None


def whole(value: Any, *, most: float = 2**31 - 1) -> int | None:
    """Give a whole number that is not negative."""
    found = number(value, most=most)
    return None if found is None else int(found)


def size(value: Any, *, binary: bool = False) -> int | None:
    """Read a size in bytes from `238.47 GiB`, `8192 MB`, `500 GB` or a number of bytes.

    `binary`: the tool writes MB and means MiB, as dmidecode does of memory.
    """
    if not isinstance(value, str):
        return whole(value, most=MOST_BYTES) or None
    found = _SIZE.search(value[:60])
    if found is None:
        return None
    step = 1024 if binary or found[3] else 1000
    bytes_ = float(found[1].replace(",", ".")) * step ** _POWERS[found[2].upper()]
    return round(bytes_) if 0 < bytes_ <= MOST_BYTES else None


def mapping(value: Any) -> dict[str, Any]:
    """Give an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Give a list, an empty one for anything else."""
    return value if isinstance(value, list) else []


def nodes(tree: Any) -> Iterator[tuple[dict[str, Any], tuple[dict[str, Any], ...]]]:
    """Walk a tree of objects with `children`: each with those above it, as deep as is sane."""
    waiting: list[tuple[Any, tuple[dict[str, Any], ...]]] = [(tree, ())]
    seen = 0
    while waiting and seen < _MOST_NODES:
        node, above = waiting.pop()
        if isinstance(node, list):
            waiting.extend((one, above) for one in reversed(node))
        elif isinstance(node, dict):
            seen += 1
            yield node, above
            if len(above) < _DEEPEST:
                waiting.append((items(node.get("children")), (*above, node)))

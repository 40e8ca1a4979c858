"""JSON as tools print it: documents behind each other, a comma too many, warnings around it."""

import json
import re
from typing import Any

MOST_DOCUMENTS = 64
_MOST_COMMAS = 8  # lshw leaves one in a list
_LONGEST_PREFACE = 2000
_STARTS = re.compile(r"^\s*[\[{]", re.MULTILINE)
_BETWEEN = re.compile(r"(?:[ \t\r\n,]+|WARNING:[^\n]*)*")


def json_in(said: str) -> str | None:
    """Give a text from where its JSON begins, or None: tools may warn before they begin."""
    starts = _STARTS.search(said[:_LONGEST_PREFACE])
    return said[starts.start() :] if starts else None


def documents(said: str) -> list[Any]:
    """Read JSON documents, as `smartctl` for each drive leaves them. Raises ValueError."""
    decoder = json.JSONDecoder(parse_constant=lambda _name: None)
    found: list[Any] = []
    rest = said.strip()
    at = commas = 0
    while at < len(rest):
        if len(found) == MOST_DOCUMENTS:
            raise ValueError(at)
        try:
            document, at = decoder.raw_decode(rest, at)
        except json.JSONDecodeError as error:
            comma = _comma_too_many(rest, error.pos)
            commas += 1
            if comma is None or commas > _MOST_COMMAS:
                raise
            rest = f"{rest[:comma]} {rest[comma + 1 :]}"
            continue
        found.append(document)
        between = _BETWEEN.match(rest, at)
        at = between.end() if between else at
    return found


def _comma_too_many(said: str, at: int) -> int | None:
    """Give the place of a comma before a closing bracket; decoders stop on it or behind it."""
    before = said[:at].rstrip()
    comma = at if said[at : at + 1] == "," else len(before) - 1
    is_one = said[comma : comma + 1] == "," and said[comma + 1 :].lstrip()[:1] in {"]", "}"}
    return comma if is_one else None

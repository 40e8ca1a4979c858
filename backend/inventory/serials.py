"""Serial numbers as tools print them: which name one machine, and which are a maker's filler."""

import re

from backend.inventory.choices import SerialQuality

_PLACEHOLDER = re.compile(
    r"(to be filled by o\.?e\.?m\.?|not (available|specified|applicable|provided)|"
    r"default string|(system|chassis|base board) serial number|none|null|n/?a|unknown|empty|"
    r"invalid|serial|no serial|o\.?e\.?m\.?|filler|0?123456789?0?|0?123456789abc(def)?|"
    r"\(null\)|not present|sernum\d{0,2}|"
    r"<.*>|[x0.\-_*/\s]+)",
    re.IGNORECASE,
)
_LONGEST = 80  # as the columns
_LYING_UUIDS = {"03000200040005000006000700080009", "12345678123456789012123456789012"}


def read_serial(text: str) -> tuple[str | None, SerialQuality]:
    """Read a serial number; placeholders of the maker are none.

    Whether a good one is also on another machine is asked where the machines are.
    """
    serial = " ".join(text.split()).upper()[:_LONGEST].strip()  # capitals may be more letters
    if not serial:
        return None, SerialQuality.NONE
    if _PLACEHOLDER.fullmatch(serial) or len(set(serial)) == 1:
        return None, SerialQuality.PLACEHOLDER
    return serial, SerialQuality.GOOD


def good_serial(text: str) -> str:
    """Give a serial number that names one thing, or nothing."""
    return read_serial(text)[0] or ""


def same_serial(one: str, other: str) -> bool:
    """Whether two spellings are one number: tools differ in spaces, dashes and capitals."""
    return bool(bare(one)) and bare(one) == bare(other)


def bare(serial: str) -> str:
    """Give a serial number without what tools disagree about."""
    return re.sub(r"[\s\-_.]+", "", serial).upper()


def good_uuid(text: str) -> str:
    """Give the UUID of a machine's firmware in small letters, or nothing for a filler."""
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    if len(digits) != 32 or digits in _LYING_UUIDS or len(set(digits)) < 4:
        return ""
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

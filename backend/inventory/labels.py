"""What is printed on a label: the QR code, its address in capitals, and how it is drawn.

Capitals keep the address in QR's alphanumeric mode (5.5 bits a symbol): most addresses fit
version 2, 25 modules wide, which a phone reads from a 15 mm square.
"""

import struct
import zlib
from typing import NamedTuple

from django.conf import settings
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4  # modules of white around the code, as the standard asks
_MASK = 2  # fixed: the search for the best mask is most of the time, and any mask reads
_SMALLEST = 2


class Sheet(NamedTuple):
    """A sheet of label paper: columns × rows; `name` is the maker's number."""

    name: str
    columns: int
    rows: int

    @property
    def size(self) -> int:
        """How many labels a sheet holds."""
        return self.columns * self.rows


SHEETS = {
    "l7160": Sheet("Avery L7160", 3, 7),
    "l4736": Sheet("Avery L4736", 4, 12),
    "l7651": Sheet("Avery L7651", 5, 13),
}


def address(code: str) -> str:
    """Give what the QR code of a label holds: its page, in capitals."""
    return f"{settings.SITE_URL}/D/{code}".upper()


def modules(code: str) -> list[list[bool]]:
    """Draw the QR code of a label: rows of dark or light modules, without the quiet zone."""
    drawing = QRCode(
        version=_SMALLEST, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK
    )
    drawing.add_data(address(code))
    drawing.make(fit=True)
    return [[bool(module) for module in row] for row in drawing.modules]


def path_of(rows: list[list[bool]]) -> str:
    """Write the dark modules as one SVG path, a run of modules at a time."""
    drawn = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            width = 0
            while x + width < len(row) and row[x + width]:
                width += 1
            if width:
                drawn.append(f"M{x + QUIET} {y + QUIET}h{width}v1h-{width}z")
            x += width or 1
    return "".join(drawn)


def png_of(rows: list[list[bool]], *, scale: int = 10) -> bytes:
    """Draw the code as a black and white PNG, `scale` pixels a module, quiet zone included."""
    side = len(rows) + 2 * QUIET
    light = [False] * side
    framed = [light] * QUIET
    framed += [[False] * QUIET + row + [False] * QUIET for row in rows]
    framed += [light] * QUIET
    lines = b"".join((b"\0" + _packed(row, scale)) * scale for row in framed)
    head = struct.pack(">IIBBBBB", side * scale, side * scale, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _packed(row: list[bool], scale: int) -> bytes:
    bits = "".join(("0" if dark else "1") * scale for dark in row)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

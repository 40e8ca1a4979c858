"""QR codes, fast: a label's symbol is put together from differences, not drawn anew.

With version, level and mask fixed, every module of a symbol is an affine function over GF(2)
of the bits that it holds: those of the text, and of the error correction made from them. So the
symbol of one text, and for each bit the modules that flip with it, give any text of that length.
They are taken from the `qrcode` library once for each address, fifty symbols; from then on a
label costs five look-ups and exclusive ors, and equals the library's module for module.
"""

import re
import struct
import zlib
from functools import lru_cache
from typing import Any, NamedTuple

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import ALPHA_NUM, MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from backend.core.codes import LENGTH

QUIET = 4  # modules of white around the code, as the standard (ISO 18004) asks
_MASK = 2  # fixed: the search for the best mask is most of the time, and any mask reads
_SMALLEST = 2
_CODE = LENGTH + 1
_BITS_OF_A_PAIR = 11
_BITS_OF_ONE = 6
_RUN = re.compile("1+")
_SIGNS = ALPHA_NUM.decode()
_CAPITALS = frozenset(_SIGNS)


class Symbol(NamedTuple):
    """A square of modules, without its quiet zone: row by row, first bit first, 1 is dark."""

    side: int
    bits: int

    def flat(self) -> str:
        """Write all modules as 0 and 1."""
        return f"{self.bits:0{self.side**2}b}"

    def rows(self) -> list[str]:
        """Write each row as 0 and 1."""
        flat, side = self.flat(), self.side
        return [flat[i : i + side] for i in range(0, side * side, side)]

    def path(self) -> str:
        """Write the dark modules as one SVG path, a run at a time, quiet zone left around."""
        return "".join(
            f"M{run.start() + QUIET} {y}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
            for y, row in enumerate(self.rows(), start=QUIET)
            for run in _RUN.finditer(row)
        )

    def png(self, *, scale: int = 10) -> bytes:
        """Draw a black and white PNG, `scale` pixels a module, quiet zone included."""
        side = self.side + 2 * QUIET
        edge, white = "0" * QUIET, "0" * side
        framed = [white] * QUIET + [edge + row + edge for row in self.rows()] + [white] * QUIET
        lines = b"".join((b"\0" + _packed(row, scale)) * scale for row in framed)
        head = struct.pack(">IIBBBBB", side * scale, side * scale, 1, 0, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def symbol(address: str) -> Symbol:
    """Give the QR code of an address: a label's in microseconds, any other by the library."""
    opening, code = address[:-_CODE], address[-_CODE:]
    if not opening.endswith("/D/") or not _CAPITALS.issuperset(address):
        return drawn(address)
    return _family(opening).member(code)


def drawn(address: str) -> Symbol:
    """Let the library draw an address: capitals in their short mode, the rest as bytes."""
    mode: Any = MODE_ALPHA_NUM if _CAPITALS.issuperset(address) else MODE_8BIT_BYTE
    code = QRCode(
        version=_SMALLEST, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK
    )
    code.add_data(QRData(address.encode(), mode=mode))
    code.make(fit=True)
    flat = "".join("1" if module else "0" for row in code.modules for module in row)
    return Symbol(len(code.modules), int(flat, 2))


class _Family:
    """All addresses that differ in their code only."""

    def __init__(self, opening: str) -> None:
        """Learn which modules flip with which bit of the code.

        QR holds capitals two by two: with an odd opening, its last sign pairs with the code.
        """
        kept = len(opening) - len(opening) % 2
        self._loose = opening[kept:]
        self._widths = [2] * ((len(self._loose) + _CODE) // 2) + [1] * (len(self._loose) + 1 & 1)
        zeros = "0" * sum(self._widths)
        self._base = drawn(opening[:kept] + zeros)
        self._flips = []
        for place, width in enumerate(self._widths):
            before, after = zeros[: 2 * place], zeros[2 * place + width :]
            self._flips.append(
                [
                    self._base.bits ^ drawn(opening[:kept] + before + signs + after).bits
                    for signs in _single_bits(width)
                ]
            )
        self._known: list[dict[str, int]] = [{} for _width in self._widths]

    def member(self, code: str) -> Symbol:
        """Put the symbol of one code together."""
        bits = self._base.bits
        text = self._loose + code
        for place, known in enumerate(self._known):
            signs = text[2 * place : 2 * place + 2]
            if signs not in known:
                known[signs] = self._difference(place, signs)
            bits ^= known[signs]
        return Symbol(self._base.side, bits)

    def _difference(self, place: int, signs: str) -> int:
        value = 0
        for sign in signs:
            value = value * len(_SIGNS) + _SIGNS.index(sign)
        found = 0
        for bit, flip in enumerate(self._flips[place]):
            if value >> bit & 1:
                found ^= flip
        return found


_family = lru_cache(maxsize=8)(_Family)


def _single_bits(width: int) -> list[str]:
    """Give the one or two signs whose value in QR has a single bit set, for each bit."""
    values = [1 << bit for bit in range(_BITS_OF_A_PAIR if width > 1 else _BITS_OF_ONE)]
    if width == 1:
        return [_SIGNS[value] for value in values]
    return [_SIGNS[value // len(_SIGNS)] + _SIGNS[value % len(_SIGNS)] for value in values]


def _packed(row: str, scale: int) -> bytes:
    bits = "".join(("0" if module == "1" else "1") * scale for module in row)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

r"""Labels as ZPL II for Zebra printers: the same modules as everywhere, as a drawing (^GFA).

The printer's own ^BQ would choose version and mask by itself. Text goes through ^FH with every
sign but letters and digits written as UTF-8 in hexadecimal (^CI28), so that ^, ~, \ and the
escape sign itself reach the paper and never the interpreter.
"""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from backend.core.errors import InvalidInput
from backend.inventory.labels import layout
from backend.inventory.labels.qr import Symbol
from backend.inventory.labels.stickers import Sticker
from backend.inventory.labels.stocks import Stock, room_for

RESOLUTIONS = {203: 8, 300: 12}  # dots an inch → dots a millimetre, as Zebra counts them


def stickers_zpl(stickers: Sequence[Sticker], stock: Stock, *, dpi: int = 203) -> str:
    """Write one ZPL label for each sticker. Raises UnfitStock for labels too small."""
    if dpi not in RESOLUTIONS:
        text = _("A Zebra printer has 203 or 300 dots an inch.")
        raise InvalidInput(text, fields={"dpi": [text]})
    return "\n".join(_label(sticker, stock, RESOLUTIONS[dpi]) for sticker in stickers) + "\n"


def _label(sticker: Sticker, stock: Stock, dots: int) -> str:
    symbol = sticker.symbol()
    spot = room_for(symbol, stock)
    scale = max(int(spot.module * dots), 1)
    slack = (spot.code * dots - scale * symbol.side) / 2  # modules are whole dots: keep it centred
    x, y = (stock.left + spot.code_x) * dots + slack, (stock.top + spot.code_y) * dots + slack
    return "\n".join(
        [
            "^XA^CI28^LH0,0",
            f"^PW{round(stock.page_width * dots)}^LL{round(stock.page_height * dots)}",
            f"^FO{max(round(x), 0)},{max(round(y), 0)}{_drawing(symbol, scale)}^FS",
            *_words(sticker, stock, spot, dots),
            "^XZ",
        ]
    )


def _drawing(symbol: Symbol, scale: int) -> str:
    """Write the modules as ^GFA: a line of dots in hexadecimal, repeated by colons."""
    bytes_a_line = -(-symbol.side * scale // 8)
    lines = []
    for row in symbol.rows():
        bits = "".join(module * scale for module in row).ljust(bytes_a_line * 8, "0")
        lines.append(f"{int(bits, 2):0{bytes_a_line * 2}X}" + ":" * (scale - 1))
    total = bytes_a_line * symbol.side * scale
    return f"^GFA,{total},{total},{bytes_a_line}," + "".join(lines)


def _words(sticker: Sticker, stock: Stock, spot: layout.Layout, dots: int) -> Iterator[str]:
    for x, y, height, text in spot.words(sticker.title, sticker.lines):
        left, top, size = (
            max(round(v * dots), 0) for v in (stock.left + x, stock.top + y, height)
        )
        yield f"^FO{left},{top}^A0N,{size},{size}^FH_^FD{_escaped(text)}^FS"


def _escaped(text: str) -> str:
    return "".join(
        sign
        if sign.isascii() and (sign.isalnum() or sign in " .-")
        else "".join(f"_{byte:02X}" for byte in sign.encode("utf-8", "replace"))
        for sign in text
        if sign.isprintable()
    )

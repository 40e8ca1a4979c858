"""Labels as SVG: a single one to place in a document, or a page to look at before printing."""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.utils.html import escape

from backend.inventory.labels.qr import QUIET
from backend.inventory.labels.stickers import Sticker
from backend.inventory.labels.stocks import STOCKS, Stock, room_for

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:g} {1:g}" width="{0:g}mm" '
_SVG += 'height="{1:g}mm"><path fill="#fff" d="M0 0h{0:g}v{1:g}H0z"/>{2}</svg>'


def sticker_svg(sticker: Sticker, stock: Stock = STOCKS["l7160"]) -> str:
    """Draw one label in its true size."""
    drawing = "".join(_drawn(sticker, stock, 0, 0))
    return _SVG.format(stock.width, stock.height, drawing)


def page_svg(stickers: Sequence[Sticker], stock: Stock, *, skip: int = 0) -> str:
    """Draw the first page: used positions are hatched, each label has its outline."""
    drawing = []
    for position in range(stock.size):
        x, y = stock.corner(position)
        fill = "#ccc" if position < skip else "none"
        drawing.append(
            f'<rect x="{x:g}" y="{y:g}" width="{stock.width:g}" height="{stock.height:g}" '
            f'rx="1.5" fill="{fill}" stroke="#999" stroke-width=".2"/>'
        )
    for position, sticker in enumerate(islice(stickers, stock.size - skip), start=skip):
        drawing += _drawn(sticker, stock, *stock.corner(position))
    return _SVG.format(stock.page_width, stock.page_height, "".join(drawing))


def _drawn(sticker: Sticker, stock: Stock, left: float, top: float) -> Iterator[str]:
    symbol = sticker.symbol()
    spot = room_for(symbol, stock)
    x, y = left + spot.code_x - QUIET * spot.module, top + spot.code_y - QUIET * spot.module
    yield (
        f'<path transform="translate({x:.3f} {y:.3f}) scale({spot.module:.4f})" '
        f'shape-rendering="crispEdges" d="{symbol.path()}"/>'
    )
    for number, words in enumerate(spot.words(sticker.title, sticker.lines)):
        face = "sans-serif" if number else "monospace"
        weight = "normal" if number else "bold"
        yield (
            f'<text x="{left + words.x:.2f}" y="{top + words.y + words.height:.2f}" '
            f'font-size="{words.height:.2f}" font-family="{face}" font-weight="{weight}">'
            f"{escape(words.text)}</text>"
        )

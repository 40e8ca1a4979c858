"""Labels as PDF, set by typst: what stands on a label is data and never becomes code."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from backend.core.documents import render_pdf
from backend.core.errors import InvalidInput
from backend.inventory.labels.qr import Symbol
from backend.inventory.labels.stickers import Sticker
from backend.inventory.labels.stocks import LARGEST_OFFSET, Stock, room_for

_TEMPLATES = Path(__file__).parents[1] / "documents"
_INK = str.maketrans("01", "\xff\x00")  # as grey values: white, black
Offset = tuple[float, float]


def stickers_pdf(
    stickers: Sequence[Sticker],
    stock: Stock,
    *,
    at: datetime,
    skip: int = 0,
    offset: Offset = (0.0, 0.0),
) -> bytes:
    """Set stickers on stock; the same ones at the same moment give the same bytes.

    `skip` leaves the first positions of the first page free, as they are used; `offset` moves
    everything right and down by so many mm, for a printer that is off. Raises UnfitStock for
    labels too small for their code.
    """
    check_skip(stock, skip)
    check_offset(offset)
    data = _page(stock, offset) | {"pages": _pages(stickers, stock, skip)}
    return render_pdf(_TEMPLATES / "labels.typ", data, at=at, archival=False)


def calibration_pdf(stock: Stock, *, at: datetime, offset: Offset = (0.0, 0.0)) -> bytes:
    """Set the page that shows how far a printer is off: rulers, and each label's outline."""
    check_offset(offset)
    corners = [stock.corner(position) for position in range(stock.size)]
    words = {
        "title": stock.name,
        "help": _(
            "Print at 100 %, without scaling. Hold it against the label paper before a light: "
            "where outlines and labels differ, set the offset."
        ),
        "offset": _("Offset: %(x)g mm right, %(y)g mm down") % {"x": offset[0], "y": offset[1]},
    }
    data = _page(stock, offset) | {"corners": corners, "words": words}
    return render_pdf(_TEMPLATES / "calibration.typ", data, at=at, archival=False)


def pages_for(number: int, stock: Stock, *, skip: int = 0) -> int:
    """Count the pages that so many stickers need."""
    return -(-(number + skip) // stock.size)


def check_skip(stock: Stock, skip: int) -> None:
    """Refuse to skip more than a page holds, or less than nothing."""
    if not 0 <= skip < stock.size:
        text = _("Skip between 0 and %(most)d labels.") % {"most": stock.size - 1}
        raise InvalidInput(text, fields={"skip": [text]})


def check_offset(offset: Offset) -> None:
    """Refuse an offset that no printer has."""
    if not all(-LARGEST_OFFSET <= way <= LARGEST_OFFSET for way in offset):
        text = _("An offset is between −10 and 10 mm.")
        raise InvalidInput(text, fields={"offset_x": [text], "offset_y": [text]})


def _page(stock: Stock, offset: Offset) -> dict[str, Any]:
    return {
        "page": [stock.page_width, stock.page_height],
        "label": [stock.width, stock.height],
        "offset": offset,
    }


def _pages(stickers: Sequence[Sticker], stock: Stock, skip: int) -> list[list[dict[str, Any]]]:
    pages: list[list[dict[str, Any]]] = []
    for number, sticker in enumerate(stickers, start=skip):
        page, position = divmod(number, stock.size)
        if page == len(pages):
            pages.append([])
        pages[page].append(_drawn(sticker, stock, *stock.corner(position)))
    return pages


def _drawn(sticker: Sticker, stock: Stock, x: float, y: float) -> dict[str, Any]:
    symbol = sticker.symbol()
    spot = room_for(symbol, stock)
    return {
        "code": (x + spot.code_x, y + spot.code_y, spot.code, symbol.side),
        "modules": _pixels(symbol),
        "box": (x + spot.text_x, y + spot.text_y, spot.text_width, spot.text_height),
        "wide": spot.is_wide,
        "title": sticker.title,
        "size": spot.title_size(sticker.title),
        "lines": sticker.lines,
        "small": spot.small_print(sticker.title, sticker.lines),
    }


def _pixels(symbol: Symbol) -> list[int]:
    return list(symbol.flat().translate(_INK).encode("latin-1"))

"""Label paper by its maker's number, and sizes of one's own: all in millimetres.

The pitches of L7160 (66.04 mm) and L7651 (40.6 mm) are those of the gLabels templates
(jimevins/glabels-qt, templates/avery-iso-templates.xml: 187.2 and 115.09 pt); rows touch. Makers
centre the grid on A4, which gives the margins: 7.21 and 15.15 mm, 4.75 and 10.7 mm. L4736 has
the grid of L7636 (45.7 × 21.2 mm, gaps of 2.5 mm, margins 9.85 and 21.3 mm). The Brother DK-22205
roll is 62 mm wide without end; its printers leave 1.5 mm at the sides and 3 mm at the ends blank.
Sheets and printers are off by up to 2 mm: the calibration page shows by how much.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput
from backend.inventory.labels import layout
from backend.inventory.labels.qr import Symbol

LEAST_MODULE = 0.33  # mm: a phone at arm's length still reads it (GS1: 0.33 mm and above)
MOST_PAGE = 450.0  # mm: A3 and a margin
MOST_ACROSS = 30
LARGEST_OFFSET = 10.0
_SLACK = 0.05  # mm: what rounding may add to a full row


class UnfitStock(InvalidInput):
    """These measures cannot be label paper, or hold no code that can be scanned."""

    code = "unfit_stock"
    title = _("These measures do not fit")


@dataclass(frozen=True, kw_only=True)
class Stock:
    """A page of labels, in mm: its grid, the size of one label, the first one's corner, the pitch.

    The pitch is from one label's edge to the same edge of the next one. A roll is a page
    with one label.
    """

    name: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float

    @property
    def size(self) -> int:
        """How many labels a page holds."""
        return self.columns * self.rows

    def corner(self, position: int) -> tuple[float, float]:
        """Give the left upper corner of a position, counted along the rows from 0."""
        row, column = divmod(position, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y

    def measures(self) -> dict[str, Any]:
        """Give what a print remembers of it."""
        return asdict(self)


def _a4(name: str, grid: tuple[int, int], label: tuple[float, float], pitch_x: float) -> Stock:
    (columns, rows), (width, height) = grid, label
    return Stock(
        name=name,
        page_width=210.0,
        page_height=297.0,
        columns=columns,
        rows=rows,
        width=width,
        height=height,
        left=round((210 - width - (columns - 1) * pitch_x) / 2, 2),
        top=round((297 - rows * height) / 2, 2),
        pitch_x=pitch_x,
        pitch_y=height,
    )


def _roll(name: str, page: tuple[float, float], margins: tuple[float, float]) -> Stock:
    (page_width, page_height), (left, top) = page, margins
    width, height = page_width - 2 * left, page_height - 2 * top
    return Stock(
        name=name,
        page_width=page_width,
        page_height=page_height,
        columns=1,
        rows=1,
        width=width,
        height=height,
        left=left,
        top=top,
        pitch_x=width,
        pitch_y=height,
    )


STOCKS = {
    "l7160": _a4("Avery L7160", (3, 7), (63.5, 38.1), 66.04),
    "l4736": _a4("Avery L4736", (4, 12), (45.7, 21.2), 48.2),
    "l7651": _a4("Avery L7651", (5, 13), (38.1, 21.2), 40.6),
    "brother62": _roll("Brother DK-22205, 62 mm", (62.0, 32.0), (1.5, 3.0)),
    "zebra57": _roll("Zebra 57 × 32 mm", (57.0, 32.0), (1.0, 1.0)),
}


def own_stock(measures: Mapping[str, Any]) -> Stock:
    """Make stock of measures that people gave. Raises UnfitStock, which names the wrong ones."""
    stock = Stock(**measures)
    wrong = _impossible(stock) or _off_the_page(stock)
    if wrong:
        raise UnfitStock(next(iter(wrong.values()))[0], fields=wrong)
    return stock


def room_for(symbol: Symbol, stock: Stock) -> layout.Layout:
    """Lay a code out on this stock. Raises UnfitStock when it could not be scanned so small."""
    spot = layout.of(stock.width, stock.height, symbol.side)
    if spot.module < LEAST_MODULE:
        raise UnfitStock(
            _("The label is too small for its code to be scanned. Take a larger one."),
            fields={"width": [now("too small")], "height": [now("too small")]},
        )
    return spot


def _impossible(stock: Stock) -> dict[str, list[str]]:
    """Name the measures that no paper has; not-a-number is none of them."""
    limits = {
        "page_width": (10, MOST_PAGE),
        "page_height": (10, MOST_PAGE),
        "columns": (1, MOST_ACROSS),
        "rows": (1, MOST_ACROSS),
        "width": (10, stock.page_width),
        "height": (10, stock.page_height),
        "left": (0, stock.page_width),
        "top": (0, stock.page_height),
        "pitch_x": (stock.width, MOST_PAGE),
        "pitch_y": (stock.height, MOST_PAGE),
    }
    return {
        name: [now("This must be between %(least)g and %(most)g.") % {"least": lo, "most": hi}]
        for name, (lo, hi) in limits.items()
        if not lo <= getattr(stock, name) <= hi
    }


def _off_the_page(stock: Stock) -> dict[str, list[str]]:
    right, bottom = stock.corner(stock.size - 1)
    wrong = {}
    if right + stock.width > stock.page_width + _SLACK:
        wrong["columns"] = [now("The labels do not fit across the page.")]
    if bottom + stock.height > stock.page_height + _SLACK:
        wrong["rows"] = [now("The labels do not fit down the page.")]
    return wrong

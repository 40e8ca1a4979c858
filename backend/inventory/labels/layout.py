"""Where things stand on one label, in millimetres: the code, and the words beside or below it."""

import math
import textwrap
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from backend.inventory.labels.qr import QUIET

EDGE = 0.5  # left free at the label's edge: cutting and feeding are that inexact
_SHARE = 0.5  # of a wide label's width for the code
_SHARE_BELOW = 0.72  # of a square or tall label's height
_GAP = 0.6
_WIDEST_CODE = 34.0
_WIDE = 1.25  # times wider than tall: the words go beside the code
_ADVANCE = 0.605  # em: the width of each sign of DejaVu Sans Mono, and a hair
_NARROW = 0.47  # em: what a sign of Libertinus Serif takes on average, and some more
_BROAD = 0.58  # em: the same for the wider faces of a printer or a browser
_LINE = 1.25
POINT = 25.4 / 72
_LARGEST_TITLE = 15.0  # points
_SMALL_PRINT = (8.0, 7.0, 6.0, 5.0, 4.0)


class Words(NamedTuple):
    """A line of text: its left upper corner and its height."""

    x: float
    y: float
    height: float
    text: str


class Layout(NamedTuple):
    """The code's corner and side without its quiet zone, a module, and the box for the words."""

    code_x: float
    code_y: float
    code: float
    module: float
    text_x: float
    text_y: float
    text_width: float
    text_height: float
    is_wide: bool

    def title_size(self, title: str) -> float:
        """Give the size in points at which a title fills its line; one of words may take two."""
        longest = max(map(len, title.split()), default=1)
        signs = max(longest, -(-len(title) // 2) + 1) if " " in title else longest
        fitting = self.text_width / (signs * _ADVANCE * POINT)
        return math.floor(min(fitting, _LARGEST_TITLE, self.text_height / 2 / POINT) * 10) / 10

    def small_print(self, title: str, lines: tuple[str, ...]) -> float:
        """Give the size in points, 8 to 4, at which the lines fit under the title."""
        left = self.text_height - self.title_size(title) * POINT * _LINE * (1 + (" " in title))
        for size in _SMALL_PRINT:
            a_line = self.text_width / (size * POINT * _NARROW)
            needed = sum(-(-len(line) // max(int(a_line), 1)) for line in lines)
            if needed * size * POINT * _LINE <= left:
                return size
        return _SMALL_PRINT[-1]

    def words(self, title: str, lines: tuple[str, ...]) -> Iterator["Words"]:
        """Place title and lines in the middle of the box, as many as it holds, already broken."""
        small = self.small_print(title, lines) * POINT
        signs = max(int(self.text_width / (small * _BROAD)), 1)
        large = self.title_size(title) * POINT
        per_line = max(int(self.text_width / (large * _ADVANCE)), 1)
        told = [(large, part) for part in textwrap.wrap(title, per_line)]
        told += [
            (small, part)
            for line in lines
            for part in textwrap.wrap(line, signs, break_on_hyphens=False)
        ]
        needed = sum(height for height, _text in told) * _LINE
        y = self.text_y + max(self.text_height - needed, 0) / 2
        for height, text in told:
            if y + height > self.text_y + self.text_height:
                return
            yield Words(self.text_x, y, height, text)
            y += height * _LINE


@lru_cache(maxsize=64)
def of(width: float, height: float, modules: int) -> Layout:
    """Lay a label of this size out for a code of so many modules a side."""
    is_wide = width >= _WIDE * height
    within = (width * _SHARE, height) if is_wide else (width, height * _SHARE_BELOW)
    whole = min(min(within) - 2 * EDGE, _WIDEST_CODE)
    module = whole / (modules + 2 * QUIET)
    if is_wide:
        corner = (EDGE, (height - whole) / 2)
        box = (EDGE + whole + _GAP, EDGE, width - whole - _GAP - 3 * EDGE, height - 2 * EDGE)
    else:
        corner = ((width - whole) / 2, EDGE)
        box = (2 * EDGE, EDGE + whole, width - 4 * EDGE, height - whole - 2 * EDGE)
    return Layout(
        corner[0] + QUIET * module,
        corner[1] + QUIET * module,
        module * modules,
        module,
        *box,
        is_wide,
    )

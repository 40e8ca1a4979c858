"""What comes out of the printer is read by a scanner, and lands on the label."""

import math
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core import codes
from backend.core.errors import InvalidInput
from backend.inventory.labels import (
    STOCKS,
    Sticker,
    Stock,
    UnfitStock,
    calibration_pdf,
    device_sticker,
    layout,
    own_stock,
    page_svg,
    sticker_svg,
    stickers_pdf,
    stickers_zpl,
)
from tests.inventory.labels.reading import drawn, pages_of, printed, read_all, words_of

_HEX = re.compile("_[0-9A-F]{2}")
AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
OWN = own_stock(
    {
        "name": "own",
        "page_width": 150,
        "page_height": 100,
        "columns": 3,
        "rows": 2,
        "width": 30,
        "height": 42,
        "left": 7,
        "top": 5,
        "pitch_x": 45,
        "pitch_y": 48,
    }
)
every_stock = pytest.mark.parametrize("stock", [*STOCKS.values(), OWN], ids=lambda s: s.name)
HOSTILE = '#set page(width: 1mm) $x$ *b* _i_ "q" \\ ^XZ ^FD~JA <script> \u202e\x00'


def stickers(number: int) -> list[Sticker]:
    return [device_sticker(codes.mint(), "Atelier d’Évry") for _label in range(number)]


def centre(stock: Stock, position: int, modules: int) -> tuple[float, float]:
    spot = layout.of(stock.width, stock.height, modules)
    x, y = stock.corner(position)
    return x + spot.code_x + spot.code / 2, y + spot.code_y + spot.code / 2


@every_stock
def test_every_code_of_two_pages_is_read_and_stands_on_its_label(stock: Stock) -> None:
    asked = stickers(stock.size + 1)
    pages = pages_of(stickers_pdf(asked, stock, at=AT))
    assert len(pages) == 2
    side = asked[0].symbol().side
    for number, page in enumerate(pages):
        expected = asked[number * stock.size : (number + 1) * stock.size]
        seen = {code.text: code for code in read_all(page)}
        assert set(seen) == {sticker.address for sticker in expected}
        for position, sticker in enumerate(expected):
            found, there = seen[sticker.address], centre(stock, position, side)
            assert math.dist((found.x, found.y), there) < 0.3, position


@every_stock
def test_words_stand_on_the_label_in_full(stock: Stock) -> None:
    (asked,) = stickers(1)
    told = letters(words_of(stickers_pdf([asked], stock, at=AT)))
    for words in (asked.title, *asked.lines):
        assert letters(words) in told


def letters(text: str) -> str:
    """Leave out spaces, and the dashes at which a line was broken."""
    return "".join(filter(str.isalnum, text))


def test_used_positions_are_skipped_and_the_printer_is_corrected() -> None:
    stock, (asked,) = STOCKS["l4736"], stickers(1)
    (page,) = pages_of(stickers_pdf([asked], stock, at=AT, skip=5, offset=(1.5, -2.0)))
    (seen,) = read_all(page)
    x, y = centre(stock, 5, asked.symbol().side)
    assert math.dist((seen.x, seen.y), (x + 1.5, y - 2.0)) < 0.3


@pytest.mark.parametrize("skip", [-1, 21])
def test_more_than_a_page_cannot_be_skipped(skip: int) -> None:
    with pytest.raises(InvalidInput):
        stickers_pdf(stickers(1), STOCKS["l7160"], at=AT, skip=skip)


@pytest.mark.parametrize("offset", [(11, 0), (0, -11), (math.nan, 0)])
def test_no_printer_is_off_by_more_than_a_centimetre(offset: tuple[float, float]) -> None:
    with pytest.raises(InvalidInput):
        calibration_pdf(STOCKS["l7160"], at=AT, offset=offset)


def test_the_same_stickers_give_the_same_bytes() -> None:
    asked = stickers(30)
    once = stickers_pdf(asked, STOCKS["l7160"], at=AT)
    assert once == stickers_pdf(asked, STOCKS["l7160"], at=AT)


@pytest.mark.parametrize("stock", [STOCKS["l7651"], OWN], ids=lambda s: s.name)
def test_hostile_words_stay_words(stock: Stock) -> None:
    asked = Sticker(stickers(1)[0].address, HOSTILE, (HOSTILE, "x" * 500))
    (page,) = pages_of(stickers_pdf([asked], stock, at=AT))
    assert [code.text for code in read_all(page)] == [asked.address]
    svg = page_svg([asked], stock)
    assert "<script" not in svg


def test_the_calibration_page_shows_each_label_and_a_ruler() -> None:
    (page,) = pages_of(calibration_pdf(STOCKS["l7160"], at=AT))
    assert page.size == (2481, 3508)
    told = words_of(calibration_pdf(STOCKS["l7160"], at=AT))
    assert "Avery L7160" in told
    assert "290" in told


@every_stock
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_zebra_prints_the_same_code(stock: Stock, dpi: int) -> None:
    asked = stickers(2)
    labels = stickers_zpl(asked, stock, dpi=dpi).strip().split("^XZ")[:-1]
    dots = {203: 8, 300: 12}[dpi]
    for sticker, zpl in zip(asked, labels, strict=True):
        paper = printed(zpl, round(stock.page_width * dots), round(stock.page_height * dots))
        (seen,) = read_all(paper, scale=dots)
        assert seen.text == sticker.address
        there = centre(stock, 0, sticker.symbol().side)
        assert math.dist((seen.x, seen.y), there) < 0.3


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None)
def test_no_words_break_out_of_zpl(title: str, line: str) -> None:
    zpl = stickers_zpl([Sticker("HTTPS://REBOND.EXAMPLE/P/1", title, (line,))], OWN)
    fields = [part.split("^FS")[0] for part in zpl.split("^FH_^FD")[1:]]
    assert zpl.count("^XA") == zpl.count("^XZ") == 1
    assert not set("".join(fields)) & set("^~\\\n")
    for field in fields:
        assert field.isascii()
        assert field.count("_") == len(_HEX.findall(field))


def test_accents_reach_a_zebra_as_utf8() -> None:
    assert "_C3_89vry" in stickers_zpl(stickers(1), STOCKS["zebra57"])


def test_a_zebra_has_one_of_two_resolutions() -> None:
    with pytest.raises(InvalidInput):
        stickers_zpl(stickers(1), STOCKS["zebra57"], dpi=72)


@every_stock
def test_the_drawings_are_read_too(stock: Stock) -> None:
    asked = stickers(min(stock.size, 6))
    first = drawn(sticker_svg(asked[0], stock), stock.width, stock.height)
    assert [code.text for code in read_all(first)] == [asked[0].address]
    skip = min(1, stock.size - 1)
    shown = asked[: stock.size - skip]
    page = drawn(page_svg(shown, stock, skip=skip), stock.page_width, stock.page_height)
    assert {code.text for code in read_all(page)} == {sticker.address for sticker in shown}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"columns": 4}, "columns"),
        ({"rows": 3}, "rows"),
        ({"width": 5}, "width"),
        ({"pitch_x": 29}, "pitch_x"),
        ({"page_width": math.inf}, "page_width"),
        ({"height": math.nan}, "height"),
        ({"left": -1}, "left"),
        ({"rows": 10**9}, "rows"),
    ],
)
def test_measures_that_no_paper_has_are_refused(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(UnfitStock) as refusal:
        own_stock(OWN.measures() | wrong)
    assert named in refusal.value.fields


def test_a_label_too_small_for_its_code_is_refused() -> None:
    tiny = own_stock(OWN.measures() | {"width": 10, "height": 10})
    with pytest.raises(UnfitStock):
        stickers_pdf(stickers(1), tiny, at=AT)
    with pytest.raises(InvalidInput):
        Sticker("HTTPS://REBOND.EXAMPLE/M/" + "X" * 300, "x").symbol()

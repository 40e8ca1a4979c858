"""Looking at what was printed, as a scanner does: PDF pages, ZPL drawings, SVG paths."""

import re
from typing import NamedTuple

import pypdfium2
import zxingcpp
from PIL import Image

DOTS = 300
MM = DOTS / 25.4
_SVG_CODE = re.compile(r'translate\(([\d.]+) ([\d.]+)\) scale\(([\d.]+)\)"[^>]* d="([^"]+)"')
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")
_FIELD = re.compile(r"\^FO(\d+),(\d+)\^GFA,(\d+),(\d+),(\d+),([0-9A-F:]+)\^FS")


class Seen(NamedTuple):
    """A code found on a page, and its centre in mm."""

    text: str
    x: float
    y: float


def read_all(image: Image.Image, scale: float = MM) -> list[Seen]:
    """Read every QR code of a page."""
    found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    seen = []
    for code in found:
        p = code.position
        corners = (p.top_left, p.top_right, p.bottom_left, p.bottom_right)
        # a position is a pixel's index: the outline ends on the last dark pixel
        x, y = (sum(getattr(c, way) for c in corners) / 4 + 0.5 for way in "xy")
        seen.append(Seen(code.text, x / scale, y / scale))
    return seen


def read_one(image: Image.Image) -> str:
    """Read the only QR code of an image."""
    (seen,) = read_all(image)
    return seen.text


def pages_of(pdf: bytes) -> list[Image.Image]:
    """Render a PDF at 300 dots an inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=DOTS / 72).to_pil() for page in document]


def words_of(pdf: bytes) -> str:
    """Give all text of a PDF."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def printed(zpl: str, width: int, height: int) -> Image.Image:
    """Print the ^GFA drawings of one ZPL label, as a Zebra does: a colon repeats the line."""
    paper = Image.new("1", (width, height), 1)
    for x, y, total, same, a_line, data in _FIELD.findall(zpl):
        assert total == same
        bits = _lines(data, int(a_line))
        assert len(bits) * int(a_line) == int(total)
        dark = Image.frombytes("1", (int(a_line) * 8, len(bits)), b"".join(bits))
        paper.paste(0, (int(x), int(y)), dark)
    return paper


def _lines(data: str, a_line: int) -> list[bytes]:
    lines: list[bytes] = []
    for part in re.findall(f":|[0-9A-F]{{{a_line * 2}}}", data):
        lines.append(lines[-1] if part == ":" else bytes.fromhex(part))
    return lines


def drawn(svg: str, width: float, height: float) -> Image.Image:
    """Draw the codes of an SVG as pixels, at 300 dots an inch."""
    image = Image.new("1", (round(width * MM), round(height * MM)), 1)
    for x, y, scale, path in _SVG_CODE.findall(svg):
        module = float(scale)
        for left, top, wide, back in (map(int, run) for run in _RUN.findall(path)):
            assert wide == back
            corners = (left, top, left + wide, top + 1)
            start = (float(x), float(y)) * 2
            image.paste(
                0,
                tuple(round((s + c * module) * MM) for s, c in zip(start, corners, strict=True)),
            )
    return image

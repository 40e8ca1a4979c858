"""What a sheet of labels costs, beside drawing its codes with the library alone."""

from datetime import UTC, datetime

from backend.core import codes
from backend.inventory.labels import STOCKS, device_sticker, qr, stickers_pdf
from benchmarks.times import milliseconds

LABELS = 1000
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def label_figures(rounds: int) -> list[tuple[str, float, float]]:
    """Measure 1,000 labels as PDF and as symbols; the floor draws each code with `qrcode`.

    The codes are new in each round: typst remembers what it has set before.
    """
    stock = STOCKS["l7160"]

    def sheet() -> None:
        stickers = [device_sticker(codes.mint(), "Atelier") for _label in range(LABELS)]
        stickers_pdf(stickers, stock, at=_AT)

    def symbols() -> None:
        for _label in range(LABELS):
            device_sticker(codes.mint()).symbol()

    def library() -> None:
        for _label in range(LABELS):
            qr.drawn(device_sticker(codes.mint()).address)

    floor = milliseconds(library, min(rounds, 3))
    return [
        (f"{LABELS} labels as PDF", milliseconds(sheet, min(rounds, 5)), floor),
        (f"{LABELS} QR codes", milliseconds(symbols, rounds), floor),
    ]

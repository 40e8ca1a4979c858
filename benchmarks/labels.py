"""What a sheet of labels costs, beside drawing its codes with the library alone."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from backend.core import codes
from backend.inventory.labels import STOCKS, device_sticker, qr, stickers_pdf

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

    floor = _median(library, min(rounds, 3))
    return [
        (f"{LABELS} labels as PDF", _median(sheet, min(rounds, 5)), floor),
        (f"{LABELS} QR codes", _median(symbols, rounds), floor),
    ]


def _median(act: Callable[[], None], rounds: int) -> float:
    times = []
    for _round in range(rounds + 1):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[1:])

"""How a figure is taken."""

import statistics
import time
from collections.abc import Callable
from typing import Any


def milliseconds(act: Callable[[], Any], rounds: int) -> float:
    """Give the median of `rounds` runs, the first one left out. An answer must be a good one."""
    times = []
    for _round in range(rounds + 1):
        start = time.perf_counter()
        answer = act()
        times.append((time.perf_counter() - start) * 1000)
        assert answer is None or answer.status_code < 300, answer  # noqa: S101
    return statistics.median(times[1:])

"""Say how far it is and how long it still takes, on standard error."""

import time
from typing import TextIO

_WIDTH = 30
_EVERY = 10.0  # seconds between plain lines where nobody watches


class Progress:
    """A bar that redraws itself on a terminal; a line now and then elsewhere."""

    def __init__(self, total: int, *, done: int, out: TextIO) -> None:
        """Take how much there is to do, and how much was done before."""
        self.total = max(total, 1)
        self.done = self.before = done
        self.out = out
        self.began = self.told = time.monotonic()
        self.is_watched = out.isatty()

    def step(self, count: int, words: str) -> None:
        """Count what was done, and tell."""
        self.done += count
        now = time.monotonic()
        if self.is_watched:
            self._draw(words, now)
        elif now - self.told >= _EVERY:
            self.told = now
            self.out.write(f"{self.done * 100 // self.total} %, {words}, {self._left(now)}\n")
            self.out.flush()

    def _draw(self, words: str, now: float) -> None:
        full = self.done * _WIDTH // self.total
        bar = "█" * full + "░" * (_WIDTH - full)
        percent = self.done * 100 // self.total
        self.out.write(f"\r{bar} {percent:3} %  {words}  {self._left(now)}\x1b[K")
        self.out.flush()

    def _left(self, now: float) -> str:
        played = self.done - self.before
        seconds = (now - self.began) / max(played, 1) * (self.total - self.done)
        minutes, seconds = divmod(round(seconds), 60)
        return f"{minutes} min {seconds:02} s left" if minutes else f"{seconds} s left"

    def end(self) -> None:
        """Leave the bar behind."""
        if self.is_watched:
            self.out.write("\n")
            self.out.flush()

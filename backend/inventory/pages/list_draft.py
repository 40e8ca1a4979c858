"""A checklist being changed: it lives in the form alone until it is published."""

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.text import slugify

from backend.inventory.choices import FIXED_POINTS
from backend.inventory.operations import Point
from backend.inventory.operations.setting import MOST_POINTS
from backend.inventory.queries.standards import CurrentList

_LONGEST_KEY = 40


@dataclass
class Draft:
    """The points in their order, and the version they were begun from.

    `at` and `pressed` say which button was pressed on which row, so that the page can put the
    keyboard back there.
    """

    points: list[Point]
    replaces: int
    at: int = -1
    pressed: str = ""
    fixed: list[str] = field(default_factory=lambda: list(FIXED_POINTS))

    @classmethod
    def of(cls, current: CurrentList) -> "Draft":
        """Begin from the list that holds."""
        points = [Point(key=p.key, fr=p.fr, en=p.en) for p in current.points]
        return cls(points=points, replaces=current.version)

    @classmethod
    def read(cls, said: QueryDict) -> "Draft":
        """Read what was sent, row by row; a new point gets a key made from its words."""
        draft = cls(points=[], replaces=_whole(said.get("replaces", "")))
        rows = zip(said.getlist("key"), said.getlist("fr"), said.getlist("en"), strict=False)
        for key, french, english in list(rows)[: MOST_POINTS + 1]:
            key = key if key or not french.strip() else draft.new_key(french)
            draft.points.append(Point(key=key, fr=french, en=english))
        return draft

    def new_key(self, words: str) -> str:
        """Make a key that no other point has."""
        taken = {point["key"] for point in self.points}
        base = slugify(words).replace("-", "_")[: _LONGEST_KEY - 3] or "point"
        names = [base, *(f"{base}_{number}" for number in range(2, MOST_POINTS + 2))]
        return next(name for name in names if name not in taken)

    def do(self, asked: str) -> None:
        """Do what a button says: `up:2`, `down:2`, `remove:2`, `add`."""
        name, _colon, row = asked.partition(":")
        at = _whole(row)
        if name == "add" and len(self.points) < MOST_POINTS:
            self.points.append(Point(key="", fr="", en=""))
            self.at, self.pressed = len(self.points) - 1, "fr"
        elif name in {"up", "down"} and 0 <= at < len(self.points):
            self._move(at, -1 if name == "up" else 1, name)
        elif name == "remove" and 0 <= at < len(self.points):
            if self.points[at]["key"] not in self.fixed:
                del self.points[at]
            self.at, self.pressed = min(at, len(self.points) - 1), "fr"

    def _move(self, at: int, by: int, name: str) -> None:
        to = min(max(at + by, 0), len(self.points) - 1)
        self.points.insert(to, self.points.pop(at))
        is_at_the_end = to in {0, len(self.points) - 1}
        self.at, self.pressed = to, "fr" if is_at_the_end else name


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

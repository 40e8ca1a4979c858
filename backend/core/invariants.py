"""What must hold whatever happened: each app registers how to find what breaks it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

Find = Callable[[], Iterable[str]]

_rules: dict[str, Find] = {}


class Broken(NamedTuple):
    """A rule, and one thing that breaks it, named without personal data."""

    rule: str
    what: str


def register(rule: str, find: Find) -> None:
    """Say how to find what breaks a rule; the rule's name is a fact."""
    _rules[rule] = find


def broken() -> list[Broken]:
    """Look for everything that breaks a rule."""
    return [Broken(rule, what) for rule, find in _rules.items() for what in find()]

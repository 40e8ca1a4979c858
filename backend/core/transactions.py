"""One transaction per command: operations join the one under way or open their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from backend.core import batches

P = ParamSpec("P")
R = TypeVar("R")

_under_way: ContextVar[bool] = ContextVar("under_way", default=False)
_leftovers: ContextVar[list[Callable[[], object]] | None] = ContextVar("leftovers", default=None)


def after_rollback(clean: Callable[[], object]) -> None:
    """Have something cleaned that the database does not undo: a file written by the command."""
    if (leftovers := _leftovers.get()) is not None:
        leftovers.append(clean)


@contextmanager
def _cleaned_when_undone() -> Iterator[None]:
    leftovers: list[Callable[[], object]] = []
    token = _leftovers.set(leftovers)
    try:
        yield
    except BaseException:
        for clean in leftovers:
            clean()
        raise
    finally:
        _leftovers.reset(token)
    for clean in leftovers:
        after_rollback(clean)  # of the batch around it


@contextmanager
def one_transaction() -> Iterator[None]:
    """Join the command under way, or begin one that is kept or undone as a whole.

    Joining takes no savepoint: a refusal inside undoes the whole command, which is what
    a command is, and saves two statements on every nested operation.
    """
    if _under_way.get():
        yield
        return
    token = _under_way.set(True)
    try:
        with _cleaned_when_undone(), transaction.atomic():
            yield
    finally:
        _under_way.reset(token)


@contextmanager
def one_of_many() -> Iterator[None]:
    """Run one of many commands: its refusal undoes this one and leaves the others.

    In memory while a batch is open, else under a savepoint.
    """
    batch = batches.current()
    with _cleaned_when_undone(), transaction.atomic() if batch is None else batch.framed():
        yield


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a verb of the domain: everything it writes stands or falls together."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with one_transaction():
            return function(*args, **kwargs)

    return run

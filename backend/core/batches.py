"""A batch of commands: what they need is read together, what they change is written together.

Nothing of the domain is written a second time for batches. While a batch is open, the building
blocks under every operation (`insert`, `update` and the look-ups of an app) work in memory:

- A look-up asks `current()`; if a batch is open it calls `load`, which reads once what all
  commands of the batch may ask for, and `lend`s the rows that an operation may change.
- `insert` and `update` keep the row; one statement a table writes them at the end. A new row
  has its id at once, drawn from the table's own sequence.
- Each command runs in a `frame` (by `transactions.one_of_many`): a refusal gives the rows that
  it was lent back as they were and forgets what it wrote.

An operation that does something else needs no care: its first statement of its own makes the
batch write what it kept, set a savepoint, and step aside until that command ends. It is right,
and costs a few statements more. Where many commands do so, or where the database refuses what
the batch writes, NotTogether is raised: whoever opened it lets the commands run one by one.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, DataError, IntegrityError, connection, transaction
from django.db.models import Model

from backend.core import tables

R = TypeVar("R", bound=Model)
T = TypeVar("T")
Written = Callable[[list[Any]], None]

_MOST_STEPS_ASIDE = 3

_open: ContextVar["Batch | None"] = ContextVar("batch", default=None)
_when_written: dict[type[Model], Written] = {}


class NotTogether(Exception):
    """The batch cannot be written, or not faster than one by one; nothing of it is kept."""


@dataclass
class _Frame:
    """What one command was lent and wrote; `savepoint` is set once it left the memory."""

    lent: dict[int, tuple[Model, dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    born: list[Model] = field(default_factory=list)
    changed: list[tuple[Model, tuple[str, ...]]] = field(default_factory=list)
    savepoint: AbstractContextManager[Any] | None = None

    def give_back(self) -> None:
        """Put every lent row back as it was; called again, as the command left it."""
        for key, (row, columns, relations) in self.lent.items():
            self.lent[key] = (row, row.__dict__, row._state.fields_cache)
            row.__dict__ = columns
            row._state.fields_cache = relations


class Batch:
    """The batch under way. `hints` says what its commands will ask for, name by name."""

    def __init__(self, size: int, hints: Mapping[str, Any]) -> None:
        """Begin with nothing read and nothing to write."""
        self.size, self.hints = size, hints
        self.frame: _Frame | None = None
        self._loaded: dict[Hashable, Any] = {}
        self._born: dict[type[Model], dict[Any, Any]] = {}
        self._written: dict[type[Model], dict[Any, Any]] = {}
        self._changed: dict[type[Model], dict[Any, tuple[Model, set[str]]]] = {}
        self._is_reading = False
        self._steps_aside = 0

    def load(self, key: Hashable, read: Callable[[], T]) -> T:
        """Give what `read` gives, asked once for the whole batch."""
        if key not in self._loaded:
            with self._by_itself():
                self._loaded[key] = read()
        found: T = self._loaded[key]
        return found

    def lend(self, row: R) -> R:
        """Let the command under way have a row, which it may change."""
        if self.frame is not None and id(row) not in self.frame.lent:
            relations = dict(row._state.fields_cache)
            self.frame.lent[id(row)] = (row, dict(row.__dict__), relations)
        return row

    def forget(self, key: Hashable) -> None:
        """Have something read again."""
        self._loaded.pop(key, None)

    def new(self, model: type[R]) -> list[R]:
        """Give the rows of a table that this batch made."""
        return [*self._written.get(model, {}).values(), *self.unwritten(model, new=True)]

    def unwritten(self, model: type[R], *, new: bool = False) -> list[R]:
        """Give the rows of a table that are made, or changed unless `new`, and not yet written."""
        mine: list[Any] = [r for r in self.frame.born if type(r) is model] if self.frame else []
        changed = [] if new else [row for row, _names in self._changed.get(model, {}).values()]
        return [*self._born.get(model, {}).values(), *mine, *changed]

    def find_new(self, model: type[R], key: Any) -> R | None:
        """Give a row that an earlier command of this batch made."""
        return self._born.get(model, {}).get(key) or self._written.get(model, {}).get(key)

    def insert(self, row: Model) -> None:
        """Keep a new row. It gets its id at once."""
        if tables.has_own_key(type(row)):
            row.pk = self._next_id(type(row))
        tables.check(row)
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS
        if self.frame is None:
            self._keep_born(row)
        else:
            self.frame.born.append(row)
            self.lend(row)

    def update(self, row: Model, columns: tuple[str, ...]) -> None:
        """Keep the change of a row that was lent."""
        if self.frame is None or id(row) not in self.frame.lent:
            self._step_aside()
            row.save(update_fields=columns)
            return
        tables.check(row)
        self.frame.changed.append((row, columns))

    @contextmanager
    def framed(self) -> Iterator[None]:
        """Run one command: its refusal undoes this command and leaves the others."""
        frame = self.frame = _Frame()
        try:
            yield
        except BaseException as error:
            self.frame = None
            frame.give_back()
            self._leave(frame, error)
            raise
        self.frame = None
        self._leave(frame, None)
        self._keep(frame)
        for row, _columns, _relations in frame.lent.values():
            _as_read_again(row)

    def write(self) -> None:
        """Write what was kept, one statement a table."""
        born, self._born = self._born, {}
        changed, self._changed = self._changed, {}
        with self._by_itself():
            try:
                for model, rows in born.items():
                    tables.insert_many(model, list(rows.values()))
                    self._written.setdefault(model, {}).update(rows)
                for model, changes in changed.items():
                    tables.update_many(model, list(changes.values()))
            except (IntegrityError, DataError) as error:
                raise NotTogether from error
        for model, rows in born.items():
            if model in _when_written:
                _when_written[model](list(rows.values()))

    def watch(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Step aside before a statement that is not the batch's own."""
        if not self._is_reading and not self.is_aside:
            self._step_aside()
        return execute(*statement)

    @property
    def is_aside(self) -> bool:
        """Whether the command under way works on the database itself."""
        return self.frame is not None and self.frame.savepoint is not None

    @contextmanager
    def _by_itself(self) -> Iterator[None]:
        before, self._is_reading = self._is_reading, True
        try:
            yield
        finally:
            self._is_reading = before

    def _step_aside(self) -> None:
        self._steps_aside += 1
        if self._steps_aside > _MOST_STEPS_ASIDE:
            raise NotTogether  # each time everything is read again: one by one is faster
        with self._by_itself():
            frame, self.frame = self.frame, None
            if frame:
                frame.give_back()
            self.write()
            self._forget_all()
            if frame:
                frame.give_back()
                frame.savepoint = transaction.atomic()
                frame.savepoint.__enter__()
                self._keep(frame)
                self.write()
                frame.born, frame.changed = [], []
                self.frame = frame

    def _forget_all(self) -> None:
        self._loaded.clear()
        self._written.clear()

    def _leave(self, frame: _Frame, error: BaseException | None) -> None:
        if frame.savepoint is not None:
            with self._by_itself():
                kind, trace = (type(error), error.__traceback__) if error else (None, None)
                frame.savepoint.__exit__(kind, error, trace)
            self._forget_all()

    def _keep(self, frame: _Frame) -> None:
        for row in frame.born:
            self._keep_born(row)
        for row, columns in frame.changed:
            if row.pk not in self._born.get(type(row), {}):
                kept = self._changed.setdefault(type(row), {}).setdefault(row.pk, (row, set()))
                kept[1].update(columns)

    def _keep_born(self, row: Model) -> None:
        self._born.setdefault(type(row), {})[row.pk] = row

    def _next_id(self, model: type[Model]) -> int:
        drawn: list[int] = self.load(("ids", model), list)
        if not drawn:
            with self._by_itself():
                drawn += tables.draw_ids(model, self.size, beside=self.new(model))
        return drawn.pop(0)


def _as_read_again(row: Model) -> None:
    # The next command finds what it would read: the columns alone, moments in UTC.
    columns = _columns(type(row))
    for name, value in list(vars(row).items()):
        if name not in columns:
            del vars(row)[name]
        elif isinstance(value, datetime):
            vars(row)[name] = value.astimezone(UTC)


@cache
def _columns(model: type[Model]) -> frozenset[str]:
    return frozenset(field.attname for field in model._meta.concrete_fields) | {"_state"}


def current() -> Batch | None:
    """Give the batch in whose memory the command under way works."""
    batch = _open.get()
    return None if batch is None or batch.is_aside else batch


@contextmanager
def open_batch(size: int, **hints: Any) -> Iterator[Batch]:
    """Open a batch of so many commands and write it at the end, in a transaction of its own.

    Raises NotTogether.
    """
    batch = Batch(size, hints)
    with transaction.atomic():
        token = _open.set(batch)
        try:
            with connection.execute_wrapper(batch.watch):
                yield batch
                batch.write()
        finally:
            _open.reset(token)


def when_written(model: type[Model], tell: Written) -> None:
    """Call `tell` with the new rows of a table, when a batch has written them."""
    _when_written[model] = tell

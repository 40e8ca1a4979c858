"""Statements composed once for a table, and its check constraints read in memory.

Django composes the same statement anew each time, which takes longer than running it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from operator import attrgetter, eq, ge, gt, le, lt
from typing import Any

from django.db import IntegrityError, connection, connections
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    CheckConstraint,
    F,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    Q,
    TextField,
)

Truth = Callable[[Model], bool | None]

_AS_IT_IS = frozenset({bool, int, str, type(None)})
_PLAIN = (AutoField, BooleanField, CharField, ForeignKey, IntegerField, TextField)
_PARAMETERS = 30_000  # SQLite takes 32,766 in one statement


def has_own_key(model: type[Model]) -> bool:
    """Whether the database numbers the rows of this table."""
    return model._meta.auto_field is not None


def insert_one(row: Model) -> None:
    """Write a new row by the statement composed once for its table."""
    key = row._meta.auto_field
    fields = _fields(type(row), with_key=False)
    with connection.cursor() as cursor:
        cursor.execute(_insertion(type(row), with_key=False), _values(row, fields, add=True))
        if key:
            (row.pk,) = cursor.fetchone()
    row._state.adding = False
    row._state.db = connection.alias


def insert_many(model: type[Model], rows: Sequence[Model]) -> None:
    """Write new rows that have their ids, in one statement."""
    fields = _fields(model, with_key=True)
    head = _insertion(model, with_key=True)
    marks = f"({', '.join(['%s'] * len(fields))})"
    for slice_ in _slices(rows, len(fields)):
        values = [value for row in slice_ for value in _values(row, fields, add=True)]
        with connection.cursor() as cursor:
            cursor.execute(head + ", ".join([marks] * len(slice_)), values)


def update_many(model: type[Model], changes: Sequence[tuple[Model, set[str]]]) -> None:
    """Write the changed columns of rows in one statement.

    A row that did not change in one of the columns gets what it has, which is what the
    database has: it is locked.
    """
    names = set().union(*(columns for _row, columns in changes))
    fields = [f for f in model._meta.concrete_fields if {f.name, f.attname} & names]
    for slice_ in _slices(changes, len(fields) + 1):
        rows = [row for row, _columns in slice_]
        values = [v for row in rows for v in (row.pk, *_values(row, fields, add=False))]
        with connection.cursor() as cursor:
            cursor.execute(_change(model, fields, len(rows)), values)


def draw_ids(model: type[Model], number: int, *, beside: Collection[Model]) -> list[int]:
    """Give ids that no other row has or will have; `beside` are rows not yet written."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), key, number],
            )
            return sorted(row[0] for row in cursor.fetchall())
        # The transaction holds SQLite's only write lock: nobody else draws now.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        ((last,),) = cursor.fetchall() or ((0,),)
    first = max([last, *(row.pk for row in beside)]) + 1
    return list(range(first, first + number))


def check(row: Model) -> None:
    """Raise the IntegrityError that the database would raise for this row.

    What a constraint says beyond plain comparisons is left to the database.
    """
    for name, truth in _rules(type(row)):
        if truth(row) is False:
            raise IntegrityError(f"CHECK constraint failed: {name}")


def _slices(rows: Sequence[Any], columns: int) -> Iterable[Sequence[Any]]:
    most = _PARAMETERS // columns
    return (rows[start : start + most] for start in range(0, len(rows), most))


@cache
def _fields(model: type[Model], *, with_key: bool) -> list[Any]:
    key = None if with_key else model._meta.auto_field
    return [field for field in model._meta.concrete_fields if field is not key]


def _values(row: Model, fields: Iterable[Any], *, add: bool) -> list[Any]:
    here = connections[connection.alias]  # the proxy is slow, and asked for every value
    return [_value(row, field, here, add=add) for field in fields]


def _value(row: Model, field: Any, here: Any, *, add: bool) -> Any:
    if not _says_itself(field):
        return field.get_db_prep_save(field.pre_save(row, add=add), here)
    value = getattr(row, field.attname)
    return value if type(value) in _AS_IT_IS else field.get_db_prep_save(value, here)


@cache
def _says_itself(field: Any) -> bool:
    """Whether the attribute is what is written, when its type is plain."""
    return isinstance(field, _PLAIN) and type(field).pre_save is Field.pre_save


@cache
def _insertion(model: type[Model], *, with_key: bool) -> str:
    quote, fields = connection.ops.quote_name, _fields(model, with_key=with_key)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    name = quote(model._meta.db_table)
    head = f"INSERT INTO {name} ({columns}) VALUES "  # noqa: S608  # our own names
    if with_key:
        return head
    key = model._meta.auto_field
    returning = f" RETURNING {quote(str(key.column))}" if key else ""
    return f"{head}({', '.join(['%s'] * len(fields))}){returning}"


def _change(model: type[Model], fields: Sequence[Any], rows: int) -> str:
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    names = [quote(str(field.column)) for field in fields]
    marks = f"({', '.join(['%s'] * (len(fields) + 1))})"
    given = ", ".join(
        f"{name} = {_cast(name, field)}" for name, field in zip(names, fields, strict=True)
    )
    return (
        f"WITH given ({', '.join([key, *names])}) AS (VALUES {', '.join([marks] * rows)}) "  # noqa: S608  # our own names
        f"UPDATE {table} SET {given} FROM given WHERE {table}.{key} = given.{key}"
    )


def _cast(name: str, field: Any) -> str:
    # PostgreSQL takes a column of NULLs for text; SQLite would cast a moment to a number.
    if connection.vendor == "postgresql":
        return f"CAST(given.{name} AS {field.db_type(connection)})"
    return f"given.{name}"


def _is_in(value: Any, expected: Any) -> bool:
    return value in expected


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "": eq,
    "exact": eq,
    "in": _is_in,
    "gte": ge,
    "gt": gt,
    "lte": le,
    "lt": lt,
}


@cache
def _rules(model: type[Model]) -> list[tuple[str, Truth]]:
    return [
        (constraint.name, _truth(model, constraint.condition))
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint)
    ]


def _truth(model: type[Model], condition: Any) -> Truth:
    """Compose how to see whether a row fits; None is SQL's unknown, or ours."""
    if isinstance(condition, tuple):
        return _comparison(model, *condition)
    if not isinstance(condition, Q):
        return lambda _row: None
    parts = [_truth(model, child) for child in condition.children]
    join, is_negated = _JOINED[condition.connector], condition.negated

    def fits(row: Model) -> bool | None:
        held = join([part(row) for part in parts])
        return not held if is_negated and held is not None else held

    return fits


def _comparison(model: type[Model], lookup: str, expected: Any) -> Truth:
    name, _, kind = lookup.partition("__")
    value = _column(model, name)
    if kind == "isnull":
        return lambda row: (value(row) is None) is expected
    if kind not in _COMPARE:
        return lambda _row: None
    compare = _COMPARE[kind]
    other = (
        _column(model, expected.deconstruct()[1][0])
        if isinstance(expected, F)
        else lambda _row: expected
    )

    def fits(row: Model) -> bool | None:
        left, right = value(row), other(row)
        return None if left is None or right is None else compare(left, right)

    return fits


def _column(model: type[Model], name: str) -> Callable[[Any], Any]:
    field: Any = model._meta.get_field(name)
    return attrgetter(field.attname)


def _all(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _any(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


def _odd(truths: list[bool | None]) -> bool | None:
    return None if None in truths else sum(map(bool, truths)) % 2 == 1


_JOINED = {Q.AND: _all, Q.OR: _any, Q.XOR: _odd}

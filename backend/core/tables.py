"""Statements composed once for a table, and its check constraints read in memory.

Django composes the same statement anew each time, which takes longer than running it.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from operator import attrgetter, eq, ge, gt, le, lt
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections
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
        (values,) = _values([row], fields, add=True)
        cursor.execute(_insertion(type(row)), values)
        if key:
            (row.pk,) = cursor.fetchone()
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS


def insert_many(model: type[Model], rows: Sequence[Model]) -> None:
    """Write new rows that have their ids, in one statement."""
    fields = _fields(model, with_key=True)
    columns = ", ".join(_names(fields))
    write = f"INSERT INTO {_table(model)} ({columns}) SELECT {columns} FROM given"  # noqa: S608  # our own names
    _write_many(write, fields, rows, add=True)


def update_many(model: type[Model], changes: Sequence[tuple[Model, set[str]]]) -> None:
    """Write the changed columns of rows in one statement.

    A row that did not change in one of the columns gets what it has, which is what the
    database has: it is locked.
    """
    changed = set().union(*(columns for _row, columns in changes))
    fields = [f for f in model._meta.concrete_fields if {f.name, f.attname} & changed]
    given = ", ".join(f"{name} = given.{name}" for name in _names(fields))
    table, (key,) = _table(model), _names([model._meta.pk])
    write = f"UPDATE {table} SET {given} FROM given WHERE {table}.{key} = given.{key}"  # noqa: S608  # our own names
    _write_many(write, [model._meta.pk, *fields], [row for row, _columns in changes], add=False)


def draw_ids(model: type[Model], number: int, *, beside: Collection[Model]) -> list[int]:
    """Give ids that no other row has or will have; `beside` are rows not yet written."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if _is_postgresql():
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [_table(model), key, number],
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


def _write_many(write: str, fields: Sequence[Any], rows: Sequence[Model], *, add: bool) -> None:
    """Run a statement that takes its rows from a table `given` of these columns."""
    columns = ", ".join(_names(fields))
    most = len(rows) if _is_postgresql() else _PARAMETERS // len(fields)
    for start in range(0, len(rows), most):
        values = _values(rows[start : start + most], fields, add=add)
        if _is_postgresql():
            # One document is read far faster than thousands of parameters.
            table = _table(fields[0].model)
            given = f"SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"  # noqa: S608  # our own names
            parameters = [_document(fields, values)]
        else:
            marks = f"({', '.join(['%s'] * len(fields))})"
            given = "VALUES " + ", ".join([marks] * len(values))
            parameters = [value for row in values for value in row]
        with connection.cursor() as cursor:
            cursor.execute(f"WITH given ({columns}) AS ({given}) {write}", parameters)


def _document(fields: Sequence[Any], rows: Iterable[Iterable[Any]]) -> str:
    names = [field.column for field in fields]
    return json.dumps([dict(zip(names, map(_in_json, row), strict=True)) for row in rows])


def _in_json(value: Any) -> Any:
    if isinstance(value, date | Decimal | UUID):
        return str(value)
    return getattr(value, "obj", value)  # psycopg wraps what is a document already


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _table(model: type[Model]) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))


def _names(fields: Iterable[Any]) -> list[str]:
    return [str(connection.ops.quote_name(field.column)) for field in fields]


@cache
def _fields(model: type[Model], *, with_key: bool) -> list[Any]:
    key = None if with_key else model._meta.auto_field
    return [field for field in model._meta.concrete_fields if field is not key]


def _values(rows: Iterable[Model], fields: Sequence[Any], *, add: bool) -> list[list[Any]]:
    here = connections[DEFAULT_DB_ALIAS]  # the proxy is slow, and asked for every value
    return [[_value(row, field, here, add=add) for field in fields] for row in rows]


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
def _insertion(model: type[Model]) -> str:
    fields, key = _fields(model, with_key=False), model._meta.auto_field
    marks = ", ".join(["%s"] * len(fields))
    returning = f" RETURNING {_names([key])[0]}" if key else ""
    return f"INSERT INTO {_table(model)} ({', '.join(_names(fields))}) VALUES ({marks}){returning}"  # noqa: S608  # our own names


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

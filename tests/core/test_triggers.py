"""Rules that look into another table outlive the building anew of that table."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection

from backend.core.triggers import Lift, Refuse, RefuseStill

pytestmark = pytest.mark.django_db(transaction=True)

RULE: dict[str, Any] = {
    "table": "test_thing",
    "moment": "INSERT",
    "condition": "EXISTS (SELECT 1 FROM test_box WHERE id = NEW.box AND is_closed = 1)",
}
NAME = "thing_never_put_into_a_closed_box"
BOX = "CREATE TABLE {name} (id integer PRIMARY KEY, is_closed integer)"


@pytest.fixture
def tables() -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.execute(BOX.format(name="test_box"))
        editor.execute("CREATE TABLE test_thing (id integer PRIMARY KEY, box integer)")
        Refuse(NAME, **RULE).database_forwards("core", editor)
    yield
    with connection.schema_editor() as editor:
        Refuse(NAME, **RULE).database_backwards("core", editor)
        editor.execute("DROP TABLE test_thing")
        editor.execute("DROP TABLE test_box")


def built_anew(editor: Any) -> None:
    """Do what SQLite does to a table that gets a column which is never null."""
    editor.execute(BOX.format(name="new_box"))
    editor.execute("DROP TABLE test_box")
    editor.execute("ALTER TABLE new_box RENAME TO test_box")


@pytest.mark.usefixtures("tables")
def test_a_table_into_which_a_rule_looks_is_built_anew_and_the_rule_holds() -> None:
    with connection.schema_editor() as editor:
        Lift(NAME, **RULE).database_forwards("core", editor)
        built_anew(editor)
        RefuseStill(NAME, **RULE).database_forwards("core", editor)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO test_box VALUES (1, 0), (2, 1)")
        cursor.execute("INSERT INTO test_thing VALUES (1, 1)")
        with pytest.raises(IntegrityError, match=NAME):
            cursor.execute("INSERT INTO test_thing VALUES (2, 2)")


@pytest.mark.usefixtures("tables")
def test_a_rule_that_was_lifted_is_there_again_when_the_migration_is_taken_back() -> None:
    with connection.schema_editor() as editor:
        lift = Lift(NAME, **RULE)
        lift.database_forwards("core", editor)
        lift.database_backwards("core", editor)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO test_box VALUES (2, 1)")
        with pytest.raises(IntegrityError, match=NAME):
            cursor.execute("INSERT INTO test_thing VALUES (2, 2)")

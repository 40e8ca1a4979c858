"""Rules that a check constraint cannot say, kept by the database all the same.

A constraint sees one version of one row. "Never changed again" needs the old version
beside the new one, hence a trigger, written once here for PostgreSQL and SQLite.
"""

from typing import Any, Literal

from django.db import migrations

Moment = Literal["INSERT", "UPDATE", "DELETE"]


class Refuse(migrations.operations.base.Operation):
    """Migration operation: refuse `moment` on `table` when `condition` holds on OLD and NEW.

    On INSERT it is a rule for what is written from now on, rows of before stay as they are; its
    condition may look into other tables. The error is an IntegrityError whose text is the
    rule's `name`.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, name: str, *, table: str, moment: Moment, condition: str = "") -> None:
        """Take the rule's name (a fact), the table, the moment and SQL on OLD and NEW."""
        self.name = name
        self.table = table
        self.moment = moment
        self.condition = condition

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Say how to build this operation again."""
        rest = {"table": self.table, "moment": self.moment, "condition": self.condition}
        return type(self).__qualname__, [self.name], rest

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing that Django's model state knows of."""

    def database_forwards(self, app_label: str, schema_editor: Any, *_states: Any) -> None:
        """Create the trigger."""
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        when = f"WHEN ({self.condition})" if self.condition else ""
        refuse = f"RAISE EXCEPTION '{self.name}' USING ERRCODE = 'integrity_constraint_violation';"
        if is_postgresql and self.moment == "INSERT":  # its WHEN sees no other table
            when, refuse = "", f"IF {self.condition} THEN {refuse} END IF; RETURN NEW;"
        head = f"BEFORE {self.moment} ON {self.table} FOR EACH ROW {when}"
        if is_postgresql:
            schema_editor.execute(
                f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"{refuse} END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {self.name} {head} EXECUTE FUNCTION {self.name}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {self.name} {head} BEGIN SELECT RAISE(ABORT, '{self.name}'); END"
            )

    def database_backwards(self, app_label: str, schema_editor: Any, *_states: Any) -> None:
        """Drop the trigger."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {self.name} ON {self.table}")
            schema_editor.execute(f"DROP FUNCTION {self.name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {self.name}")

    def describe(self) -> str:
        """Say what the migration does."""
        return f"Refuse {self.moment} on {self.table}: {self.name}"


class Lift(Refuse):
    """Lift a rule on INSERT before a migration that builds anew a table into which it looks.

    SQLite refuses to rename a table while a rule of another one names it. `RefuseStill` says the
    rule again afterwards. PostgreSQL keeps its rules.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, *_states: Any) -> None:
        """Drop the trigger where it would be in the way."""
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {self.name}")

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        """Say the rule again."""
        if schema_editor.connection.vendor == "sqlite":
            super().database_forwards(app_label, schema_editor, *states)


class RefuseStill(Refuse):
    """Say a rule again after a migration for which SQLite built its table anew, without it.

    Adding a column that is never null is such a migration. PostgreSQL keeps its rules.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        """Create the trigger where it was lost."""
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}")
            super().database_forwards(app_label, schema_editor, *states)

    def database_backwards(self, app_label: str, schema_editor: Any, *_states: Any) -> None:
        """Leave the trigger to the migration that first made it."""

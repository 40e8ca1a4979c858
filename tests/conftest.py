"""What every test may ask for."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext, override_settings

from backend.core.models import Event, Outbox

_FRAME = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")


@pytest.fixture(scope="session", autouse=True)
def files_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests upload and print away from the files of the house."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture
def now() -> datetime:
    """A working Tuesday, in the past of every run."""
    return datetime(2026, 9, 15, 10, 0, tzinfo=UTC)


@pytest.fixture
def nothing_changed() -> Callable[..., AbstractContextManager[None]]:
    """Check that a refusal left these rows, the event log and the outbox as they were."""

    @contextmanager
    def check(*rows: Model) -> Iterator[None]:
        before = _picture(rows)
        yield
        assert _picture(rows) == before

    return check


def _picture(rows: tuple[Model, ...]) -> Any:
    fresh = [type(row)._base_manager.filter(pk=row.pk).values().get() for row in rows]
    return fresh, Event.objects.count(), Outbox.objects.count()


class Statements(list[str]):
    """The SQL statements of a block, without those that only frame a transaction."""


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[Statements]]:
    """Collect the SQL statements of a block."""

    @contextmanager
    def collect() -> Iterator[Statements]:
        found = Statements()
        with CaptureQueriesContext(connection) as queries:
            yield found
        found += [q["sql"] for q in queries if not q["sql"].startswith(_FRAME)]

    return collect

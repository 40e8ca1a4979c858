"""Real servers and real processes, for tests that break them."""

from collections.abc import Iterator

import pytest

from tests.servers import NoServer, Server, postgres, redis


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[Server]:
    """Give a PostgreSQL of this file's own, empty at first."""
    try:
        with postgres(own=True) as server:
            yield server
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.fixture
def redis_server() -> Iterator[Server]:
    """Give a server of the test's own that speaks the Redis protocol, to be stopped at will."""
    try:
        with redis(own=True) as server:
            yield server
    except NoServer as reason:
        pytest.skip(str(reason))

"""Real servers and real processes, for tests that break them."""

from collections.abc import Iterator

import pytest

from tests.servers import NoServer, Server, postgres, redis


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """Give a PostgreSQL of the test's own, empty."""
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

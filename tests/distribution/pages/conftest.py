"""The world of distribution, an hour after its first day, seen through pages."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Membership
from tests.distribution.factories import DAY_ONE, days
from tests.distribution.world import World

See = Callable[[Membership], Client]


@pytest.fixture(autouse=True)
def an_hour_later() -> Iterator[None]:
    """Let the pages' clock stand an hour after everything in the world happened."""
    with time_machine.travel(DAY_ONE + days(1 / 24), tick=False):
        yield


@pytest.fixture
def world(db: None) -> World:
    """One of everything."""
    return World()


@pytest.fixture
def seen_by() -> See:
    """Give a browser in which this hat is signed in."""

    def browser(hat: Membership) -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(hat.user)
        return client

    return browser

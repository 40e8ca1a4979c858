"""A workshop, its coordination and browsers, an hour after the story's first moment."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from backend.accounts.models import Membership
from tests.factories import a_coordinator
from tests.inventory.stories import NOW, Workshop

See = Callable[[Membership], Client]


@pytest.fixture(autouse=True)
def an_hour_later() -> Iterator[None]:
    """Let the pages' clock stand an hour after everything in a story happened."""
    cache.clear()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def workshop(db: None) -> Workshop:
    """One workshop with labels, a technician and a manager."""
    return Workshop()


@pytest.fixture
def coordinator(db: None) -> Membership:
    """Somebody of the coordination."""
    return a_coordinator()


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody is signed in."""
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def seen_by() -> See:
    """Give a browser in which this hat is signed in."""

    def browser(hat: Membership) -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(hat.user)
        return client

    return browser


def text_of(answer: Any) -> str:
    """Give the page as text."""
    return str(answer.content.decode())


def location_of(answer: Any) -> str:
    """Give where the page leads to."""
    assert answer.status_code == 302, text_of(answer)[-3000:]
    return str(answer["Location"])

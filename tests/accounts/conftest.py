"""What the tests of accounts share."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from backend.accounts.models import Membership

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> Iterator[None]:
    """Forget the tries that the limits count."""
    cache.clear()
    yield
    cache.clear()


def signed_in(hat: Membership) -> Client:
    """Give a browser in which this person is signed in."""
    client = Client()
    client.force_login(hat.user)
    return client

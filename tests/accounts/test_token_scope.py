"""A narrow token cannot make itself a wide one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from backend.accounts import operations
from backend.accounts.models import ApiToken
from tests.factories import a_technician

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ([], 403),
        (["device.view"], 403),
        (["token.issue", "device.view"], 403),
        (["token.issue"], 201),
    ],
)
def test_a_token_makes_no_wider_token(client: Client, scope: list[str], status: int) -> None:
    now = timezone.now()
    _token, secret = operations.issue_token(
        name="narrow",
        scope=["token.issue"],
        expires_at=now + timedelta(days=1),
        by=a_technician(),
        at=now,
    )
    asked = {"name": "wide", "scope": scope, "expires_at": (now + timedelta(hours=1)).isoformat()}
    answer = client.post(
        "/api/v1/tokens/", asked, "application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == status
    assert ApiToken.objects.count() == 1 + (status == 201)

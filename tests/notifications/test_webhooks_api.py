"""The API of webhooks: one's own organisation's, and the secret shown once."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from backend.core.models import Answer
from backend.notifications import operations
from backend.notifications.models import WebhookDelivery, WebhookEndpoint
from tests.factories import a_coordinator, a_technician, a_workshop_manager

pytestmark = pytest.mark.django_db
PATH = "/api/v1/webhooks/"
BODY = {"url": "https://127.0.0.1/hook", "kinds": ["device.handed_over"]}


@pytest.fixture(autouse=True)
def _loopback_is_open(settings: Any) -> None:
    settings.DEMO = True


def client(hat: Any) -> APIClient:
    visitor = APIClient()
    visitor.force_authenticate(hat.user)
    return visitor


def a_webhook(by: Any) -> WebhookEndpoint:
    return operations.add_webhook(url=BODY["url"], by=by, at=timezone.now())


def test_the_secret_is_shown_once() -> None:
    visitor = client(a_workshop_manager())
    made = visitor.post(PATH, BODY, format="json")
    assert made.status_code == 201
    secret = made.data["secret"]
    assert secret.startswith("whsec_")
    listed = visitor.get(PATH).json()["results"]
    one = visitor.get(f"{PATH}{made.data['id']}/").json()
    assert [one] == listed
    assert one["kinds"] == BODY["kinds"]
    assert secret not in str(listed)


def test_the_same_command_twice_makes_one_and_does_not_remember_the_secret() -> None:
    visitor = client(a_workshop_manager())
    first = visitor.post(PATH, BODY, format="json", headers={"Idempotency-Key": "k1"})
    second = visitor.post(PATH, BODY, format="json", headers={"Idempotency-Key": "k1"})
    assert second.data["id"] == first.data["id"]
    assert "secret" not in second.data
    assert "whsec_" not in str(Answer.objects.values().get())
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": 12},
        {"url": "http://example.org/"},
        {"url": "https://10.0.0.1/"},
        {"url": "x" * 10**6},
        {"url": "https://127.0.0.1/", "kinds": ["beneficiary.erased"]},
        {"url": "https://127.0.0.1/", "kinds": "device.handed_over"},
        [],
        "text",
    ],
)
def test_bad_input_is_told_and_changes_nothing(body: Any, nothing_changed: Any) -> None:
    manager = a_workshop_manager()
    with nothing_changed(manager.organisation):
        answer = client(manager).post(PATH, body, format="json")
    assert 400 <= answer.status_code < 500
    assert answer["content-type"] == "application/problem+json"
    assert not WebhookEndpoint.objects.exists()


def test_a_sixth_webhook_is_refused() -> None:
    manager = a_workshop_manager()
    for _number in range(5):
        a_webhook(manager)
    answer = client(manager).post(PATH, BODY, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_webhooks")
    assert WebhookEndpoint.objects.count() == 5


def test_a_technician_has_no_webhooks() -> None:
    visitor = client(a_technician())
    assert visitor.get(PATH).status_code == 403
    assert visitor.post(PATH, BODY, format="json").status_code == 403
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    ("method", "rest"),
    [("get", ""), ("patch", ""), ("delete", ""), ("post", "ping/"), ("get", "deliveries/")],
)
def test_another_organisations_webhook_is_not_there(
    method: str, rest: str, nothing_changed: Any
) -> None:
    theirs = a_webhook(a_workshop_manager())
    for stranger in (a_workshop_manager(), a_coordinator()):
        with nothing_changed(theirs):
            answer = getattr(client(stranger), method)(f"{PATH}{theirs.pk}/{rest}")
        assert answer.status_code == 404
    assert not WebhookDelivery.objects.exists()


def test_a_webhook_is_changed_pinged_and_removed() -> None:
    manager = a_workshop_manager()
    visitor, webhook = client(manager), a_webhook(manager)
    path = f"{PATH}{webhook.pk}/"
    changed = visitor.patch(path, {"kinds": ["device.recycled"]}, format="json")
    assert changed.json()["kinds"] == ["device.recycled"]
    assert changed.json()["url"] == BODY["url"]
    assert visitor.post(f"{path}ping/").status_code == 202
    (sent,) = visitor.get(f"{path}deliveries/").json()["results"]
    assert (sent["kind"], sent["state"]) == ("webhook.pinged", "pending")
    assert visitor.delete(path).status_code == 204
    assert not WebhookEndpoint.objects.exists()


def test_a_longer_list_of_deliveries_costs_no_more_queries(statements: Any) -> None:
    manager = a_workshop_manager()
    visitor, webhook = client(manager), a_webhook(manager)

    def ping(times: int) -> int:
        for _time in range(times):
            operations.ping_webhook(webhook_id=webhook.pk, by=manager, at=timezone.now())
        with statements() as found:
            visitor.get(f"{PATH}{webhook.pk}/deliveries/")
        return len(found)

    assert ping(1) == ping(5)

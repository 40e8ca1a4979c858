"""Programs of partners are told of what concerns them by signed calls; nobody else is called."""

import json
import socket
import time
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from backend.core.models import Event
from backend.notifications import operations
from backend.notifications.channels import webhooks
from backend.notifications.channels.webhooks import BadAddress
from backend.notifications.models import Notice, WebhookDelivery, WebhookEndpoint
from backend.notifications.operations.calling import PAUSES
from tests.distribution.factories import a_hand_over, an_allocation, counsellor_of
from tests.factories import a_coordinator, a_counsellor, a_workshop_manager
from tests.notifications.receiver import dripping, receiver
from tests.notifications.stories import a_pledge, tell_everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_is_open(settings: Any) -> None:
    settings.DEMO = True


def a_webhook(url: str, **facts: Any) -> WebhookEndpoint:
    by = facts.pop("by", None) or a_coordinator()
    return operations.add_webhook(url=url, by=by, at=timezone.now(), **facts)


def deliver(at: Any = None) -> int:
    return operations.deliver_webhooks(at=at or timezone.now())


def test_an_event_is_called_in_once_with_a_signature_that_holds() -> None:
    with receiver() as program:
        webhook = a_webhook(program.url, kinds=["pledge.announced"])
        pledge = a_pledge()
        tell_everything()
        assert deliver() == 1
        assert deliver() == 0
    ((headers, body),) = program.calls
    said = Webhook(webhook.secret).verify(body, headers)
    assert said["type"] == "pledge.announced"
    assert said["data"]["subject"] == {"type": "pledge", "id": pledge.pk}
    assert said["data"]["reference"] == pledge.reference
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.last_status, delivery.attempts) == ("delivered", 204, 1)
    assert headers["webhook-id"] == delivery.message_id


def test_hearing_an_event_twice_queues_it_once() -> None:
    with receiver() as program:
        a_webhook(program.url)
    a_pledge()
    event = Event.objects.get(kind="pledge.announced")
    operations.queue_webhooks(event=event)
    operations.queue_webhooks(event=event)
    assert WebhookDelivery.objects.count() == 1


def test_a_program_hears_only_the_kinds_it_asks_for() -> None:
    with receiver() as program:
        a_webhook(program.url, kinds=["device.recycled"])
        a_pledge()
        tell_everything()
    assert not WebhookDelivery.objects.exists()


def test_a_program_hears_only_what_concerns_its_organisation() -> None:
    at = timezone.now()
    allocation = an_allocation(at=at)
    ours = counsellor_of(allocation)
    with receiver() as program:
        mine = a_webhook(program.url, by=ours)
        a_webhook(program.url, by=a_counsellor())
        a_webhook(program.url, by=a_workshop_manager())
        a_hand_over(allocation=allocation, at=at)
        tell_everything()
    heard = WebhookDelivery.objects.filter(event__kind="device.handed_over")
    assert [d.endpoint for d in heard] == [mine]


def test_only_the_structure_learns_which_of_its_people_it_is_about() -> None:
    at = timezone.now()
    allocation = an_allocation(at=at)
    with receiver() as program:
        structure = a_webhook(program.url, by=counsellor_of(allocation))
        coordination = a_webhook(program.url)
        a_hand_over(allocation=allocation, at=at)
        tell_everything()
        deliver()
    event = Event.objects.get(kind="device.handed_over")
    bodies = {
        webhook: json.loads(body)["data"]
        for headers, body in program.calls
        for webhook in (structure, coordination)
        if headers["webhook-id"] == webhook.deliveries.get(event=event).message_id
    }
    assert "beneficiary" in bodies[structure]
    assert "beneficiary" not in bodies[coordination]


def test_a_failed_call_is_made_again_later_with_the_same_name() -> None:
    with receiver(status=500) as program:
        a_webhook(program.url, kinds=["pledge.announced"])
        a_pledge()
        tell_everything()
        at = timezone.now()
        deliver(at)
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.attempts, delivery.last_status) == ("pending", 1, 500)
        assert delivery.due_at == at + PAUSES[0]
        assert deliver(at) == 0
        program.status = 200
        deliver(delivery.due_at)
    names = {headers["webhook-id"] for headers, _body in program.calls}
    assert len(program.calls) == 2
    assert len(names) == 1
    assert WebhookDelivery.objects.get().state == "delivered"


def test_after_eight_attempts_the_webhook_is_stopped_and_its_managers_are_told() -> None:
    manager = a_coordinator()
    with receiver(status=500) as program:
        webhook = a_webhook(program.url, by=manager, kinds=["pledge.announced"])
        a_pledge()
        tell_everything()
        for _attempt in range(8):
            WebhookDelivery.objects.update(due_at=timezone.now())
            deliver()
    webhook.refresh_from_db()
    assert len(program.calls) == 8
    assert WebhookDelivery.objects.get().state == "failed"
    assert webhook.is_active is False
    assert webhook.stopped_at is not None
    operations.tell(event=Event.objects.get(kind="webhook.stopped"))
    told = Notice.objects.filter(template="webhook_stopped")
    assert [n.recipient_id for n in told] == [manager.user_id]


def test_a_redirect_is_not_followed() -> None:
    with receiver() as elsewhere, receiver(status=307, location=elsewhere.url) as program:
        a_webhook(program.url, kinds=["pledge.announced"])
        a_pledge()
        tell_everything()
        deliver()
    assert elsewhere.calls == []
    assert WebhookDelivery.objects.get().last_status == 307


def test_a_program_that_drips_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "SECONDS", 0.3)
    with dripping() as url:
        a_webhook(url, kinds=["pledge.announced"])
        a_pledge()
        tell_everything()
        began = time.monotonic()
        deliver()
    assert time.monotonic() - began < 3
    assert WebhookDelivery.objects.get().state == "pending"


def test_a_ping_goes_to_one_webhook_only() -> None:
    manager = a_coordinator()
    with receiver() as program:
        one = a_webhook(program.url, by=manager)
        a_webhook(program.url, by=manager)
        operations.ping_webhook(webhook_id=one.pk, by=manager, at=timezone.now())
        deliver()
    ((headers, body),) = program.calls
    assert Webhook(one.secret).verify(body, headers)["type"] == "webhook.pinged"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "rebond",
        "https://",
        "https://exa mple.org/",
        "ftp://example.org/",
        "http://example.org/",
        "https://name:secret@example.org/",
        "https://example.org:port/",
        "https://exämple.org/",
    ],
)
def test_an_address_that_is_not_whole_is_refused(url: str, nothing_changed: Any) -> None:
    by = a_coordinator()
    with nothing_changed(by.organisation), pytest.raises(BadAddress):
        a_webhook(url, by=by)
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [public, *answer])
    with pytest.raises(BadAddress):
        a_webhook("https://inside.example/")
    assert not WebhookEndpoint.objects.exists()


def test_loopback_is_closed_outside_a_demonstration(settings: Any) -> None:
    settings.DEMO = settings.DEBUG = False
    for url in ("https://127.0.0.1/", "https://[::1]/", "https://localhost/", "http://127.0.0.1/"):
        with pytest.raises(BadAddress):
            a_webhook(url)


def test_a_name_that_moves_into_a_private_network_later_is_not_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with receiver() as program:
        a_webhook(program.url, kinds=["pledge.announced"])
        a_pledge()
        tell_everything()
        answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answer)
        deliver()
    assert program.calls == []
    assert WebhookDelivery.objects.get().last_error == "BadAddress"


def test_the_secret_is_encrypted_at_rest() -> None:
    with receiver() as program:
        webhook = a_webhook(program.url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM notifications_webhookendpoint")
        (stored,) = cursor.fetchone()
    assert webhook.secret.startswith("whsec_")
    assert webhook.secret not in stored


def test_what_is_withdrawn_is_not_called_any_more() -> None:
    manager = a_coordinator()
    with receiver() as program:
        webhook = a_webhook(program.url, by=manager)
        a_pledge()
        tell_everything()
        operations.change_webhook(
            webhook_id=webhook.pk, is_active=False, by=manager, at=timezone.now()
        )
        assert deliver() == 0
        operations.remove_webhook(webhook_id=webhook.pk, by=manager, at=timezone.now())
    assert program.calls == []
    assert not WebhookDelivery.objects.exists()

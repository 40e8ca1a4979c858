"""Call the webhooks that are due: at least once, and never two workers at one time."""

import json
import logging
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from django.db import transaction
from django.db.models import F

from backend.accounts.choices import OrganisationKind
from backend.core import events
from backend.core.errors import Refusal
from backend.core.models import Event
from backend.core.transactions import operation
from backend.notifications.channels import webhooks
from backend.notifications.channels.webhooks import Call, Refused
from backend.notifications.choices import DeliveryState
from backend.notifications.models import WebhookDelivery, WebhookEndpoint

MOST = 30  # calls a run: at five seconds each, still within a task's time
PAUSES = [
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
]

log = logging.getLogger(__name__)


def deliver_webhooks(*, at: datetime) -> int:
    """Make the calls that are due; give their number.

    Before a call, a short transaction counts the attempt and puts the next one off, which
    keeps other workers away and holds no lock while a stranger's program thinks. After it,
    another marks the success. A worker killed in between calls again after the pause, with
    the same `webhook-id`. After eight failed attempts the endpoint is stopped, which its
    managers are told.
    """
    due = list(WebhookDelivery.objects.due(at=at).values_list("pk", flat=True)[:MOST])
    for delivery_id in due:
        delivery = _begin(delivery_id, at)
        if delivery is not None:
            _call(delivery, at)
    return len(due)


def _begin(delivery_id: int, at: datetime) -> WebhookDelivery | None:
    with transaction.atomic():
        waiting = WebhookDelivery.objects.due(at=at).filter(pk=delivery_id)
        delivery = (
            waiting.select_for_update(skip_locked=True, of=("self",))
            .select_related("endpoint__organisation", "event")
            .first()
        )
        if delivery is None:
            return None
        pause = PAUSES[min(delivery.attempts, len(PAUSES) - 1)]
        delivery.attempts += 1
        delivery.due_at = at + pause
        delivery.save(update_fields=["attempts", "due_at"])
        return delivery


def _call(delivery: WebhookDelivery, at: datetime) -> None:
    endpoint = delivery.endpoint
    try:
        status = webhooks.call(
            Call(
                url=endpoint.url,
                secret=endpoint.secret,
                message_id=delivery.message_id,
                timestamp=int(at.timestamp()),
                body=body_of(delivery.event, endpoint),
            )
        )
    except (OSError, HTTPException, Refusal) as error:
        _note_failure(delivery, error, at)
        return
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.DELIVERED, delivered_at=at, last_status=status, last_error=""
    )


def body_of(event: Event, endpoint: WebhookEndpoint) -> bytes:
    """Write what is told: ids, codes and counts. Only a structure learns which of its people."""
    facts: dict[str, Any] = dict(event.facts)
    if endpoint.organisation.kind != OrganisationKind.STRUCTURE:
        facts.pop("beneficiary", None)
    said = {
        "type": event.kind,
        "timestamp": event.happened_at.isoformat(),
        "data": {
            "event": event.pk,
            "subject": {"type": event.subject_type, "id": event.subject_id},
            **facts,
        },
    }
    return json.dumps(said, separators=(",", ":"), sort_keys=True).encode()


@operation
def _note_failure(delivery: WebhookDelivery, error: Exception, at: datetime) -> None:
    status = error.status if isinstance(error, Refused) else None
    is_last = delivery.attempts > len(PAUSES)
    log.info("%s failed: %s %s", delivery, type(error).__name__, status or "")
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        last_status=status,
        last_error=type(error).__name__,
        state=DeliveryState.FAILED if is_last else F("state"),
    )
    if is_last:
        _stop(delivery.endpoint, at)


def _stop(endpoint: WebhookEndpoint, at: datetime) -> None:
    stopped = WebhookEndpoint.objects.active().filter(pk=endpoint.pk)
    if stopped.update(is_active=False, stopped_at=at):
        events.record(
            "webhook.stopped",
            subject=endpoint,
            by=None,
            at=at,
            organisation=endpoint.organisation_id,
        )

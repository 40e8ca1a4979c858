"""Keep the webhooks of an organisation, and queue what they are to hear."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.models import Event
from backend.core.transactions import operation
from backend.notifications.channels.webhooks import BadAddress, check_address
from backend.notifications.events import WEBHOOK_KINDS, is_news
from backend.notifications.models import WebhookDelivery, WebhookEndpoint

MOST_PER_ORGANISATION = 5

__all__ = [
    "BadAddress",
    "TooManyWebhooks",
    "add_webhook",
    "change_webhook",
    "ping_webhook",
    "queue_webhooks",
    "remove_webhook",
]


class TooManyWebhooks(Refusal):
    """An organisation has as many webhooks as it may."""

    code = "too_many_webhooks"
    title = _("You have enough webhooks")


def _checked(kinds: Iterable[str]) -> list[str]:
    wanted = sorted(set(kinds))
    unknown = [kind for kind in wanted if kind not in WEBHOOK_KINDS]
    if unknown:
        raise InvalidInput(
            _("Webhooks are not told of every event. Take the kinds from the documentation."),
            fields={"kinds": [_("Not an event that webhooks are told of.")]},
        )
    return wanted


def _mine(webhook_id: int, by: Membership) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.seen_by(by).select_for_update().filter(pk=webhook_id).first()
    if found is None:
        raise NotFound(_("Your organisation has no such webhook."))
    return found


@operation
def add_webhook(
    *, url: str, kinds: Iterable[str] = (), by: Membership, at: datetime
) -> WebhookEndpoint:
    """Have a program of one's own organisation called; its `secret` is to be shown once, now.

    Raises BadAddress for an address that Rebond does not call, InvalidInput for a kind of
    event that partners do not hear, TooManyWebhooks beyond five.
    """
    check_address(url)
    wanted = _checked(kinds)
    if WebhookEndpoint.objects.seen_by(by).count() >= MOST_PER_ORGANISATION:
        raise TooManyWebhooks(_("An organisation has five webhooks at most. Remove one first."))
    endpoint = WebhookEndpoint.objects.create(
        organisation_id=by.organisation_id, url=url, kinds=wanted, created_at=at
    )
    events.record("webhook.added", subject=endpoint, by=by, at=at, kinds=wanted)
    return endpoint


@operation
def change_webhook(
    *,
    webhook_id: int,
    url: str | None = None,
    kinds: Iterable[str] | None = None,
    is_active: bool | None = None,
    by: Membership,
    at: datetime,
) -> WebhookEndpoint:
    """Change address, kinds, or whether it is called; what is left out stays.

    Raises NotFound for another organisation's, BadAddress, InvalidInput.
    """
    endpoint = _mine(webhook_id, by)
    if url is not None:
        check_address(url)
        endpoint.url = url
    if kinds is not None:
        endpoint.kinds = _checked(kinds)
    if is_active is not None:
        endpoint.is_active = is_active
        endpoint.stopped_at = None
    endpoint.save(update_fields=["url", "kinds", "is_active", "stopped_at"])
    events.record("webhook.changed", subject=endpoint, by=by, at=at, is_active=endpoint.is_active)
    return endpoint


@operation
def remove_webhook(*, webhook_id: int, by: Membership, at: datetime) -> None:
    """Forget an endpoint, its secret and its deliveries. Raises NotFound for another's."""
    endpoint = _mine(webhook_id, by)
    events.record("webhook.removed", subject=endpoint, by=by, at=at)
    endpoint.delete()


@operation
def ping_webhook(*, webhook_id: int, by: Membership, at: datetime) -> WebhookDelivery:
    """Queue a call that only says hello. Raises NotFound for another organisation's."""
    endpoint = _mine(webhook_id, by)
    event = events.record("webhook.pinged", subject=endpoint, by=by, at=at)
    return WebhookDelivery.objects.create(endpoint=endpoint, event=event, due_at=at)


def queue_webhooks(*, event: Event) -> None:
    """Write one delivery for each endpoint that asks for this event and may hear it.

    Runs in the transaction that takes the event out of the outbox; running twice writes once.
    """
    if not is_news(event):
        return
    endpoints = WebhookEndpoint.objects.active().select_related("organisation")
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(endpoint=endpoint, event=event, due_at=timezone.now())
            for endpoint in endpoints
            if endpoint.asks_for(event.kind) and may_hear(endpoint, event)
        ],
        ignore_conflicts=True,
    )


def may_hear(endpoint: WebhookEndpoint, event: Event) -> bool:
    """Whether an event concerns the endpoint's organisation; the coordination hears all."""
    if endpoint.organisation.kind == OrganisationKind.COORDINATION:
        return True
    facts = event.facts
    named = {facts.get(role) for role in ("workshop", "structure", "sender", "receiver", "donor")}
    return endpoint.organisation_id in named | {event.organisation_id}

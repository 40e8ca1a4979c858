"""The tables of notifications, one file per noun."""

from backend.notifications.models.mailbox import DemoMail
from backend.notifications.models.notices import Notice, Preference
from backend.notifications.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = ["DemoMail", "Notice", "Preference", "WebhookDelivery", "WebhookEndpoint"]

"""The operator's view of what was told: to look, hardly to touch."""

from django.contrib import admin

from backend.core.admin import LookOnly
from backend.notifications.models import Notice, WebhookDelivery, WebhookEndpoint


@admin.register(Notice)
class NoticeAdmin(LookOnly):
    """What was told, and what waits."""

    list_display = ["template", "topic", "recipient_kind", "recipient_id", "state", "due_at"]
    list_filter = ["state", "template"]
    list_select_related = ["event"]
    readonly_fields = ["event"]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(LookOnly):
    """The programs that are called; their secrets are not shown."""

    list_display = ["pk", "organisation", "is_active", "created_at", "stopped_at"]
    list_filter = ["is_active"]
    exclude = ["secret"]


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(LookOnly):
    """The calls, and how they went."""

    list_display = ["pk", "endpoint", "state", "attempts", "last_status", "last_error", "due_at"]
    list_filter = ["state"]

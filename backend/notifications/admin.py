"""The operator's view of what was told: to look, hardly to touch."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from backend.notifications.models import Notice, WebhookDelivery, WebhookEndpoint


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Rows are written by operations only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes here."""
        return False


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

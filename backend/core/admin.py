"""The operator's view of the log and the outbox: to look, never to write."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.core import codes
from backend.core.models import Answer, Counter, Event, Outbox


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Rows are written by operations only: each change has its event."""

    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search for a code where a scanner typed the label's whole address."""
        is_label = codes.page_of_label(search_term).startswith("/D/")
        term = codes.read(search_term) if is_label else search_term
        return super().get_search_results(request, queryset, term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes here."""
        return False


@admin.register(Event)
class EventAdmin(LookOnly):
    """What happened."""

    list_display = ["id", "kind", "subject_type", "subject_id", "actor_label", "happened_at"]
    search_fields = ["=kind", "=subject_id"]


@admin.register(Outbox)
class OutboxAdmin(LookOnly):
    """What is still to be told, and why it was not."""

    list_display = ["event", "attempts", "next_try_at", "last_error"]
    list_select_related = ["event"]


@admin.register(Answer)
class AnswerAdmin(LookOnly):
    """Which commands were answered; not what, which may hold secrets."""

    list_display = ["actor", "key", "status", "given_at"]
    exclude = ["body"]


@admin.register(Counter)
class CounterAdmin(LookOnly):
    """The last reference of each series."""

    list_display = ["series", "year", "last"]

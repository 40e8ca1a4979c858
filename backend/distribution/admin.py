"""The operator's view of distribution: to look, never to write, and without a name."""

from django.contrib import admin

from backend.core.admin import LookOnly
from backend.distribution.models import (
    Allocation,
    Beneficiary,
    HandOver,
    Programme,
    Request,
    Return,
    SupportCase,
)


@admin.register(Programme)
class ProgrammeAdmin(LookOnly):
    """The rules."""

    list_display = ["name", "is_open", "price_cents", "devices_per_person", "period_days"]
    list_filter = ["is_open"]


@admin.register(Beneficiary)
class BeneficiaryAdmin(LookOnly):
    """Files by case reference: neither name nor year of birth."""

    list_display = ["pk", "structure", "last_contact_at", "purged_at"]
    list_select_related = ["structure"]
    fields = ["structure", "last_contact_at", "purged_at"]


@admin.register(Request)
class RequestAdmin(LookOnly):
    """The queue and what became of it."""

    list_display = ["reference", "state", "programme", "structure", "urgency", "submitted_at"]
    list_filter = ["state", "programme"]
    list_select_related = ["programme", "structure"]
    search_fields = ["reference"]
    exclude = ["beneficiary"]


@admin.register(Allocation)
class AllocationAdmin(LookOnly):
    """Promises."""

    list_display = ["pk", "device", "outcome", "reserved_at", "expires_at", "closed_at"]
    list_filter = ["outcome"]
    list_select_related = ["device"]


@admin.register(HandOver)
class HandOverAdmin(LookOnly):
    """Receipts, without the signature."""

    list_display = ["receipt", "taken_by", "signed_by", "price_cents", "handed_over_at"]
    search_fields = ["receipt"]
    exclude = ["signature"]


@admin.register(Return)
class ReturnAdmin(LookOnly):
    """What came back."""

    list_display = ["pk", "hand_over", "reason", "returned_at"]
    list_filter = ["reason"]
    list_select_related = ["hand_over"]


@admin.register(SupportCase)
class SupportCaseAdmin(LookOnly):
    """Calls for help, without what strangers wrote."""

    list_display = ["pk", "device", "topic", "opened_at", "closed_at"]
    list_filter = ["topic"]
    list_select_related = ["device"]
    exclude = ["message", "contact"]

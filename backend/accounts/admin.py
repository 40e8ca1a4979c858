"""The operator's view of organisations and people."""

from django.contrib import admin

from backend.accounts.models import ApiToken, Membership, Organisation, User
from backend.core.admin import LookOnly


@admin.register(Organisation)
class OrganisationAdmin(LookOnly):
    """Who takes part."""

    list_display = ["name", "kind", "legal_type", "territory", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "=siren"]


@admin.register(User)
class UserAdmin(LookOnly):
    """Who may sign in; passwords are not shown."""

    list_display = ["id", "name", "email", "is_active", "is_staff"]
    search_fields = ["name", "=email"]
    exclude = ["password", "groups", "user_permissions"]


@admin.register(Membership)
class MembershipAdmin(LookOnly):
    """Who wears which hat."""

    list_display = ["user", "organisation", "role", "ended_at"]
    list_filter = ["role"]
    list_select_related = ["user", "organisation"]


@admin.register(ApiToken)
class ApiTokenAdmin(LookOnly):
    """Which programs have a key; its digest is not shown."""

    list_display = ["name", "membership", "expires_at", "revoked_at"]
    list_select_related = ["membership__organisation"]
    exclude = ["digest"]

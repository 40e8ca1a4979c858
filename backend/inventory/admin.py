"""The operator's view of the inventory: to look, never to write."""

from django.contrib import admin

from backend.core.admin import LookOnly
from backend.inventory.models import (
    Collection,
    Device,
    Erasure,
    Label,
    LabelBatch,
    Location,
    Lot,
    Pledge,
    StockTake,
    StorageUnit,
    Transfer,
)


@admin.register(Device)
class DeviceAdmin(LookOnly):
    """Machines."""

    list_display = ["code", "kind", "state", "maker", "model", "custodian", "changed_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["custodian"]
    search_fields = ["=labels__code", "=serial", "=asset_number"]


@admin.register(Pledge)
class PledgeAdmin(LookOnly):
    """What was announced; the tracking secret is not shown."""

    list_display = ["reference", "state", "donor_name", "territory", "announced_at"]
    list_filter = ["state"]
    search_fields = ["=reference", "donor_name"]
    exclude = ["tracking_secret"]


@admin.register(Collection)
class CollectionAdmin(LookOnly):
    """Trips."""

    list_display = ["reference", "state", "workshop", "planned_for"]
    list_filter = ["state"]
    list_select_related = ["workshop"]


@admin.register(StorageUnit)
class StorageUnitAdmin(LookOnly):
    """Drives and what became of their data."""

    list_display = ["id", "device", "medium", "outcome", "outcome_at"]
    list_filter = ["outcome"]
    list_select_related = ["device"]


@admin.register(Erasure)
class ErasureAdmin(LookOnly):
    """Attempts to erase."""

    list_display = ["id", "unit", "result", "tool", "tool_version", "ended_at"]
    list_filter = ["result"]
    list_select_related = ["unit"]


@admin.register(Label)
class LabelAdmin(LookOnly):
    """Stickers and what they are on."""

    list_display = ["code", "device", "claimed_at"]
    list_select_related = ["device"]
    search_fields = ["=code"]


@admin.register(LabelBatch)
class LabelBatchAdmin(LookOnly):
    """Labels minted together."""

    list_display = ["id", "workshop", "quantity", "minted_at"]
    list_select_related = ["workshop"]


@admin.register(Location, Lot)
class PlaceAdmin(LookOnly):
    """Where things stand."""

    list_display = ["name", "organisation"]
    list_select_related = ["organisation"]


@admin.register(Transfer)
class TransferAdmin(LookOnly):
    """Custody on its way."""

    list_display = ["reference", "sender", "receiver", "state", "sent_at"]
    list_select_related = ["sender", "receiver"]


@admin.register(StockTake)
class StockTakeAdmin(LookOnly):
    """Counts of a place."""

    list_display = ["id", "location", "opened_at", "closed_at"]
    list_select_related = ["location"]

"""How each rule of places, stock-takes and transfers would be broken by hand."""

from collections.abc import Callable
from typing import Any

from django.db import models

from backend.inventory import operations
from backend.inventory.models import Location, Lot, StockTake, StrayScan, Transfer
from tests.inventory.stories import NOW, Workshop


def update(rows: Any, **columns: Any) -> None:
    rows.update(**columns)


def again(row: models.Model) -> None:
    """Insert the same row once more, past every check of Python."""
    row.pk = None
    row._state.adding = True
    type(row)._base_manager.bulk_create([row])


def stock_take(workshop: Workshop) -> StockTake:
    workshop.receive(location=(site := workshop.site()))
    return operations.open_stock_take(location=site, by=workshop.technician, at=NOW)


def closed_stock_take(workshop: Workshop, *, receives: bool = True) -> StockTake:
    site = workshop.site()
    if receives:
        workshop.receive(location=site)
    taking = operations.open_stock_take(location=site, by=workshop.technician, at=NOW)
    return operations.close_stock_take(stock_take=taking, by=workshop.technician, at=NOW)


def stray(workshop: Workshop, **found_in: Any) -> StrayScan:
    return StrayScan.objects.create(
        code=workshop.label(), scanned_at=NOW, scanned_by_label="somebody", **found_in
    )


def transfer(workshop: Workshop) -> Transfer:
    return operations.send_transfer(
        scanned=[workshop.receive().code],
        receiver=Workshop().organisation,
        by=workshop.manager,
        at=NOW,
    )


def zone(workshop: Workshop) -> Location:
    return operations.create_location(
        organisation=workshop.organisation,
        kind="zone",
        name="A",
        parent=workshop.site(),
        by=workshop.manager,
        at=NOW,
    )


def lot(workshop: Workshop) -> Lot:
    return operations.open_lot(
        organisation=workshop.organisation, name="P1", by=workshop.manager, at=NOW
    )


RULES: dict[str, Callable[[Workshop], Any]] = {
    "location_site_named_once": lambda w: again(w.site()),
    "location_named_once": lambda w: again(zone(w)),
    "location_only_a_site_stands_alone": lambda w: update(
        Location.objects.filter(pk=w.site().pk), kind="zone"
    ),
    "location_never_deleted": lambda w: Location.objects.filter(pk=w.site().pk).delete(),
    "lot_named_once_while_open": lambda w: again(lot(w)),
    "lot_never_deleted": lambda w: lot(w).delete(),
    "stock_take_one_open_per_place": lambda w: again(stock_take(w)),
    "stock_take_line_once": lambda w: again(stock_take(w).lines.get()),
    "stock_take_frozen_once_closed": lambda w: update(
        StockTake.objects.filter(pk=closed_stock_take(w).pk), closed_at=None
    ),
    "stock_take_never_deleted_once_closed": lambda w: StockTake.objects.filter(
        pk=closed_stock_take(w, receives=False).pk
    ).delete(),
    "stock_take_line_frozen_once_final": lambda w: update(
        closed_stock_take(w).lines.all(), finding="found"
    ),
    "stock_take_line_never_deleted_once_final": lambda w: (
        closed_stock_take(w).lines.all().delete()
    ),
    "stray_once_per_stock_take": lambda w: again(stray(w, stock_take=stock_take(w))),
    "stray_once_per_transfer": lambda w: again(stray(w, transfer=transfer(w))),
    "stray_in_one_place": lambda w: stray(w),
    "transfer_between_two": lambda w: update(
        Transfer.objects.filter(pk=transfer(w).pk), receiver=w.organisation
    ),
    "transfer_device_on_one_way_at_a_time": lambda w: again(transfer(w).lines.get()),
}
COLUMNS_OF = {
    "location_site_named_once": "inventory_location.organisation_id",
    "location_named_once": "inventory_location.parent_id",
    "lot_named_once_while_open": "inventory_lot.organisation_id",
    "stock_take_one_open_per_place": "inventory_stocktake.location_id",
    "stray_once_per_stock_take": "inventory_strayscan.stock_take_id",
    "stray_once_per_transfer": "inventory_strayscan.transfer_id",
    "stock_take_line_once": "inventory_stocktakeline.stock_take_id",
    "transfer_device_on_one_way_at_a_time": "inventory_transferline.device_id",
}
TRIGGERS = {
    "location_never_deleted",
    "lot_never_deleted",
    "stock_take_frozen_once_closed",
    "stock_take_never_deleted_once_closed",
    "stock_take_line_frozen_once_final",
    "stock_take_line_never_deleted_once_final",
}

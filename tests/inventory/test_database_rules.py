"""The database keeps its rules by itself: each constraint and trigger, past the operations."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.labels import STOCKS
from backend.inventory.models import (
    Certificate,
    Collection,
    CollectionLine,
    Device,
    Erasure,
    HardwareReport,
    Inspection,
    Label,
    LabelPrint,
    Location,
    Lot,
    Pledge,
    PledgeLine,
    QualityCheck,
    RepairAction,
    StockTake,
    StockTakeLine,
    StorageUnit,
    StrayScan,
    Transfer,
)
from tests.inventory import bench_rules, printed
from tests.inventory.bench_rules import again, update
from tests.inventory.stories import NOW, Workshop, a_collection, a_pledge, an_accepted_pledge

pytestmark = pytest.mark.django_db
Story = Callable[[Workshop], Any]


def device(workshop: Workshop, state: State = State.RECEIVED) -> Any:
    return Device.objects.filter(pk=workshop.device(state).pk)


def unit(workshop: Workshop) -> Any:
    return StorageUnit.objects.filter(device=workshop.receive())


def erasure(workshop: Workshop, **facts: Any) -> None:
    told = {
        "result": "erased",
        "method": "purge",
        "tool": "nwipe",
        "tool_version": "1",
        "verification": "read back",
        "attestation": "I saw it end.",
        "operator_label": "somebody",
        "started_at": NOW,
        "ended_at": NOW,
    }
    Erasure.objects.bulk_create([Erasure(unit=unit(workshop).get(), **{**told, **facts})])


def finished_erasure(workshop: Workshop) -> Any:
    workshop.ready()
    return Erasure.objects.all()


def absent(workshop: Workshop) -> Any:
    unit = workshop.receive().storage_units.get()
    operations.record_storage_absent(unit_id=unit.pk, reason="empty", by=workshop.manager, at=NOW)
    return StorageUnit.objects.filter(pk=unit.pk)


def certificate(workshop: Workshop) -> Any:
    issued = operations.issue_certificate(
        unit_id=absent(workshop).get().pk, by=workshop.manager, at=NOW
    )
    return Certificate.objects.filter(pk=issued.pk)


def one_more_certificate(workshop: Workshop, **facts: Any) -> None:
    row = certificate(workshop).get()
    for name, value in {"number": "E-0", "token": "other", **facts}.items():
        setattr(row, name, value)
    again(row)


def label(workshop: Workshop) -> Any:
    return Label.objects.filter(code=workshop.receive().code)


def inspection(workshop: Workshop, **facts: Any) -> None:
    Inspection.objects.bulk_create([Inspection(device=workshop.receive(), at=NOW, **facts)])


def repair(workshop: Workshop, **facts: Any) -> None:
    RepairAction.objects.bulk_create([RepairAction(device=workshop.receive(), at=NOW, **facts)])


def quality_check(workshop: Workshop, **facts: Any) -> None:
    QualityCheck.objects.bulk_create([QualityCheck(device=workshop.receive(), at=NOW, **facts)])


def collection(workshop: Workshop) -> Collection:
    pledge = an_accepted_pledge(workshop)
    return a_collection(workshop, *pledge.lines.select_related("pledge"))


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


def label_print(workshop: Workshop, *, is_done: bool = False) -> Any:
    how = operations.Printing(stock=STOCKS["l7160"])
    made = operations.ask_for_print(
        batch_id=workshop.labels(1).pk, how=how, by=workshop.manager, at=NOW
    )
    row = LabelPrint.objects.filter(pk=made.pk)
    if is_done:
        row.update(rendered_at=NOW, sha256="0" * 64, file="labels/x.pdf")
    return row


def hardware_report(workshop: Workshop) -> HardwareReport:
    return operations.record_hardware_report(
        code=workshop.receive().code, content=printed.lshw(), by=workshop.technician, at=NOW
    ).report


def reports(workshop: Workshop) -> Any:
    return HardwareReport.objects.filter(pk=hardware_report(workshop).pk)


RULES: dict[str, Story] = {
    # devices
    "device_ready_only_if_data_gone": lambda w: update(device(w), state="ready"),
    "device_ready_only_if_unlocked": lambda w: update(device(w, State.READY), is_locked=True),
    "device_expected_or_explained": lambda w: update(device(w), unexpected_reason=""),
    "device_missing_knows_its_state_before": lambda w: update(device(w), state="missing"),
    "device_promised_only_when_allocated_or_handed_over": lambda w: update(
        device(w), promised_to=w.organisation
    ),
    "device_leaves_with_known_drives_only": lambda w: update(device(w), unknown_drives=1),
    # reports
    "report_kept_once_per_device": lambda w: again(hardware_report(w)),
    "hardware_report_frozen": lambda w: update(reports(w), tool="x"),
    "hardware_report_never_deleted": lambda w: reports(w).delete(),
    # labels
    "label_claimed_with_its_moment": lambda w: update(
        Label.objects.filter(code=w.label()), claimed_at=NOW
    ),
    "label_one_device_for_ever": lambda w: update(label(w), device=w.receive()),
    "label_never_deleted": lambda w: label(w).delete(),
    # data
    "storage_outcome_has_moment_and_person": lambda w: update(unit(w), outcome="erased"),
    "storage_destroyed_or_absent_has_its_reason": lambda w: update(
        unit(w), outcome="absent", outcome_at=NOW, outcome_by_label="somebody"
    ),
    "erasure_erased_only_if_verified_without_error": lambda w: erasure(w, errors=1),
    "erasure_erased_only_with_report_or_attestation": lambda w: erasure(w, attestation=""),
    "storage_destroyed_only_with_photo": lambda w: update(
        unit(w),
        outcome="destroyed",
        outcome_at=NOW,
        outcome_by_label="somebody",
        outcome_reason="shredded",
    ),
    "erasure_ends_after_it_starts": lambda w: erasure(w, ended_at=NOW - timedelta(hours=1)),
    "erasure_frozen_once_finished": lambda w: update(finished_erasure(w), tool="other"),
    "erasure_never_deleted": lambda w: finished_erasure(w).delete(),
    "storage_destroyed_or_absent_for_ever": lambda w: update(absent(w), outcome="pending"),
    "certificate_frozen_once_issued": lambda w: update(certificate(w), facts={}),
    "certificate_never_deleted": lambda w: certificate(w).delete(),
    "certificate_once_per_erasure": lambda w: one_more_certificate(w),
    "certificate_of_a_unit_or_a_pledge": lambda w: one_more_certificate(w, settled_at=None),
    # bench
    "inspection_has_its_reason": lambda w: inspection(w, decision="repair", reason=""),
    "repair_part_is_new_or_reused": lambda w: repair(w, what="x", part="battery"),
    "quality_check_failed_has_its_reason": lambda w: quality_check(w, is_passed=False),
    **bench_rules.RULES,
    # pledges and collections
    "pledge_accepted_only_with_donor_and_workshop": lambda w: update(
        Pledge.objects.filter(pk=a_pledge().pk), state="accepted"
    ),
    "pledge_declined_only_with_reason": lambda w: update(
        Pledge.objects.filter(pk=a_pledge().pk), state="declined"
    ),
    "pledge_line_of_at_least_one": lambda w: update(
        PledgeLine.objects.filter(pledge=a_pledge()), quantity=0
    ),
    "collection_done_has_its_moment": lambda w: update(
        Collection.objects.filter(pk=collection(w).pk), state="done"
    ),
    "collection_refusal_has_its_reason": lambda w: update(
        CollectionLine.objects.filter(collection=collection(w)), refused=1
    ),
    "collection_line_once": lambda w: again(collection(w).lines.get()),
    # places
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
    # prints of labels
    "label_print_rendered_with_its_file": lambda w: update(label_print(w), sha256="0" * 64),
    "label_print_frozen_once_rendered": lambda w: update(label_print(w, is_done=True), labels=9),
    "label_print_never_deleted": lambda w: label_print(w).delete(),
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
    "stock_take_line_never_added_once_closed": lambda w: StockTakeLine.objects.create(
        stock_take=closed_stock_take(w), device=w.receive(), finding="found"
    ),
    "stray_never_added_once_closed": lambda w: stray(w, stock_take=closed_stock_take(w)),
    "stray_once_per_stock_take": lambda w: again(stray(w, stock_take=stock_take(w))),
    "stray_once_per_transfer": lambda w: again(stray(w, transfer=transfer(w))),
    "stray_in_one_place": lambda w: stray(w),
    # transfers
    "transfer_between_two": lambda w: update(
        Transfer.objects.filter(pk=transfer(w).pk), receiver=w.organisation
    ),
    "transfer_device_on_one_way_at_a_time": lambda w: again(transfer(w).lines.get()),
}
# SQLite names the columns of a broken unique rule; PostgreSQL the rule.
COLUMNS_OF = {
    "checklist_version_once": "inventory_checklist.organisation_id",
    "inspection_photo_number_once": "inventory_inspectionphoto.inspection_id",
    "part_moves_once_each_way": "inventory_partmovement.repair_id",
    "certificate_once_per_erasure": "inventory_certificate.unit_id",
    "collection_line_once": "inventory_collectionline.collection_id",
    "location_site_named_once": "inventory_location.organisation_id",
    "location_named_once": "inventory_location.parent_id",
    "lot_named_once_while_open": "inventory_lot.organisation_id",
    "stock_take_one_open_per_place": "inventory_stocktake.location_id",
    "stray_once_per_stock_take": "inventory_strayscan.stock_take_id",
    "stray_once_per_transfer": "inventory_strayscan.transfer_id",
    "stock_take_line_once": "inventory_stocktakeline.stock_take_id",
    "report_kept_once_per_device": "inventory_hardwarereport.device_id",
    "transfer_device_on_one_way_at_a_time": "inventory_transferline.device_id",
}
TRIGGERS = {
    *bench_rules.TRIGGERS,
    "label_one_device_for_ever",
    "label_never_deleted",
    "erasure_erased_only_with_report_or_attestation",
    "erasure_frozen_once_finished",
    "erasure_never_deleted",
    "storage_destroyed_only_with_photo",
    "hardware_report_frozen",
    "hardware_report_never_deleted",
    "label_print_frozen_once_rendered",
    "label_print_never_deleted",
    "storage_destroyed_or_absent_for_ever",
    "certificate_frozen_once_issued",
    "certificate_never_deleted",
    "location_never_deleted",
    "lot_never_deleted",
    "stock_take_frozen_once_closed",
    "stock_take_never_deleted_once_closed",
    "stock_take_line_frozen_once_final",
    "stock_take_line_never_added_once_closed",
    "stray_never_added_once_closed",
    "stock_take_line_never_deleted_once_final",
}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_database_refuses(rule: str) -> None:
    workshop = Workshop()
    named = rule
    if connection.vendor == "sqlite":
        named = COLUMNS_OF.get(rule, rule)
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        RULES[rule](workshop)


def test_every_rule_of_the_inventory_is_tried() -> None:
    tables = apps.get_app_config("inventory").get_models()
    written = {rule.name for table in tables for rule in table._meta.constraints}
    assert written | TRIGGERS == set(RULES)

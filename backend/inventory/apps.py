"""Inventory: from the pledge to the shelf."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "backend.inventory"
    label = "inventory"

    def ready(self) -> None:
        """Put the pages that people open each day into the menu; name what must hold."""
        from backend.core import events, invariants
        from backend.core.pages import navigation
        from backend.inventory import tasks
        from backend.inventory.operations import certifying, printing
        from backend.inventory.queries import invariants as rules

        events.listen("label_print.asked", to=printing.hear_print)
        printing.wake_with(lambda: tasks.render_label_prints.delay())

        certifying.wake_with(lambda: tasks.set_due_certificates.delay())

        add = navigation.add
        add("inventory:pledge_form", _("Give"), capability=navigation.VISITORS, place=10)
        add("inventory:bench", _("Bench"), capability="device.receive", place=10)
        add("inventory:pledges", _("Gifts"), capability="pledge.announce", place=20)
        add("inventory:collections", _("Collections"), capability="collection.view", place=30)
        add("inventory:devices", _("Devices"), capability="label.view", place=40)

        invariants.register("device_counts_its_pending_units", rules.miscounted_units)
        invariants.register("device_carries_its_label", rules.unlabelled_devices)
        invariants.register("allocated_device_is_promised", rules.unpromised_devices)
        invariants.register("received_transfer_has_arrived", rules.unfinished_transfers)
        invariants.register("device_on_its_way_is_the_senders", rules.strays_on_their_way)
        invariants.register("device_stands_with_its_lot", rules.lifted_off_their_lot)
        invariants.register("closed_place_is_empty", rules.left_in_closed_places)
        invariants.register("part_counts_its_movements", rules.miscounted_parts)
        invariants.register("drive_in_stock_is_erased", rules.parts_with_data)

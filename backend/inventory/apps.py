"""Inventory: from the pledge to the shelf."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "backend.inventory"
    label = "inventory"

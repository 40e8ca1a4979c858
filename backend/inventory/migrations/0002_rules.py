"""A label belongs to one device for ever; finished evidence is frozen."""

from django.db import migrations

from backend.core.triggers import Refuse


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        Refuse(
            "label_one_device_for_ever",
            table="inventory_label",
            moment="UPDATE",
            condition="OLD.device_id IS NOT NULL AND (NEW.device_id IS NULL"
            " OR NEW.device_id <> OLD.device_id)",
        ),
        Refuse("label_never_deleted", table="inventory_label", moment="DELETE"),
        Refuse("erasure_frozen_once_finished", table="inventory_erasure", moment="UPDATE"),
        Refuse("erasure_never_deleted", table="inventory_erasure", moment="DELETE"),
    ]

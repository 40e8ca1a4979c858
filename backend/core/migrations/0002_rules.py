"""The event log is only ever added to."""

from django.db import migrations

from backend.core.triggers import Refuse


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        Refuse("event_never_changed", table="core_event", moment="UPDATE"),
        Refuse("event_never_deleted", table="core_event", moment="DELETE"),
    ]

"""Factors and statements are frozen; the first set of factors."""

import csv
from datetime import date
from pathlib import Path

from django.db import migrations

from backend.core.triggers import Refuse

VERSION = "2026-1"
FILE = Path(__file__).resolve().parent.parent / "factors" / f"{VERSION}.csv"


def publish(apps, schema_editor):
    factor_set = apps.get_model("impact", "FactorSet").objects.create(
        version=VERSION, method="v1", published_on=date(2026, 11, 22)
    )
    with FILE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            apps.get_model("impact", "Factor").objects.create(factor_set=factor_set, **row)


class Migration(migrations.Migration):
    dependencies = [("impact", "0001_initial")]

    operations = [
        migrations.RunPython(publish, migrations.RunPython.noop),
        Refuse("factor_set_never_changed", table="impact_factorset", moment="UPDATE"),
        Refuse("factor_never_changed", table="impact_factor", moment="UPDATE"),
        Refuse("statement_never_changed", table="impact_statement", moment="UPDATE"),
        Refuse("statement_never_deleted", table="impact_statement", moment="DELETE"),
    ]

"""Nothing is added to a closed stock-take, nothing published before what is there."""

from django.db import migrations, models

from backend.core.triggers import Refuse


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0007_places'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='repairaction',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__lte', 6000)), name='repair_takes_at_most_a_hundred_hours', violation_error_message='A repair takes at most 6,000 minutes.'),
        ),
        *[
            Refuse(
                f"{name}_once_closed",
                table=f"inventory_{table}",
                moment="INSERT",
                condition=(
                    "EXISTS (SELECT 1 FROM inventory_stocktake "
                    "WHERE id = NEW.stock_take_id AND closed_at IS NOT NULL)"
                ),
            )
            for name, table in [
                ("stock_take_line_never_added", "stocktakeline"),
                ("stray_never_added", "strayscan"),
            ]
        ],
        *[
            Refuse(
                f"{name}_published_in_order",
                table=f"inventory_{table}",
                moment="INSERT",
                condition=(
                    f"EXISTS (SELECT 1 FROM inventory_{table} AS before "
                    f"WHERE before.published_at > NEW.published_at{same})"
                ),
            )
            for name, table, same in [
                (
                    "checklist",
                    "checklist",
                    " AND before.organisation_id = NEW.organisation_id AND before.kind = NEW.kind",
                ),
                ("performance_scale", "performancescale", ""),
                ("hourly_rate", "hourlyrate", " AND before.organisation_id = NEW.organisation_id"),
            ]
        ],
    ]

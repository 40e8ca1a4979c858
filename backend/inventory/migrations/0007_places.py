"""Places close, lots stand somewhere; a closed stock-take is frozen with its lines."""

import django.db.models.deletion
from django.db import migrations, models

from backend.core.triggers import Refuse


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('inventory', '0006_evidence_and_certificates'),
    ]

    operations = [
        migrations.CreateModel(
            name='StrayScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=9, verbose_name='code')),
                ('scanned_at', models.DateTimeField(verbose_name='scanned')),
                ('scanned_by_label', models.CharField(max_length=160, verbose_name='scanned by')),
            ],
            options={
                'verbose_name': 'stray scan',
                'verbose_name_plural': 'stray scans',
            },
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_named_once',
        ),
        migrations.AddField(
            model_name='location',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='closed'),
        ),
        migrations.AddField(
            model_name='lot',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='closed'),
        ),
        migrations.AddField(
            model_name='lot',
            name='location',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='inventory.location'),
        ),
        migrations.AddField(
            model_name='stocktake',
            name='with_inside',
            field=models.BooleanField(db_default=False, default=False, verbose_name='with the places inside'),
        ),
        migrations.AddField(
            model_name='stocktakeline',
            name='counted_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='counted'),
        ),
        migrations.AddField(
            model_name='stocktakeline',
            name='counted_by_label',
            field=models.CharField(blank=True, db_default='', max_length=160, verbose_name='counted by'),
        ),
        migrations.AddField(
            model_name='stocktakeline',
            name='is_final',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='transferline',
            name='settled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='settled'),
        ),
        migrations.AddField(
            model_name='transferline',
            name='settled_by_label',
            field=models.CharField(blank=True, db_default='', max_length=160, verbose_name='settled by'),
        ),
        migrations.AlterField(
            model_name='stocktakeline',
            name='finding',
            field=models.CharField(choices=[('expected', 'Not yet seen'), ('found', 'Found'), ('missing', 'Missing'), ('left', 'Left meanwhile'), ('unexpected', 'Should not be here')], max_length=10, verbose_name='finding'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('organisation', 'name'), name='lot_named_once_while_open', violation_error_message='A lot of this name is open already.'),
        ),
        migrations.AddField(
            model_name='strayscan',
            name='stock_take',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='strays', to='inventory.stocktake'),
        ),
        migrations.AddField(
            model_name='strayscan',
            name='transfer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='strays', to='inventory.transfer'),
        ),
        migrations.AddConstraint(
            model_name='strayscan',
            constraint=models.UniqueConstraint(fields=('stock_take', 'code'), name='stray_once_per_stock_take'),
        ),
        migrations.AddConstraint(
            model_name='strayscan',
            constraint=models.UniqueConstraint(fields=('transfer', 'code'), name='stray_once_per_transfer'),
        ),
        migrations.AddConstraint(
            model_name='strayscan',
            constraint=models.CheckConstraint(condition=models.Q(('stock_take', None), ('transfer', None), _connector='XOR'), name='stray_in_one_place', violation_error_message='A stray scan is of a stock-take or of a transfer.'),
        ),
        Refuse(
            "stock_take_frozen_once_closed",
            table="inventory_stocktake",
            moment="UPDATE",
            condition="OLD.closed_at IS NOT NULL",
        ),
        Refuse(
            "stock_take_never_deleted_once_closed",
            table="inventory_stocktake",
            moment="DELETE",
            condition="OLD.closed_at IS NOT NULL",
        ),
        Refuse(
            "stock_take_line_frozen_once_final",
            table="inventory_stocktakeline",
            moment="UPDATE",
            condition="OLD.is_final",
        ),
        Refuse(
            "stock_take_line_never_deleted_once_final",
            table="inventory_stocktakeline",
            moment="DELETE",
            condition="OLD.is_final",
        ),
        Refuse("location_never_deleted", table="inventory_location", moment="DELETE"),
        Refuse("lot_never_deleted", table="inventory_lot", moment="DELETE"),
    ]

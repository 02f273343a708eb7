"""Indexes that repeat how another of their table begins, or that nobody asks by."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_drop_spare_indexes"),
        ("crm", "0005_let_keys_hold_whose_a_customer_is"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consentstate",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="consent_states",
                to="crm.customer",
            ),
        ),
        migrations.AlterField(
            model_name="importrejection",
            name="of_import",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rejections",
                to="crm.import",
            ),
        ),
        migrations.AlterField(
            model_name="importrejection",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="product",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
    ]

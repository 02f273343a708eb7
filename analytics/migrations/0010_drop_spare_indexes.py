"""Indexes that repeat how another of their table begins, or that nobody asks by."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0009_forget_wider_histories"),
        ("core", "0004_drop_spare_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dirtycustomer",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
    ]

"""Indexes that repeat how another of their table begins, or that nobody asks by."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_drop_spare_indexes"),
        ("loyalty", "0007_count_sets_in_one_pass"),
    ]

    operations = [
        migrations.AlterField(
            model_name="program",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="tier",
            name="program",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tiers",
                to="loyalty.program",
            ),
        ),
    ]

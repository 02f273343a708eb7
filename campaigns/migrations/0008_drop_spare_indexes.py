"""Indexes that repeat how another of their table begins, or that nobody asks by."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0007_tell_a_delivery_by_its_customer_first"),
        ("core", "0004_drop_spare_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="audiencemember",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="campaignstep",
            name="campaign",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="campaigns.campaign",
            ),
        ),
        migrations.AlterField(
            model_name="channel",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="delivery",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="receipts",
                to="campaigns.delivery",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="runlink",
            name="step",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="campaigns.runstep",
            ),
        ),
        migrations.AlterField(
            model_name="runstep",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="campaigns.run",
            ),
        ),
        migrations.AlterField(
            model_name="suppression",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
    ]

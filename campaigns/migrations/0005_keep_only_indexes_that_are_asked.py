"""Each index of a delivery is there for a question: those that nobody asks by are dropped."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0004_admit_doubt_before_a_retry"),
        ("core", "0002_freeze_facts_and_audit"),
        ("crm", "0003_keep_consents_and_owners"),
    ]

    operations = [
        migrations.AlterField(
            model_name="audiencemember",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="crm.customer",
            ),
        ),
        migrations.AlterField(
            model_name="audiencemember",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="campaigns.run",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="crm.customer",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="campaigns.run",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="step",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="campaigns.runstep",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
    ]

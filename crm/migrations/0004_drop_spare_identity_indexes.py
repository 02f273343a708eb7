"""Two indexes of identities that repeat how others begin, and mislead the planner."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_freeze_facts_and_audit"),
        ("crm", "0003_keep_consents_and_owners"),
    ]

    operations = [
        migrations.AlterField(
            model_name="identity",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="identities",
                to="crm.customer",
            ),
        ),
        migrations.AlterField(
            model_name="identity",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.workspace",
            ),
        ),
    ]

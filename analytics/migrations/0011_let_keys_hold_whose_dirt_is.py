"""A customer whose figures are to be counted anew is of the workspace that counts them."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

keys = import_module("core.migrations.0006_name_a_job_by_its_workspace")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("analytics", "0010_drop_spare_indexes"),
        ("core", "0006_name_a_job_by_its_workspace"),
        ("crm", "0005_let_keys_hold_whose_a_customer_is"),
    ]

    operations = [
        *keys.is_ours("analytics_dirtycustomer", "customer", "crm_customer"),
        # One key for one promise.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="dirtycustomer",
                    name="customer",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.customer",
                    ),
                ),
            ]
        ),
    ]

"""An account and a level are of one workspace with their programme, an account with its customer.

Entries, lots and transactions are held against their accounts by the trigger on entries.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

keys = import_module("core.migrations.0006_name_a_job_by_its_workspace")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("core", "0006_name_a_job_by_its_workspace"),
        ("crm", "0005_let_keys_hold_whose_a_customer_is"),
        ("loyalty", "0011_ask_for_entries_at_once"),
    ]

    operations = [
        keys.of_workspace("loyalty", "program"),
        *keys.is_ours("loyalty_account", "customer", "crm_customer"),
        *keys.is_ours("loyalty_account", "program", "loyalty_program"),
        *keys.is_ours("loyalty_tier", "program", "loyalty_program"),
        # One key for one promise.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="account",
                    name="customer",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="crm.customer",
                    ),
                ),
                migrations.AlterField(
                    model_name="account",
                    name="program",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="loyalty.program",
                    ),
                ),
                migrations.AlterField(
                    model_name="tier",
                    name="program",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tiers",
                        to="loyalty.program",
                    ),
                ),
            ]
        ),
    ]

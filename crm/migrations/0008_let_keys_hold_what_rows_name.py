"""What a row of the customer base names is of the row's own workspace; the rest of crm/0005.

Orders, refunds and their lines are named by one column still: they are too many for one more index
(docs: ARCHITECTURE.md, "Tenancy and access").
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

keys = import_module("core.migrations.0006_name_a_job_by_its_workspace")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("core", "0006_name_a_job_by_its_workspace"),
        ("crm", "0007_find_phones_by_their_end_and_plain_cards"),
    ]

    operations = [
        keys.of_workspace("crm", "import"),
        keys.of_workspace("crm", "product"),
        *keys.is_ours("crm_consentstate", "customer", "crm_customer"),
        *keys.is_ours("crm_customer", "merged_into", "crm_customer"),
        *keys.is_ours("crm_import", "job", "core_job"),
        *keys.is_ours("crm_importrejection", "of_import", "crm_import"),
        *keys.is_ours("crm_orderline", "product", "crm_product"),
        keys.without_index("crm_import", "6c04b0a6"),
        # One key for one promise.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="consentstate",
                    name="customer",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consent_states",
                        to="crm.customer",
                    ),
                ),
                migrations.AlterField(
                    model_name="import",
                    name="job",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="core.job",
                    ),
                ),
                migrations.AlterField(
                    model_name="import",
                    name="workspace",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
                migrations.AlterField(
                    model_name="importrejection",
                    name="of_import",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejections",
                        to="crm.import",
                    ),
                ),
                migrations.AlterField(
                    model_name="orderline",
                    name="product",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="crm.product",
                    ),
                ),
            ]
        ),
    ]

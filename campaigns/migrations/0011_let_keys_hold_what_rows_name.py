"""What a row of a campaign names is of the row's own workspace.

A delivery names its member, and a receipt its delivery, by one column still: both are too many for
one more index, and each is held by its run, customer and step (ARCHITECTURE.md, "Tenancy and
access").
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

keys = import_module("core.migrations.0006_name_a_job_by_its_workspace")
NAMED = ("template", "campaign", "channel", "run", "runstep", "runlink")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("campaigns", "0010_keep_the_name_at_launch"),
        ("core", "0006_name_a_job_by_its_workspace"),
        ("crm", "0005_let_keys_hold_whose_a_customer_is"),
    ]

    operations = [
        *[keys.of_workspace("campaigns", model) for model in NAMED],
        *keys.is_ours("campaigns_campaignstep", "campaign", "campaigns_campaign"),
        *keys.is_ours("campaigns_campaignstep", "channel", "campaigns_channel"),
        *keys.is_ours("campaigns_campaignstep", "template", "campaigns_template"),
        *keys.is_ours("campaigns_run", "campaign", "campaigns_campaign"),
        *keys.is_ours("campaigns_run", "job", "core_job"),
        *keys.is_ours("campaigns_runstep", "run", "campaigns_run"),
        *keys.is_ours("campaigns_runstep", "channel", "campaigns_channel"),
        *keys.is_ours("campaigns_runlink", "step", "campaigns_runstep"),
        *keys.is_ours("campaigns_audiencemember", "run", "campaigns_run"),
        *keys.is_ours("campaigns_audiencemember", "customer", "crm_customer"),
        *keys.is_ours("campaigns_delivery", "run", "campaigns_run"),
        *keys.is_ours("campaigns_delivery", "step", "campaigns_runstep"),
        *keys.is_ours("campaigns_delivery", "customer", "crm_customer"),
        *keys.is_ours("campaigns_receipt", "link", "campaigns_runlink"),
        keys.without_index("campaigns_campaign", "6c59c44a"),
        keys.without_index("campaigns_run", "8a101e2f"),
        keys.without_index("campaigns_runlink", "90f1b070"),
        keys.without_index("campaigns_runstep", "e798614a"),
        keys.without_index("campaigns_template", "5bdcbebd"),
        # One key for one promise.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="audiencemember",
                    name="customer",
                    field=models.ForeignKey(
                        db_constraint=False,
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
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="campaigns.run",
                    ),
                ),
                migrations.AlterField(
                    model_name="campaign",
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
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="campaigns.campaign",
                    ),
                ),
                migrations.AlterField(
                    model_name="campaignstep",
                    name="channel",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="campaigns.channel",
                    ),
                ),
                migrations.AlterField(
                    model_name="campaignstep",
                    name="template",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="campaigns.template",
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="customer",
                    field=models.ForeignKey(
                        db_constraint=False,
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
                        db_constraint=False,
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
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.runstep",
                    ),
                ),
                migrations.AlterField(
                    model_name="receipt",
                    name="link",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="campaigns.runlink",
                    ),
                ),
                migrations.AlterField(
                    model_name="run",
                    name="campaign",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="campaigns.campaign",
                    ),
                ),
                migrations.AlterField(
                    model_name="run",
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
                    model_name="run",
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
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="campaigns.runstep",
                    ),
                ),
                migrations.AlterField(
                    model_name="runlink",
                    name="workspace",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
                migrations.AlterField(
                    model_name="runstep",
                    name="channel",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="campaigns.channel",
                    ),
                ),
                migrations.AlterField(
                    model_name="runstep",
                    name="run",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="campaigns.run",
                    ),
                ),
                migrations.AlterField(
                    model_name="runstep",
                    name="workspace",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
                migrations.AlterField(
                    model_name="template",
                    name="workspace",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
            ]
        ),
    ]

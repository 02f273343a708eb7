"""Derived tables."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_lay_the_kernel"),
        ("crm", "0001_open_the_customer_base"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_of", models.DateField()),
                ("method", models.CharField(max_length=8)),
                ("threshold_days", models.IntegerField()),
                ("threshold_name", models.CharField(max_length=8)),
                ("figures", models.JSONField(default=dict)),
                (
                    "computed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="RfmScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("r", models.SmallIntegerField()),
                ("f", models.SmallIntegerField()),
                ("m", models.SmallIntegerField()),
                ("segment", models.CharField(max_length=24)),
                ("state", models.CharField(max_length=12)),
                ("is_reactivated", models.BooleanField(default=False)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.customer",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="analytics.snapshot",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CohortCell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cohort", models.DateField()),
                ("offset", models.SmallIntegerField()),
                ("customers", models.IntegerField()),
                ("revenue", models.BigIntegerField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "cohort", "offset"), name="analytics_cohortcell_once"
                    )
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CustomerStats",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="stats",
                        serialize=False,
                        to="crm.customer",
                    ),
                ),
                ("orders", models.IntegerField()),
                ("revenue", models.BigIntegerField()),
                ("refunded", models.BigIntegerField()),
                ("first_order_on", models.DateField()),
                ("last_order_on", models.DateField()),
                ("purchase_days", models.IntegerField()),
                ("first_gap", models.IntegerField(null=True)),
                ("last_gap", models.IntegerField(null=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "indexes": [
                    models.Index(
                        fields=["workspace", "last_order_on"], name="analytics_stats_recency"
                    )
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="DirtyCustomer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.customer",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "indexes": [
                    models.Index(
                        fields=["workspace", "customer"], name="analytics_dirty_of_workspace"
                    )
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="GapCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", models.IntegerField()),
                ("gaps", models.BigIntegerField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "days"), name="analytics_gapcount_once"
                    )
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="LifecycleMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("as_of", models.DateField()),
                ("threshold_days", models.IntegerField()),
                ("base", models.IntegerField()),
                ("new", models.IntegerField()),
                ("active", models.IntegerField()),
                ("reactivated", models.IntegerField()),
                ("sleeping", models.IntegerField()),
                ("first_purchases", models.IntegerField()),
                ("new_to_active", models.IntegerField()),
                ("new_to_sleeping", models.IntegerField()),
                ("active_to_sleeping", models.IntegerField()),
                ("sleeping_to_active", models.IntegerField()),
                ("orders_first", models.IntegerField()),
                ("orders_new", models.IntegerField()),
                ("orders_active", models.IntegerField()),
                ("orders_sleeping", models.IntegerField()),
                ("converted_in_time", models.IntegerField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "month"), name="analytics_lifecyclemonth_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "base",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("new"), "+", models.F("active")
                                    ),
                                    "+",
                                    models.F("sleeping"),
                                ),
                            )
                        ),
                        name="analytics_lifecyclemonth_states_cover_everyone",
                    ),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["workspace", "-id"],
                name="analytics_snapshot_latest",
            ),
        ),
        migrations.AddIndex(
            model_name="rfmscore",
            index=models.Index(
                fields=["snapshot", "segment", "customer"], name="analytics_rfmscore_segment"
            ),
        ),
        migrations.AddConstraint(
            model_name="rfmscore",
            constraint=models.UniqueConstraint(
                fields=("snapshot", "customer"), name="analytics_rfmscore_once"
            ),
        ),
    ]

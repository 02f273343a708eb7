"""The tables that analytics derives."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.manager
from django.db import migrations, models

# Columns stand in the order in which services.publishing writes them.
CREATE_STATS = """
CREATE TABLE analytics_customerstats (
    workspace_id bigint,
    snapshot_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    orders integer,
    revenue bigint,
    refunded bigint,
    first_order_on date,
    last_order_on date,
    purchase_days integer,
    first_gap integer,
    last_gap integer,
    r smallint,
    f smallint,
    m smallint,
    segment varchar(24) COLLATE "C",
    state varchar(12) COLLATE "C",
    is_reactivated boolean,
    PRIMARY KEY (snapshot_id, customer_id)
) PARTITION BY LIST (snapshot_id);
CREATE INDEX analytics_stats_segment ON analytics_customerstats (snapshot_id, segment);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0002_freeze_facts_and_audit"),
        ("crm", "0003_keep_consents_and_owners"),
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
                ("threshold_name", models.CharField(max_length=8)),
                ("threshold_days", models.DecimalField(decimal_places=2, max_digits=8)),
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
        # Partitioned by snapshot: a new one is written aside, indexed, then attached.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE_STATS, "DROP TABLE analytics_customerstats")
            ],
            state_operations=[
                migrations.CreateModel(
                    name="CustomerStats",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "snapshot_id",
                                "customer_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
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
                        ("r", models.SmallIntegerField()),
                        ("f", models.SmallIntegerField()),
                        ("m", models.SmallIntegerField()),
                        ("segment", models.CharField(db_collation="C", max_length=24)),
                        ("state", models.CharField(db_collation="C", max_length=12)),
                        ("is_reactivated", models.BooleanField()),
                        (
                            "customer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stats",
                                to="crm.customer",
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="core.workspace",
                            ),
                        ),
                        (
                            "snapshot",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stats",
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
                migrations.AddIndex(
                    model_name="customerstats",
                    index=models.Index(
                        fields=["snapshot", "segment"], name="analytics_stats_segment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TransitionCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("threshold_days", models.IntegerField()),
                ("month", models.IntegerField()),
                ("earlier", models.IntegerField(null=True)),
                ("ordinal", models.SmallIntegerField()),
                ("woke", models.BooleanField()),
                ("had_woken", models.BooleanField()),
                ("days", models.BigIntegerField()),
                ("orders", models.BigIntegerField()),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
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
                        db_constraint=False,
                        db_index=False,
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
            name="DirtyCustomer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                        db_constraint=False,
                        db_index=False,
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
                ("opening_active", models.IntegerField()),
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
                        db_constraint=False,
                        db_index=False,
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
        migrations.AddConstraint(
            model_name="transitioncount",
            constraint=models.UniqueConstraint(
                fields=("workspace", "month", "earlier", "ordinal", "woke", "had_woken"),
                name="analytics_transitioncount_once",
                nulls_distinct=False,
            ),
        ),
    ]

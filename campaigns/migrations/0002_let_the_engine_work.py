from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_open_campaigns"),
        ("core", "0002_freeze_facts_and_audit"),
        ("crm", "0001_open_the_customer_base"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="delivery",
            name="campaigns_delivery_due",
        ),
        migrations.AddField(
            model_name="audiencemember",
            name="stop_recorded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="failures",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="channel",
            name="orphan_receipts",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="channel",
            name="rest_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="test_error",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="channel",
            name="tested_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="lease_conflicts",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["step", "priority", "due_at", "id"],
                name="campaigns_delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("provider_message_id", ""), _negated=True),
                fields=["provider_message_id"],
                name="campaigns_delivery_provider",
            ),
        ),
    ]

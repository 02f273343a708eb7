"""An answer is kept as the bytes that were sent, deflated; those kept as JSON stay readable."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_freeze_facts_and_audit")]

    operations = [
        migrations.AddField(
            model_name="idempotentrequest",
            name="answer",
            field=models.BinaryField(null=True),
        ),
    ]

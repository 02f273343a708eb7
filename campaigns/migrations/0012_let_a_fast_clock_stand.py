"""A run whose clock hurries keeps how long it has stood still in pauses."""

from datetime import timedelta

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0011_let_keys_hold_what_rows_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="stood_for",
            field=models.DurationField(db_default=timedelta(0)),
        ),
    ]

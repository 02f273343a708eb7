"""Keep the two scores that name a segment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_open_analytics"),
    ]

    operations = [
        migrations.AddField(
            model_name="customerstats",
            name="segment_f",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="customerstats",
            name="segment_r",
            field=models.SmallIntegerField(null=True),
        ),
    ]

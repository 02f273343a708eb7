"""Points that are past their last day are called expired."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0004_take_back_in_one_call")]

    operations = [
        migrations.AlterField(
            model_name="transaction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("accrue", "Points earned"),
                    ("redeem", "Points spent"),
                    ("reverse", "Points taken back on a refund"),
                    ("return", "Points returned"),
                    ("expire", "Points expired"),
                    ("adjust", "Changed by hand"),
                ],
                max_length=8,
            ),
        ),
    ]

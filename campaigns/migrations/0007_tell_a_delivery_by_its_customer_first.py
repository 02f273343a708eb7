"""A delivery is told from others by its customer, and counts for the cap when it was intended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_ask_about_a_move_only_when_it_is_illegal")]

    operations = [
        migrations.RemoveConstraint(model_name="delivery", name="campaigns_delivery_once"),
        migrations.RemoveIndex(model_name="delivery", name="campaigns_delivery_customer"),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["customer", "-intent_business_at"],
                name="campaigns_delivery_customer",
                condition=models.Q(intent_business_at__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("customer", "run", "step"), name="campaigns_delivery_once"
            ),
        ),
    ]

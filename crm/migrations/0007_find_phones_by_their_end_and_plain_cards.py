"""Phones are found by their last digits, cards however they are spaced: an index for each."""

from django.contrib.postgres.indexes import OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Replace, Reverse, Upper


class Migration(migrations.Migration):
    # People are written to while the indexes are built.
    atomic = False
    dependencies = [
        ("core", "0005_scope_api_keys"),
        ("crm", "0006_drop_spare_indexes"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="identity",
            index=models.Index(
                models.F("workspace"),
                OpClass(Reverse("value"), name="text_pattern_ops"),
                condition=models.Q(("kind", "phone")),
                name="crm_identity_phone_tail",
            ),
        ),
        AddIndexConcurrently(
            model_name="identity",
            index=models.Index(
                models.F("workspace"),
                Upper(Replace("value", models.Value(" "), models.Value(""))),
                condition=models.Q(("kind", "card")),
                name="crm_identity_plain_card",
            ),
        ),
    ]

"""An API key, like every row of a workspace, is read within a workspace."""

import django.db.models.manager
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_drop_spare_indexes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="apikey",
            options={
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "ordering": ("-created",),
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
            },
        ),
        migrations.AlterModelManagers(
            name="apikey",
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
    ]

"""Workers go by workspace: the index of open jobs begins with it, another says who was served."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("core", "0006_name_a_job_by_its_workspace")]

    operations = [
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["workspace", "id"],
                name="core_job_open_of_workspace",
                condition=models.Q(state__in=["queued", "running"]),
            ),
        ),
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["workspace", "started_at"],
                name="core_job_served",
                condition=models.Q(started_at__isnull=False),
            ),
        ),
        RemoveIndexConcurrently("job", "core_job_open"),
    ]

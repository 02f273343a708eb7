"""Long work that people watch."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel


class Job(KeyedModel):
    """Work that exists first as a row: its progress, its cancel request and its result."""

    class State(models.TextChoices):
        QUEUED = "queued", _("In the queue")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=64)
    title = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    phase = models.CharField(max_length=120, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_detail = models.CharField(max_length=1000, blank=True)
    # One key per business fact (nightly:2026-11-21), so that a job is asked for once.
    unique_key = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001
    asked_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    class Meta(KeyedModel.Meta):
        constraints = [
            # Who asked for a job names both. Also the jobs page, newest first.
            models.UniqueConstraint(fields=["workspace", "id"], name="core_job_of_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "kind", "unique_key"], name="core_job_asked_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="running") | models.Q(lease_token=None),
                name="core_job_lease_only_while_running",
            ),
        ]
        indexes = [
            # Workers: whose jobs there are to take, oldest first, and leases that ran out.
            models.Index(
                fields=["workspace", "id"],
                name="core_job_open_of_workspace",
                condition=models.Q(state__in=["queued", "running"]),
            ),
            # Whose turn it is: when a workspace was served last.
            models.Index(
                fields=["workspace", "started_at"],
                name="core_job_served",
                condition=models.Q(started_at__isnull=False),
            ),
        ]

    @property
    def is_over(self) -> bool:
        return self.state in {"succeeded", "failed", "cancelled"}

    @property
    def percent(self) -> int | None:
        """Whole percents done, or None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None

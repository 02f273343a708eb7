"""What people changed."""

from django.db import models
from django.db.models.functions import Now

from core.scoping import KeyedModel


class AuditEntry(KeyedModel):
    """Who did what to which object; append-only (a trigger refuses anything else)."""

    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(default=0)
    actor_name = models.CharField(max_length=254, blank=True)
    action = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        indexes = [
            # The audit page and an object's history tab, newest first.
            models.Index(fields=["workspace", "-id"], name="core_audit_by_workspace"),
            models.Index(
                fields=["workspace", "object_kind", "object_id", "-id"], name="core_audit_by_object"
            ),
        ]

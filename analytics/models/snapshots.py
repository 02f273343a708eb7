"""Scores of the whole base, written whole and then pointed at."""

from django.db import models
from django.db.models.functions import Now

from core.scoping import TenantModel


class Snapshot(TenantModel):
    """One computed state of a workspace; readers follow the newest published one."""

    as_of = models.DateField()
    method = models.CharField(max_length=8)
    threshold_days = models.IntegerField()
    threshold_name = models.CharField(max_length=8)
    # {"median": 28, "p75": 58, "p90": 110}, borders of the scores, counts …
    figures = models.JSONField(default=dict)
    computed_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [
            # The newest published snapshot of a workspace.
            models.Index(
                fields=["workspace", "-id"],
                name="analytics_snapshot_latest",
                condition=models.Q(published_at__isnull=False),
            )
        ]


class RfmScore(TenantModel):
    """A customer's cell, segment and lifecycle state in one snapshot."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="scores")
    customer = models.ForeignKey("crm.Customer", on_delete=models.CASCADE, related_name="+")
    r = models.SmallIntegerField()
    f = models.SmallIntegerField()
    m = models.SmallIntegerField()
    segment = models.CharField(max_length=24)
    state = models.CharField(max_length=12)
    is_reactivated = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            # Also the card's look-up of one customer.
            models.UniqueConstraint(fields=["snapshot", "customer"], name="analytics_rfmscore_once")
        ]
        indexes = [
            # Lists of a segment.
            models.Index(
                fields=["snapshot", "segment", "customer"], name="analytics_rfmscore_segment"
            )
        ]

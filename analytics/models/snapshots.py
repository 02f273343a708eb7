"""One computed state of a workspace."""

from django.db import models
from django.db.models.functions import Now

from core.scoping import TenantModel


class Snapshot(TenantModel):
    """Readers follow the newest published one; its customers are in `CustomerStats`."""

    as_of = models.DateField()
    # How the cells were cut: rank or value. Segments always follow the published recipe.
    method = models.CharField(max_length=8)
    # The threshold as it was asked for (median, p75, p90 or days) and in days.
    threshold_name = models.CharField(max_length=8)
    threshold_days = models.DecimalField(max_digits=8, decimal_places=2)
    # {"gaps": {...}, "cells": [...], "groups": [...], "cuts": {...}, "customers": n …}
    figures = models.JSONField(default=dict)
    # The table of its customers and its number there; none once they are no longer kept.
    generation = models.BigIntegerField(null=True)
    version = models.SmallIntegerField(default=0, db_default=0)
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

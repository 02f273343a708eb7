"""Facts, recorded in the transaction they report on."""

from django.db import models
from django.db.models.functions import Now

from core.scoping import KeyedModel


class Event(KeyedModel):
    """An append-only fact named `app.past_participle`; the relay hands it to the apps above.

    `payload` holds ids and small scalars, never contact data.
    """

    name = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    # What the relay moves; everything above is frozen by a trigger.
    relayed_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta(KeyedModel.Meta):
        indexes = [
            # The relay: the oldest facts that still wait.
            models.Index(
                fields=["next_try_at", "id"],
                name="core_event_waiting",
                condition=models.Q(relayed_at=None, parked_at=None),
            ),
            # The event list of a workspace, newest first.
            models.Index(fields=["workspace", "-id"], name="core_event_by_workspace"),
        ]

"""Requests that must have one effect however often they come."""

from django.db import models
from django.db.models.functions import Now

from core.scoping import KeyedModel


class IdempotentRequest(KeyedModel):
    """A key reserved before the work; its answer is written in the work's own transaction."""

    actor = models.CharField(max_length=64)
    endpoint = models.CharField(max_length=120)
    key = models.CharField(max_length=255)
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    # The answer's bytes, deflated: a batch's names every item, and much alike.
    answer = models.BinaryField(null=True)
    # Answers of before there was `answer`; none is left a week after.
    response = models.JSONField(null=True)
    locked_until = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "actor", "endpoint", "key"], name="core_idempotentrequest_once"
            )
        ]
        indexes = [
            # The sweep of old keys.
            models.Index(fields=["created_at"], name="core_idempotent_age")
        ]

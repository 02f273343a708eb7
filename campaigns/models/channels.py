"""Ways to reach people, and addresses that must not be written to."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel

# Which identity of a customer a kind of channel writes to.
IDENTITY_OF = {"email": "email", "sms": "phone"}


class Channel(KeyedModel):
    """A configured way out: which adapter, what a send costs, how much of it gets read.

    `price_micros` is for one send (one SMS segment) in 1e-6 of the workspace's currency.
    `kind` decides the consent and the identity used; `adapter` is a key of CHANNEL_ADAPTERS.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    adapter = models.CharField(max_length=24)
    config = models.JSONField(default=dict)
    price_micros = models.BigIntegerField(default=0)
    # What share of accepted messages gets read, for forecasts; SMS "read" is an estimate.
    read_rate = models.DecimalField(max_digits=5, decimal_places=4, default=0)
    is_active = models.BooleanField(default=True)
    # The circuit breaker: failures in a row; while they are many, one probe each rest.
    failures = models.PositiveIntegerField(default=0)
    rest_until = models.DateTimeField(null=True, blank=True)
    # Facts about messages that are not ours: counted, not believed.
    orphan_receipts = models.BigIntegerField(default=0)
    tested_at = models.DateTimeField(null=True, blank=True)
    test_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "id"], name="campaigns_channel_of_workspace"
            ),
            models.UniqueConstraint(
                fields=["workspace", "name"], name="campaigns_channel_name_once"
            ),
            models.CheckConstraint(
                condition=models.Q(price_micros__gte=0), name="campaigns_channel_price_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(read_rate__gte=0, read_rate__lte=1),
                name="campaigns_channel_read_rate_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Suppression(KeyedModel):
    """An address of a channel kind that is never written to again: bounce, complaint, request.

    The address is kept as sha256, so that it survives the erasure of the person.
    """

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", _("The address does not exist")
        COMPLAINT = "complaint", _("Complained")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        MANUAL = "manual", _("By hand")

    channel_kind = models.CharField(max_length=12)
    address_hash = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=16, choices=Reason)
    since = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        constraints = [
            # Also the gate's look-up.
            models.UniqueConstraint(
                fields=["workspace", "channel_kind", "address_hash"],
                name="campaigns_suppression_once",
            )
        ]

"""One message to one person: the delivery's state machine, and the receipts that come back."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel


class Delivery(KeyedModel):
    """One row per (run, step, customer); legal moves are kept by a trigger (S11).

    Dispatch is ours: state, lease, intent. Receipts are facts of others, merged monotonically
    into delivered/read/clicked/bounced/complained. `*_at` of receipts and `intent_business_at`
    are business time; `due_at`, `lease_until` and `intent_at` are the database's clock.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("In the queue")
        CLAIMED = "claimed", _("Taken by a worker")
        SENDING = "sending", _("Being sent")
        ACCEPTED = "accepted", _("Accepted")
        FAILED = "failed", _("Failed")
        SUPPRESSED = "suppressed", _("Not sent")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Too late")
        UNKNOWN = "unknown", _("Unknown")

    # Each move of a row is written to every index of it, so each is there for a question: no
    # index of its own for what one below begins with, or what nobody asks by. A member's are
    # found by their customer and run.
    run = models.ForeignKey(
        "campaigns.Run",
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    step = models.ForeignKey(
        "campaigns.RunStep",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    member = models.ForeignKey(
        "campaigns.AudienceMember",
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,
    )
    customer = models.ForeignKey(
        "crm.Customer",
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=48, blank=True)
    priority = models.SmallIntegerField(default=5)
    due_at = models.DateTimeField()
    # After this instant (database clock) the message is too late to be of use.
    expires_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    intent_at = models.DateTimeField(null=True, blank=True)
    intent_business_at = models.DateTimeField(null=True, blank=True)
    provider_message_id = models.CharField(max_length=120, blank=True)
    segments = models.PositiveSmallIntegerField(default=1)
    cost_micros = models.BigIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    clicked_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    complained_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            # The customer first: told apart by one comparison, and found by the customer.
            models.UniqueConstraint(
                fields=["customer", "run", "step"], name="campaigns_delivery_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["claimed", "sending"], lease_token__isnull=False)
                | (~models.Q(state__in=["claimed", "sending"]) & models.Q(lease_token=None)),
                name="campaigns_delivery_lease_iff_working",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | ~models.Q(provider_message_id=""),
                name="campaigns_delivery_accepted_has_proof",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["suppressed", "failed"]) | ~models.Q(reason=""),
                name="campaigns_delivery_says_why",
            ),
        ]
        indexes = [
            # The claim: what is due of one step, by priority (a batch never mixes steps).
            models.Index(
                fields=["step", "priority", "due_at", "id"],
                name="campaigns_delivery_due",
                condition=models.Q(state="queued"),
            ),
            # The reaper: leases that ran out.
            models.Index(
                fields=["lease_until"],
                name="campaigns_delivery_leased",
                condition=models.Q(state__in=["claimed", "sending"]),
            ),
            # The frequency cap.
            models.Index(
                fields=["customer", "-intent_business_at"],
                name="campaigns_delivery_customer",
                condition=models.Q(intent_business_at__isnull=False),
            ),
            # A provider's call that names only its own id of the message.
            models.Index(
                fields=["provider_message_id"],
                name="campaigns_delivery_provider",
                condition=~models.Q(provider_message_id=""),
            ),
            # The report: outcomes by step.
            models.Index(fields=["run", "step", "state"], name="campaigns_delivery_report"),
        ]


class Receipt(KeyedModel):
    """A fact about a delivery, as it came; duplicates and disorder are harmless."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        CLICKED = "clicked", _("Clicked")
        BOUNCED = "bounced", _("Bounced")
        COMPLAINED = "complained", _("Complained")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="receipts", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    source = models.CharField(max_length=24)
    # The provider's own id of the event, so that the same event is stored once.
    event_id = models.CharField(max_length=120, blank=True)
    link = models.ForeignKey(
        "campaigns.RunLink", on_delete=models.SET_NULL, null=True, blank=True, db_constraint=False
    )
    # Opens by mail proxies and scanners: kept, never counted as a read.
    is_automatic = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "source", "kind", "event_id"],
                name="campaigns_receipt_once",
                condition=~models.Q(event_id=""),
            )
        ]
        indexes = [
            # A delivery's history; the report by hour.
            models.Index(fields=["delivery", "at"], name="campaigns_receipt_of_delivery")
        ]

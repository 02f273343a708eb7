"""A launched campaign: everything frozen at launch, and each person's place in it."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel


class Run(KeyedModel):
    """One launch. Business time runs by its own clock, never ahead of real time t:

    business(t) = business_start + (t - real_start - stood_for) * speed

    Live runs have business_start = real_start and speed 1; the demo's is dated in the past and
    hours pass in seconds. Gate, quiet hours, caps, receipts and attribution use business time;
    leases and `due_at` use the database's clock.
    """

    class State(models.TextChoices):
        FREEZING = "freezing", _("Collecting the audience")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="runs", db_constraint=False
    )
    # The campaign's name at launch: what was sent is not renamed afterwards.
    name = models.CharField(max_length=120, blank=True, db_default="")
    state = models.CharField(max_length=10, choices=State, default=State.FREEZING)
    job = models.ForeignKey(
        "core.Job", on_delete=models.SET_NULL, null=True, blank=True, db_constraint=False
    )
    launched_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, blank=True)
    real_start = models.DateTimeField()
    business_start = models.DateTimeField()
    speed = models.PositiveIntegerField(default=1)
    # Frozen terms.
    audience = models.JSONField(default=dict)
    control_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    control_salt = models.CharField(max_length=32)
    attribution_days = models.PositiveSmallIntegerField(default=7)
    cap_messages = models.PositiveSmallIntegerField(default=3)
    cap_days = models.PositiveSmallIntegerField(default=7)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    # Frozen counts.
    audience_size = models.BigIntegerField(default=0)
    control_size = models.BigIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=120, blank=True)
    # How long a clock that hurries has stood still in pauses that are over.
    stood_for = models.DurationField(db_default=timedelta(0))
    finished_at = models.DateTimeField(null=True, blank=True)
    # Results that came from a worker whose lease was gone, and were not written.
    lease_conflicts = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="campaigns_run_of_workspace"),
        ]


class RunStep(KeyedModel):
    """A step as it was at launch: channel, price, content (S14)."""

    run = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="steps", db_index=False, db_constraint=False
    )
    position = models.PositiveSmallIntegerField()
    channel = models.ForeignKey("campaigns.Channel", on_delete=models.PROTECT, db_constraint=False)
    channel_kind = models.CharField(max_length=12)
    purpose = models.CharField(max_length=12)
    subject = models.CharField(max_length=250, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    template_name = models.CharField(max_length=120)
    template_version = models.PositiveIntegerField()
    wait = models.DurationField()
    stop_fact = models.CharField(max_length=8)
    price_micros = models.BigIntegerField()
    read_rate = models.DecimalField(max_digits=5, decimal_places=4, default=0)

    class Meta(KeyedModel.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "id"], name="campaigns_runstep_of_workspace"
            ),
            models.UniqueConstraint(
                fields=["run", "position"], name="campaigns_runstep_one_position"
            ),
        ]


class RunLink(KeyedModel):
    """A tracked target: the redirect goes only where this row says."""

    step = models.ForeignKey(
        RunStep, on_delete=models.CASCADE, related_name="links", db_index=False, db_constraint=False
    )
    position = models.PositiveSmallIntegerField()
    url = models.URLField(max_length=2000)

    class Meta(KeyedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "id"], name="campaigns_runlink_of_workspace"
            ),
            models.UniqueConstraint(
                fields=["step", "position"], name="campaigns_runlink_one_position"
            ),
        ]


class AudienceMember(KeyedModel):
    """A person of a run's audience: the arm they fell in, and the fact that ended their cascade."""

    run = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="members", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        "crm.Customer",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    is_control = models.BooleanField(default=False)
    # Values frozen for the message: {"points": 120, "expires_on": "2011-11-01"} (no contact data).
    variables = models.JSONField(default=dict)
    # The stop fact by the run's clock, and when we wrote it down (S9 compares that with intents).
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_recorded_at = models.DateTimeField(null=True, blank=True)
    stop_fact = models.CharField(max_length=8, blank=True)

    class Meta(KeyedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["run", "customer"], name="campaigns_audiencemember_once"
            )
        ]
        indexes = [
            # The messages tab of a customer card.
            models.Index(fields=["customer", "-id"], name="campaigns_member_of_customer")
        ]

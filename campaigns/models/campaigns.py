"""What a marketer composes; nothing here is read by a running send."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel, TenantModel


class Template(KeyedModel):
    """A Liquid text for one kind of channel. `html` is for e-mail, `text` for both."""

    class Purpose(models.TextChoices):
        MARKETING = "marketing", _("Advertising")
        SERVICE = "service", _("Service messages")

    name = models.CharField(_("name"), max_length=120)
    channel_kind = models.CharField(max_length=12)
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.MARKETING)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "id"], name="campaigns_template_of_workspace"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Campaign(KeyedModel):
    """Audience, steps and terms of a send; launching makes a run with all of it frozen."""

    name = models.CharField(_("name"), max_length=120)
    # {"kind": "points_expire_soon", "days": 30}; kinds are registered in campaigns.audiences.
    audience = models.JSONField(default=dict)
    control_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    attribution_days = models.PositiveSmallIntegerField(default=7)
    # At most this many advertising messages a person in `cap_days`, over all campaigns.
    cap_messages = models.PositiveSmallIntegerField(default=3)
    cap_days = models.PositiveSmallIntegerField(default=7)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    created_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(KeyedModel.Meta):
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "id"], name="campaigns_campaign_of_workspace"
            ),
            models.CheckConstraint(
                condition=models.Q(control_percent__gte=0, control_percent__lt=100),
                name="campaigns_campaign_control_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignStep(TenantModel):
    """A step of a cascade: after `wait`, those without the stop fact get this message."""

    class StopFact(models.TextChoices):
        READ = "read", _("Read")
        CLICKED = "clicked", _("Clicked")
        BOUGHT = "bought", _("Bought")

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="steps",
        db_index=False,
        db_constraint=False,
    )
    position = models.PositiveSmallIntegerField()
    channel = models.ForeignKey("campaigns.Channel", on_delete=models.PROTECT, db_constraint=False)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, db_constraint=False)
    # Waiting since the step before; 0 for the first.
    wait = models.DurationField()
    # The fact (of any earlier step) that ends the cascade for a person before this step.
    stop_fact = models.CharField(max_length=8, choices=StopFact, default=StopFact.READ)

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "position"], name="campaigns_campaignstep_one_position"
            )
        ]

"""The terms of a programme."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel, TenantModel


class Program(KeyedModel):
    """One programme a workspace (for now): what an order earns, when, and for how long.

    A trigger opens the programme's own accounts (issued, spent, expired, adjusted) with the row.
    """

    name = models.CharField(_("name"), max_length=120)
    # Points for 100 units of money, in percent: 5.00 gives 5 points for 100.00.
    base_percent = models.DecimalField(_("base percent"), max_digits=5, decimal_places=2)
    activation_days = models.PositiveSmallIntegerField(
        _("days before points can be spent"), default=0
    )
    # None: points never burn.
    expiry_days = models.PositiveSmallIntegerField(_("days points live"), null=True, blank=True)
    # What one point is worth at the till, in minor units of the workspace's currency.
    point_value = models.PositiveIntegerField(default=100)
    # Orders placed before this day earn nothing; None: every order ever imported earns.
    starts_on = models.DateField(_("earns from"), null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "id"], name="loyalty_program_of_workspace"
            ),
            models.UniqueConstraint(fields=["workspace"], name="loyalty_program_one_each"),
            models.CheckConstraint(
                condition=models.Q(base_percent__gte=0, base_percent__lte=100),
                name="loyalty_program_percent_is_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(point_value__gte=1), name="loyalty_program_point_is_worth_money"
            ),
            models.CheckConstraint(
                condition=models.Q(expiry_days=None) | models.Q(expiry_days__gte=1),
                name="loyalty_program_points_live_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tier(TenantModel):
    """A level reached by points earned in the last 365 days (derived from entries, L17)."""

    program = models.ForeignKey(
        Program, on_delete=models.CASCADE, related_name="tiers", db_index=False, db_constraint=False
    )
    name = models.CharField(_("name"), max_length=60)
    threshold = models.BigIntegerField()

    class Meta(KeyedModel.Meta):
        ordering = ["threshold"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "threshold"], name="loyalty_tier_threshold_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

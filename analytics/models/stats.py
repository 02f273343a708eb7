"""What each customer did, kept from dirty customers."""

from django.db import models

from core.scoping import TenantModel


class CustomerStats(TenantModel):
    """One row a customer with a purchase. Money in minor units; days are local days.

    `purchase_days` counts distinct days with a purchase; `last_gap` is the days between the last
    two of them; `first_gap` between the first two.
    """

    customer = models.OneToOneField(
        "crm.Customer", on_delete=models.CASCADE, primary_key=True, related_name="stats"
    )
    orders = models.IntegerField()
    revenue = models.BigIntegerField()
    refunded = models.BigIntegerField()
    first_order_on = models.DateField()
    last_order_on = models.DateField()
    purchase_days = models.IntegerField()
    first_gap = models.IntegerField(null=True)
    last_gap = models.IntegerField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            # Recency lists and lifecycle states.
            models.Index(fields=["workspace", "last_order_on"], name="analytics_stats_recency")
        ]


class DirtyCustomer(TenantModel):
    """A customer whose orders changed since the last delta (many rows may say so)."""

    customer = models.ForeignKey("crm.Customer", on_delete=models.CASCADE, related_name="+")
    since = models.DateField()

    class Meta(TenantModel.Meta):
        indexes = [
            # The delta takes a workspace's dirt at once.
            models.Index(fields=["workspace", "customer"], name="analytics_dirty_of_workspace")
        ]

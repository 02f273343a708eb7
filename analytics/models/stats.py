"""What each customer did and what we call them, published whole with a snapshot."""

from django.db import models

from analytics.models.derived import DerivedModel
from core.scoping import KeyedModel

# The end of a row that no later snapshot has replaced.
STANDS = 32767


class CustomerStats(DerivedModel):
    """What one customer with a purchase was from one snapshot until another.

    A generation is a table written whole by a run, a partition of its own. The deltas after it
    write what differs: a row is seen by the versions from `since` up to, not with, `until`
    (`selectors.snapshots`), and never changes while one of them is kept.

    A row says what we call the customer and by which figures: the last local day with a purchase,
    the number of orders, gross money in minor units. What else they did is in the histories
    (`services.history`).
    """

    # In the database each partition has a unique index on the other two; generation is its bound.
    pk = models.CompositePrimaryKey("generation", "customer_id", "since")
    # The id of the snapshot that the table was written for.
    generation = models.BigIntegerField()
    since = models.SmallIntegerField(default=0, db_default=0)
    until = models.SmallIntegerField(default=STANDS, db_default=STANDS)
    customer = models.ForeignKey(
        "crm.Customer", on_delete=models.CASCADE, related_name="stats", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    orders = models.IntegerField()
    revenue = models.BigIntegerField()
    last_order_on = models.DateField()
    r = models.SmallIntegerField()
    f = models.SmallIntegerField()
    m = models.SmallIntegerField()
    # The two scores that name the segment (R by value, F by rank), whatever r, f and m are by.
    segment_r = models.SmallIntegerField(null=True)
    segment_f = models.SmallIntegerField(null=True)
    segment = models.CharField(max_length=24, db_collation="C")
    state = models.CharField(max_length=12, db_collation="C")
    is_reactivated = models.BooleanField()


class DirtyCustomer(KeyedModel):
    """A customer whose orders changed since the last delta (many rows may say so)."""

    customer = models.ForeignKey(
        "crm.Customer", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )

    class Meta(KeyedModel.Meta):
        indexes = [
            # The delta takes a workspace's dirt at once.
            models.Index(fields=["workspace", "customer"], name="analytics_dirty_of_workspace")
        ]

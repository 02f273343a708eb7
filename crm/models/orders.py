"""Orders, their lines, and the refunds that undo them."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel


class Order(KeyedModel):
    """One sale. A guest's has no customer; one without a sale line is no purchase.

    Amounts are minor units of the workspace's currency. `total` is the sum of sale lines (gross),
    `refunded` the sum of refunds of this order. `placed_on` is the local day of `placed_at`.
    """

    customer = models.ForeignKey(
        "crm.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        db_constraint=False,  # crm/0005: by workspace and id
    )
    source = models.CharField(max_length=32, default="api")
    external_id = models.CharField(max_length=64)
    placed_at = models.DateTimeField()
    placed_on = models.DateField()
    total = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    is_purchase = models.BooleanField(default=True)
    # sha256 of the content as it came, so that the same order coming again is "unchanged".
    content_hash = models.BinaryField(max_length=32, default=b"")
    # The import that wrote it last, so that those above find an import's rows in one statement.
    last_import = models.ForeignKey(
        "crm.Import",
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "source", "external_id"], name="crm_order_external_id_once"
            ),
            models.CheckConstraint(
                condition=models.Q(total__gte=0, total__lte=10**12), name="crm_order_total_is_sane"
            ),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0), name="crm_order_refunded_not_negative"
            ),
        ]
        indexes = [
            # Every full recomputation streams over it; the customer card reads a slice of it.
            models.Index(
                fields=["workspace", "customer", "placed_on", "placed_at"],
                include=["total", "refunded"],
                name="crm_order_by_customer",
                condition=models.Q(customer__isnull=False, is_purchase=True),
            ),
            # Revenue by period, and the orders list newest first.
            models.Index(fields=["workspace", "placed_at"], name="crm_order_by_time"),
            # An import's orders lie together; this index costs ingest next to nothing.
            BrinIndex(fields=["last_import"], name="crm_order_by_import"),
        ]


class OrderLine(KeyedModel):
    """A line as the source had it; equal lines inside one order are kept."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("Product")
        CHARGE = "charge", _("Charge")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PRODUCT)
    product = models.ForeignKey(
        "crm.Product", on_delete=models.PROTECT, null=True, blank=True, db_constraint=False
    )
    sku = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=250, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(max_digits=16, decimal_places=4)
    amount = models.BigIntegerField()
    # A sale has a quantity and a price above zero; gifts and corrections are kept beside.
    is_sale = models.BooleanField()

    class Meta(KeyedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"], name="crm_orderline_one_position"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="charge") | models.Q(product__isnull=False),
                name="crm_orderline_product_is_known",
            ),
        ]


class Refund(KeyedModel):
    """Money given back: of the order it undoes, or standing alone when none is known."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    customer = models.ForeignKey(
        "crm.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        db_constraint=False,  # crm/0005: by workspace and id
    )
    source = models.CharField(max_length=32, default="api")
    external_id = models.CharField(max_length=64)
    refunded_at = models.DateTimeField()
    refunded_on = models.DateField()
    total = models.BigIntegerField()
    content_hash = models.BinaryField(max_length=32, default=b"")
    # The import that wrote it last, so that those above find an import's rows in one statement.
    last_import = models.ForeignKey(
        "crm.Import",
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            # One paper may undo parts of several orders: a refund a paper and order.
            models.UniqueConstraint(
                fields=["workspace", "source", "external_id", "order"],
                name="crm_refund_external_id_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(total__gte=0), name="crm_refund_total_not_negative"
            ),
        ]
        indexes = [
            # Net revenue and the customer card.
            models.Index(
                fields=["workspace", "customer", "refunded_on"], name="crm_refund_by_customer"
            ),
            BrinIndex(fields=["last_import"], name="crm_refund_by_import"),
        ]


class RefundLine(KeyedModel):
    """What came back, and which line it undoes where that is known."""

    refund = models.ForeignKey(
        Refund, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    position = models.PositiveIntegerField()
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, null=True, blank=True)
    sku = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=250, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(max_digits=16, decimal_places=4)
    amount = models.BigIntegerField()

    class Meta(KeyedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["refund", "position"], name="crm_refundline_one_position"
            )
        ]

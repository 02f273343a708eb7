"""The customer base in the admin: products may be edited, the rest is looked at."""

from core.admin import RowAdmin, read_only, register
from crm.models import (
    Consent,
    ConsentState,
    Customer,
    Identity,
    Import,
    ImportRejection,
    Order,
    OrderLine,
    Product,
    Refund,
    RefundLine,
)

register(RowAdmin, Product, show="id workspace sku name category", find="sku name")
read_only(
    Customer, show="id workspace first_name last_name city registered_at",
    find="id__exact first_name last_name identities__value", narrow="is_made_up",
)  # fmt: skip
read_only(Identity, show="id workspace customer kind system value", find="value", narrow="kind")
read_only(
    Consent, show="id workspace customer purpose channel state stated_at source",
    find="customer__id__exact", narrow="state channel",
)  # fmt: skip
read_only(
    ConsentState, show="id workspace customer purpose channel state since",
    find="customer__id__exact", narrow="state channel",
)  # fmt: skip
read_only(
    Order, show="id workspace external_id source customer placed_at total refunded",
    find="external_id", narrow="source",
)  # fmt: skip
read_only(
    OrderLine, show="id workspace order position kind sku quantity unit_price amount is_sale",
    find="sku name", narrow="kind",
)  # fmt: skip
read_only(
    Refund, show="id workspace external_id order customer refunded_at total", find="external_id"
)
read_only(
    RefundLine, show="id workspace refund position sku quantity unit_price amount", find="sku"
)
read_only(
    Import, show="id workspace kind state file_name rows created updated unchanged rejected",
    find="file_name sha256", narrow="kind state",
)  # fmt: skip
read_only(ImportRejection, show="id workspace of_import line column code value", find="code value")

"""The customer base's tables."""

from crm.models.consents import Consent, ConsentState
from crm.models.customers import Customer, Identity
from crm.models.imports import Import, ImportRejection
from crm.models.orders import Order, OrderLine, Refund, RefundLine
from crm.models.products import Product

__all__ = [
    "Consent", "ConsentState", "Customer", "Identity", "Import", "ImportRejection", "Order",
    "OrderLine", "Product", "Refund", "RefundLine",
]  # fmt: skip

"""What erasure does to derived numbers."""

from analytics.models import CustomerStats, DirtyCustomer
from core.erasure import delete, keep

keep(CustomerStats, "sums of orders that are kept; the customer is anonymous")
delete(DirtyCustomer)

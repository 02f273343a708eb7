"""What erasure does to derived numbers."""

from analytics.models import CustomerStats, DirtyCustomer, RfmScore
from core.erasure import delete, keep

keep(CustomerStats, "sums of orders that are kept; the customer is anonymous")
keep(RfmScore, "a cell of an anonymous customer")
delete(DirtyCustomer)

"""What erasure does to the books."""

from core.erasure import keep
from loyalty.models import Account, Transaction

keep(Account, "the books must still balance; the customer they point to is anonymous")
keep(Transaction, "append-only books; the customer they point to is anonymous")

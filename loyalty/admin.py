"""The programme in the admin: its terms may be edited, the books are only looked at."""

from core.admin import editable, read_only
from loyalty.models import Account, Entry, Lot, LotState, Program, Tier, Transaction

editable(
    Program, show="id workspace name base_percent activation_days expiry_days is_active",
    find="name",
)  # fmt: skip
editable(Tier, show="id workspace program name threshold", find="name")
read_only(
    Account, show="id workspace program kind customer balance", find="customer__id__exact",
    narrow="kind",
)  # fmt: skip
read_only(
    Transaction, show="id workspace kind customer idempotency_key order occurred_at actor",
    find="idempotency_key customer__id__exact", narrow="kind",
)  # fmt: skip
read_only(
    Lot, show="id workspace account transaction amount active_from expires_at",
    find="account__id__exact",
)  # fmt: skip
read_only(LotState, show="lot remaining", find="lot__id__exact")
read_only(
    Entry, show="id workspace transaction account lot amount occurred_at",
    find="transaction__id__exact account__id__exact",
)  # fmt: skip

"""The programme in the admin: its levels may be edited, the books are only looked at."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import RowAdmin, read_only, register
from loyalty.models import Account, Entry, Lot, LotState, Program, Tier, Transaction


class LevelAdmin(RowAdmin):
    """A level is only a name over a number of points: nothing hangs on it."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return True


read_only(
    Program, show="id workspace name base_percent activation_days expiry_days is_active",
    find="name", note=_("The terms are edited on the Loyalty page of the workspace."),
)  # fmt: skip
register(LevelAdmin, Tier, show="id workspace program name threshold", find="name")
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

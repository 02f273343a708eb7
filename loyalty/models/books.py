"""The books: transactions of entries that sum to zero, and the lots they name.

Facts (Transaction, Entry, Lot) are append-only by trigger. Account.balance and
LotState.remaining are moved only by the trigger on Entry. Points are whole numbers.
docs/ledger.md says why the triggers are as they are.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.scoping import TenantModel

LIMIT = 10**12


class BookRow(TenantModel):
    """A row of the books: the indexes below name what is asked, so foreign keys add none.

    The trigger on entries holds the workspace of all three against the account's, which has the
    foreign key: a second look-up for every row would say nothing new.
    """

    workspace = models.ForeignKey(
        "core.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta(TenantModel.Meta):
        abstract = True


class Account(TenantModel):
    """A customer's points, or one side of the programme (which keeps no stored balance)."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        ISSUED = "issued", _("Issued")
        SPENT = "spent", _("Spent")
        EXPIRED = "expired", pgettext_lazy("points", "Expired")
        ADJUSTED = "adjusted", _("Adjusted")
        DEBT = "debt", _("Debt")

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    # Set on customer and debt accounts: a trigger looks when an account is opened, the rest never
    # changes. A CHECK would be read anew with every move of the balance.
    customer = models.ForeignKey(
        "crm.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    balance = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["program", "kind", "customer"],
                name="loyalty_account_one_each",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(kind="debt") | models.Q(balance__gte=0),
                name="loyalty_account_not_negative",
            ),
        ]
        indexes = [
            # The customer card and the balance endpoint.
            models.Index(fields=["customer"], name="loyalty_account_of_customer"),
        ]


class Transaction(BookRow):
    """One business fact in the books, once: its key is made from the fact itself."""

    class Kind(models.TextChoices):
        ACCRUE = "accrue", _("Points earned")
        REDEEM = "redeem", _("Points spent")
        REVERSE = "reverse", _("Points taken back on a refund")
        RETURN = "return", _("Points returned")
        EXPIRE = "expire", _("Points expired")
        ADJUST = "adjust", _("Changed by hand")

    # Both held against the account's by the trigger on entries, like the workspace.
    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=8, choices=Kind)
    customer = models.ForeignKey(
        "crm.Customer",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    idempotency_key = models.CharField(max_length=160)
    payload_hash = models.BinaryField(max_length=32)
    order = models.ForeignKey(
        "crm.Order", on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    # An adjustment has both; the trigger on entries refuses one without.
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=64, blank=True)
    # When it happened in the business, and when it was written.
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["program", "idempotency_key"], name="loyalty_transaction_key_once"
            ),
            models.UniqueConstraint(
                fields=["program", "order"],
                condition=models.Q(kind="accrue"),
                name="loyalty_transaction_one_accrual_an_order",
            ),
        ]
        indexes = [
            # A customer's statement, newest first.
            models.Index(fields=["customer", "-occurred_at", "-id"], name="loyalty_txn_statement"),
            # What has been taken back or returned of a transaction so far.
            models.Index(
                fields=["reverses"],
                name="loyalty_txn_reverses",
                condition=models.Q(reverses__isnull=False),
            ),
            # What happened to an order's points (most transactions that name one are accruals).
            models.Index(
                fields=["order"],
                name="loyalty_txn_of_order",
                condition=models.Q(order__isnull=False),
            ),
        ]


class Lot(BookRow):
    """Points given together: when they may be spent and when they burn (exclusive instant).

    A lot holds something once an entry bears it; the trigger then holds both references.
    """

    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="lots",
        db_index=False,
        db_constraint=False,
    )
    transaction = models.ForeignKey(
        Transaction,
        on_delete=models.PROTECT,
        related_name="lots",
        db_index=False,
        db_constraint=False,
    )
    amount = models.BigIntegerField()
    active_from = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, amount__lte=LIMIT), name="loyalty_lot_amount"
            ),
        ]
        indexes = [
            # Redemption: earliest expiry first; the warning about points that burn soon.
            models.Index(fields=["account", "expires_at", "id"], name="loyalty_lot_fifo"),
            # Who is warned before points burn, as of any day.
            models.Index(fields=["workspace", "expires_at"], name="loyalty_lot_expiry"),
        ]


class LotState(TenantModel):
    """What is left of a lot. Born and moved by the trigger on entries, by nothing else."""

    lot = models.OneToOneField(
        Lot,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="state",
        db_constraint=False,
    )
    # Copied from the lot by the trigger, so that no further check of them is needed.
    workspace = models.ForeignKey(
        "core.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    amount = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True, blank=True)
    remaining = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(remaining__gte=0, remaining__lte=models.F("amount")),
                name="loyalty_lotstate_within_amount",
            )
        ]
        indexes = [
            # The expiry job: lots with something left that has burned; closed lots drop out.
            models.Index(
                fields=["workspace", "expires_at"],
                name="loyalty_lotstate_due",
                condition=models.Q(remaining__gt=0),
            ),
        ]


class Entry(BookRow):
    """One side of a transaction. A customer's names a lot; all of a transaction sum to zero.

    The trigger on entries looks up all three that it names, and none of them can be deleted.
    Foreign keys would do that again, and lock the programme's own account row for each entry:
    the hot row that those accounts keep no balance to avoid.
    """

    transaction = models.ForeignKey(
        Transaction,
        on_delete=models.PROTECT,
        related_name="entries",
        db_index=False,
        db_constraint=False,
    )
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="entries",
        db_index=False,
        db_constraint=False,
    )
    lot = models.ForeignKey(
        Lot,
        on_delete=models.PROTECT,
        related_name="entries",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    amount = models.BigIntegerField()
    occurred_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(amount=0) & models.Q(amount__gte=-LIMIT, amount__lte=LIMIT),
                name="loyalty_entry_amount",
            )
        ]
        indexes = [
            # Balances as of a moment, proofs of the stored ones, and recent operations: each
            # transaction has one entry on an account of the programme's own.
            models.Index(
                fields=["account", "occurred_at"], include=["amount"], name="loyalty_entry_account"
            ),
            models.Index(
                fields=["lot"],
                include=["amount", "occurred_at"],
                name="loyalty_entry_lot",
                condition=models.Q(lot__isnull=False),
            ),
            models.Index(fields=["transaction"], name="loyalty_entry_txn"),
        ]

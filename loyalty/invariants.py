"""What the books promise, as queries that count zero; ids as in docs/ledger.md."""

from core import invariants
from loyalty.rules.points import LIMIT

BALANCED = """
SELECT count(*) FROM (
    SELECT t.id FROM loyalty_transaction t LEFT JOIN loyalty_entry e ON e.transaction_id = t.id
    GROUP BY t.id HAVING coalesce(sum(e.amount), 1) <> 0 OR count(e.id) < 2
) q
"""
STORED_BALANCE = """
SELECT count(*) FROM loyalty_account a
LEFT JOIN (SELECT account_id, sum(amount) AS points FROM loyalty_entry GROUP BY 1) e
    ON e.account_id = a.id
WHERE a.balance <> CASE WHEN a.customer_id IS NULL THEN 0 ELSE coalesce(e.points, 0) END
"""
NOT_NEGATIVE = """
SELECT (SELECT count(*) FROM loyalty_account WHERE balance < 0 AND kind <> 'debt')
     + (SELECT count(*) FROM loyalty_account WHERE balance > 0 AND kind = 'debt')
     + (SELECT count(*) FROM loyalty_lotstate WHERE remaining < 0)
"""
LOT_REMAINDER = """
SELECT count(*) FROM loyalty_lot l
LEFT JOIN loyalty_lotstate s ON s.lot_id = l.id
LEFT JOIN (SELECT lot_id, sum(amount) AS points FROM loyalty_entry
           WHERE lot_id IS NOT NULL GROUP BY 1) e ON e.lot_id = l.id
WHERE s.remaining IS DISTINCT FROM e.points OR s.remaining NOT BETWEEN 0 AND l.amount
   OR (s.amount, s.workspace_id) <> (l.amount, l.workspace_id)
   OR s.expires_at IS DISTINCT FROM l.expires_at
"""
BALANCE_IN_LOTS = """
SELECT count(*) FROM loyalty_account a
LEFT JOIN (SELECT l.account_id, sum(s.remaining) AS points
           FROM loyalty_lot l JOIN loyalty_lotstate s ON s.lot_id = l.id GROUP BY 1) lots
    ON lots.account_id = a.id
WHERE a.kind = 'customer' AND a.balance <> coalesce(lots.points, 0)
"""
# Every order has one accrual at most, and no transaction of a key has a twin.
POSTED_ONCE = """
SELECT count(*) FROM (
    SELECT 1 FROM loyalty_transaction WHERE kind = 'accrue'
    GROUP BY program_id, order_id HAVING count(*) > 1
) q
"""
# A replay: who took from a lot while another that burns earlier was active and not empty after
# the whole transaction? An order's own lot may be taken from first on its refund, likewise the
# lot of an adjustment that is undone; an expiry takes the lot it names.
FIRST_TO_BURN_FIRST = """
SELECT count(*) FROM loyalty_entry e
JOIN loyalty_transaction t ON t.id = e.transaction_id
JOIN loyalty_lot l ON l.id = e.lot_id
WHERE e.amount < 0 AND t.kind IN ('redeem', 'reverse', 'adjust')
  AND (t.reverses_id IS NULL OR l.transaction_id <> t.reverses_id)
  AND EXISTS (
    SELECT FROM loyalty_lot earlier
    WHERE earlier.account_id = e.account_id AND earlier.transaction_id < e.transaction_id
      AND earlier.active_from <= e.occurred_at AND earlier.expires_at > e.occurred_at
      AND (earlier.expires_at, earlier.id) < (coalesce(l.expires_at, 'infinity'), l.id)
      AND (SELECT sum(amount) FROM loyalty_entry
           WHERE lot_id = earlier.id AND transaction_id <= e.transaction_id) > 0)
"""
EXPIRED_ONCE = """
SELECT count(*) FROM (
    SELECT 1 FROM loyalty_entry e JOIN loyalty_transaction t ON t.id = e.transaction_id
    JOIN loyalty_lot l ON l.id = e.lot_id
    WHERE t.kind = 'expire'
    GROUP BY l.id HAVING count(*) > 1 OR bool_or(t.occurred_at < l.expires_at)
) q
"""
WITHIN_LIMIT = f"""
SELECT (SELECT count(*) FROM loyalty_entry WHERE abs(amount) > {LIMIT} OR amount = 0)
     + (SELECT count(*) FROM loyalty_lot WHERE amount NOT BETWEEN 1 AND {LIMIT})
"""  # noqa: S608 (a constant)
# issued = outstanding + spent + expired + adjusted - debt: the stored balances of people against
# the entries of the programme's own accounts.
EQUATION = """
SELECT count(*) FROM loyalty_program p
WHERE (SELECT coalesce(sum(balance), 0) FROM loyalty_account a WHERE a.program_id = p.id)
   <> (SELECT -coalesce(sum(e.amount), 0) FROM loyalty_account a
       JOIN loyalty_entry e ON e.account_id = a.id
       WHERE a.program_id = p.id AND a.customer_id IS NULL)
"""

CLAIMS = {
    "ledger.L1": ("Every operation sums to zero", BALANCED),
    "ledger.L2": ("Every stored balance is the sum of its entries", STORED_BALANCE),
    "ledger.L3": ("Nobody has fewer than zero points; only debt is negative", NOT_NEGATIVE),
    "ledger.L4": ("What is left of a lot is the sum of the entries naming it", LOT_REMAINDER),
    "ledger.L5": ("A balance is what is left in the customer's lots", BALANCE_IN_LOTS),
    "ledger.L7": ("No order earned points twice", POSTED_ONCE),
    "ledger.L12": ("Points that burn first were taken first", FIRST_TO_BURN_FIRST),
    "ledger.L13": ("No lot burned twice or before its time", EXPIRED_ONCE),
    "ledger.L16": ("No amount is zero or beyond the limit", WITHIN_LIMIT),
    "ledger.L19": ("Issued = outstanding + spent + burned + adjusted - debt", EQUATION),
}


def register() -> None:
    """Put the claims of the books into the registry of all apps."""
    for name, (claim, sql) in CLAIMS.items():
        invariants.register(name, claim, sql)

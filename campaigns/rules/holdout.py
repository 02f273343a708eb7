"""Who is kept out of a campaign as its control group: sticky, by a hash, with no state.

The bucket is the first 32 bits of SHA-256 over `workspace:salt:customer`. The same salt always
gives the same people, and a larger share contains every smaller one. SQL says the same thing, so
an audience of a million is split inside its INSERT … SELECT.
"""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

BUCKETS = 2**32

# Parameters, in order: salt, threshold(share). The two columns are named by `sql`.
_SQL = (
    "('x' || encode(substr(sha256(convert_to("
    "{workspace}::text || ':' || %s || ':' || {customer}::text, 'UTF8')), 1, 4), 'hex')"
    ")::bit(32)::bigint"
)


def bucket(workspace_id: int, salt: str, customer_id: int) -> int:
    """A number from 0 to 2**32 - 1 that depends on nothing but its arguments."""
    return int.from_bytes(sha256(f"{workspace_id}:{salt}:{customer_id}".encode()).digest()[:4])


def threshold(share: Decimal) -> int:
    """The first bucket outside a group of this share."""
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return int(share * BUCKETS)


def is_held_out(workspace_id: int, salt: str, customer_id: int, share: Decimal) -> bool:
    """Whether the customer is in the control group of this salt."""
    return bucket(workspace_id, salt, customer_id) < threshold(share)


def variant(workspace_id: int, salt: str, customer_id: int, weights: Sequence[int]) -> int:
    """The index of the customer's variant, in proportion to `weights`."""
    point = bucket(workspace_id, salt, customer_id) * sum(weights)
    reached = 0
    for index, weight in enumerate(weights):
        reached += weight * BUCKETS
        if point < reached:
            return index
    raise ValueError("at least one weight must be positive")


def sql(workspace: str = "workspace_id", customer: str = "customer_id") -> str:
    """`bucket(…) < threshold` in SQL, with two parameters: the salt, threshold(share).

    The column expressions come from code, never from a request.
    """
    return f"{sql_bucket(workspace, customer)} < %s"


def sql_bucket(workspace: str = "workspace_id", customer: str = "customer_id") -> str:
    """`bucket(…)` in SQL, with one parameter: the salt."""
    return _SQL.format(workspace=workspace, customer=customer)

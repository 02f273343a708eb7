"""The proofs of the books in plain words: the claim, how it was checked, over how much."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty.selectors.integrity import CHECK

__all__ = ["CHECK", "Proof", "proofs"]

OPERATIONS = "transactions"
# Claim, how it is checked, what is counted, and the invariants behind it.
CLAIMS: list[tuple[Any, Any, str, tuple[str, ...]]] = [
    (
        _("Every point came from somewhere and went somewhere"),
        _("The sides of each operation sum to zero, and the whole equation holds"),
        OPERATIONS,
        ("ledger.L1", "ledger.L19"),
    ),
    (
        _("Each balance equals what is left of the points given"),
        _("All unspent lots of a customer are added up and compared with what the till sees"),
        "accounts",
        ("ledger.L2", "ledger.L4", "ledger.L5"),
    ),
    (
        _("Nobody spent more than they had"),
        _("No lot and no balance went below zero, not for a second"),
        "lots",
        ("ledger.L3", "ledger.L16"),
    ),
    (
        _("No order earned twice"),
        _("Each order has one accrual at most, however often it came"),
        OPERATIONS,
        ("ledger.L7",),
    ),
    (
        _("Points that expire first were spent first"),
        _("All spending is replayed in its order"),
        "entries",
        ("ledger.L12",),
    ),
    (
        _("Only what was due expired"),
        _("No lot expired twice or before its day had ended"),
        "lots",
        ("ledger.L13",),
    ),
]


@dataclass(frozen=True)
class Proof:
    """A claim and whether it held; `checked` of `kind` (transactions, lots …) were looked at."""

    claim: str
    how: str
    kind: str
    checked: int
    broken: int

    @property
    def holds(self) -> bool:
        return self.broken == 0


def proofs(result: dict[str, Any]) -> list[Proof]:
    """The proofs of a finished check, the failing ones first."""
    counts, sizes = result.get("broken", {}), result.get("sizes", {})
    found = [
        Proof(str(claim), str(how), kind, sizes.get(kind, 0), sum(counts.get(n, 0) for n in names))
        for claim, how, kind, names in CLAIMS
    ]
    return sorted(found, key=lambda proof: proof.holds)

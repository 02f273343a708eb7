"""Whether the rows that share an order's number are its lines, or the same order again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crm.rules import headers
from crm.services.importing.columns import is_missing

# In a longer sample than FEW, orders that mostly come once are one row each.
FEW, MOSTLY_ONCE = 20, 0.9
Sample = dict[str, Sequence[object]]


@dataclass(frozen=True)
class Repeats:
    """Orders of several rows in a sample: those whose rows say different sums, and the others."""

    rows: int = 0
    orders: int = 0
    differing: int = 0
    same: int = 0

    @property
    def are_usual(self) -> bool:
        return self.rows > FEW and self.orders < MOSTLY_ONCE * self.rows


def settle(kind: str, mapping: dict[str, str], sample: Sample) -> tuple[str, dict[str, str]]:
    """Kind and mapping of a file once its rows are looked at.

    Orders that usually take several rows that differ are lines. Lines that all say one sum, in a
    column called the order's total, are rows of orders: the total stands beside each of them.
    """
    if kind == headers.CUSTOMERS:
        return kind, mapping
    found = _counted(mapping, sample)
    wanted = kind
    if kind == headers.ORDERS and found.are_usual and found.differing >= found.same:
        wanted = headers.LINES
    if kind == headers.LINES and found.same and not found.differing and _has_totals(mapping):
        wanted = headers.ORDERS
    return wanted, mapping if wanted == kind else headers.recognise(list(sample), wanted)


def _has_totals(mapping: dict[str, str]) -> bool:
    """Whether the money of the file is a total of orders by its name, and there is no other."""
    columns = {name: column for column, name in mapping.items()}
    return "unit_price" not in columns and headers.is_of_order(columns.get("amount", ""))


def _counted(mapping: dict[str, str], sample: Sample) -> Repeats:
    columns = {name: column for column, name in mapping.items() if column in sample}
    if not {"order_id", "customer"} <= columns.keys():
        return Repeats()
    names = [columns[name] for name in ("order_id", "customer", "date", "amount")
             if name in columns]  # fmt: skip
    # Lines under an order often leave its sum out; they say nothing else of it.
    rows = [
        one for one in zip(*(sample[name] for name in names), strict=True)
        if one[0] and not ("amount" in columns and is_missing(one[-1]))
    ]  # fmt: skip
    written = Counter(one[:2] for one in rows)
    different = Counter(one[:2] for one in dict.fromkeys(rows))
    several = [order for order, times in written.items() if times > 1]
    differing = sum(different[order] > 1 for order in several)
    return Repeats(len(rows), len(written), differing, len(several) - differing)

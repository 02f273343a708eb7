"""What an order's lines come to."""

from collections.abc import Sequence
from decimal import Decimal

from crm.rules import numbers


def amount(quantity: Decimal, unit_price: Decimal) -> int:
    """Minor units of a line, halves to even."""
    return numbers.minor(quantity * unit_price)


def is_sale(quantity: Decimal, unit_price: Decimal) -> bool:
    """A sale has a quantity and a price above zero; gifts and corrections are kept beside."""
    return quantity > 0 and unit_price > 0


def total(lines: Sequence[tuple[int, bool]]) -> int:
    """The sum of sale lines, given (amount, is a sale)."""
    return sum(money for money, counts in lines if counts)

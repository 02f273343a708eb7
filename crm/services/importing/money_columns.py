"""Which columns say what a line came to: quantity x unit price, or its own amount."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import islice

from crm.rules import headers, numbers
from crm.rules.faults import Fault
from crm.services.importing.columns import is_missing

LOOKED_AT = 2_000
# At least this share of lines has to come to their own amount, give or take a hundredth.
MOSTLY, CENT = 0.98, Decimal("0.011")
# Order, quantity, unit price, amount.
Row = tuple[object, Decimal, Decimal, Decimal]
Sample = dict[str, Sequence[object]]


def chosen(
    mapping: dict[str, str], sample: Sample, mark: str
) -> tuple[dict[str, str], dict[str, str]]:
    """The mapping with one way to money, and what is remarkable of it: {what: the column}.

    Quantity x unit price where both are there, and the amount, if there is one, says the same or
    is the order's, the same on each of its lines. Where it says another sum, as after a discount,
    it is what was paid (`amount`). Without a quantity it is the sum, unless by its name it is the
    order's; but whole amounts beside prices that are not whole are `pieces`.
    """
    columns = {name: column for column, name in mapping.items()}
    if not {"unit_price", "amount"} <= columns.keys():
        return mapping, {}
    amount, price = columns["amount"], columns["unit_price"]
    if "quantity" not in columns:
        if _are_pieces(sample.get(amount, ()), sample.get(price, ()), mark):
            return {**mapping, amount: "quantity"}, {"pieces": amount}
        return _without(mapping, "amount" if headers.is_of_order(amount) else "unit_price"), {}
    if _is_another_sum(columns, sample, mark):
        return _without(mapping, "unit_price"), {"amount": amount}
    return _without(mapping, "amount"), {}


def _without(mapping: dict[str, str], field: str) -> dict[str, str]:
    return {column: name for column, name in mapping.items() if name != field}


def _are_pieces(amounts: Sequence[object], prices: Sequence[object], mark: str) -> bool:
    """Multiples of prices that are not whole would not all be whole themselves."""
    sums, each = _numbers(amounts, mark), _numbers(prices, mark)
    return bool(sums) and all(map(_is_whole, sums)) and not all(map(_is_whole, each))


def _numbers(cells: Sequence[object], mark: str) -> list[Decimal]:
    found = []
    for cell in cells[:LOOKED_AT]:
        with suppress(Fault):
            found.append(numbers.parse(cell, mark))
    return found


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _is_another_sum(columns: dict[str, str], sample: Sample, mark: str) -> bool:
    rows = list(islice(_rows(columns, sample, mark), LOOKED_AT))
    if not rows or headers.is_of_order(columns["amount"]):
        return False
    agreeing = sum(abs(abs(units * each) - abs(money)) < CENT for _, units, each, money in rows)
    if agreeing >= MOSTLY * len(rows):
        return False
    sums = defaultdict(list)
    for order, _, _, money in rows:
        sums[order].append(money)
    several = [found for found in sums.values() if len(found) > 1]
    # An order's total stands the same beside each of its lines.
    return not several or any(len(set(found)) > 1 for found in several)


def _rows(columns: dict[str, str], sample: Sample, mark: str) -> Iterator[Row]:
    """The lines that say all three."""
    names = [columns[name] for name in ("quantity", "unit_price", "amount")]
    cells = zip(*(sample.get(name, ()) for name in names), strict=True)
    orders = sample.get(columns.get("order_id", ""), None)
    for place, row in enumerate(cells):
        if any(map(is_missing, row)):
            continue
        try:
            units, each, money = (numbers.parse(cell, mark) for cell in row)
        except Fault:
            continue
        yield (place if orders is None else orders[place]), units, each, money

"""Which of a table's first rows names its columns: reports begin with a title, a period, a filter."""

from collections.abc import Sequence

from crm.rules import headers

# Rows with anything in them that are looked at.
LOOKED_AT = 10
# One word of a heading may stand in a row, such as a way to pay; several may not.
SEVERAL = 2
# So much of a row is looked at, whatever somebody has sent.
MOST_CELLS, LONGEST_CELL = 300, 120
# A row of one cell above rows of so many is a title.
A_TABLE = 3


def place(rows: Sequence[Sequence[str]]) -> int:
    """The first row that names all that orders need; else several fields of people.

    Where none does, the first row that is no title: somebody will say which column is what.
    """
    beginnings = [[cell[:LONGEST_CELL] for cell in row[:MOST_CELLS]] for row in rows]
    for is_heading in (_is_of_orders, _is_of_people):
        for at, row in enumerate(beginnings):
            if is_heading(row):
                return at
    filled = [sum(bool(cell.strip()) for cell in row) for row in beginnings]
    if max(filled, default=0) < A_TABLE:
        return 0
    return next(at for at, cells in enumerate(filled) if cells > 1)


def _is_of_orders(row: Sequence[str]) -> bool:
    kinds = (headers.ORDERS, headers.LINES)
    return any(not headers.missing(headers.recognise(row, kind), kind) for kind in kinds)


def _is_of_people(row: Sequence[str]) -> bool:
    return len(headers.recognise(row, headers.CUSTOMERS)) >= SEVERAL

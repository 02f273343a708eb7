"""Finds where the fifths of a base end, and says in SQL which score a customer gets."""

from dataclasses import dataclass

from psycopg2 import sql

from analytics.rules import quantiles
from analytics.rules.quantiles import Cut
from analytics.selectors.reading import one, planned, rows
from analytics.services.counting import PARALLEL

# Recency counts from the day after `as_of`, so a purchase on that day is one day old.
METRICS = ("recency", "frequency", "monetary")
# No customer comes after this one.
BEHIND_ALL = 2**63 - 1


@dataclass(frozen=True)
class Borders:
    """Where one figure of a base is cut into fifths."""

    values: list[int]
    # The last customer, in ascending id, whose value equals the border and who is still below.
    last_tied: list[int]
    in_fifths: list[int]


def column(metric: str, snapshot_day: sql.Composable) -> sql.Composable:
    """The expression of a metric over a table with orders, revenue and last_on."""
    if metric == "recency":
        return sql.SQL("({} - last_on)").format(snapshot_day)
    return sql.SQL("orders" if metric == "frequency" else "revenue")


def borders_of(
    table: sql.Identifier, snapshot_day: sql.Composable, metrics_by_rank: set[str]
) -> dict[str, Borders]:
    """The borders of all three metrics; ties are resolved for those scored by rank."""
    customers = int(one(sql.SQL("SELECT count(*) FROM {}").format(table))[0])
    if not customers:
        return dict.fromkeys(METRICS, Borders([0] * 4, [BEHIND_ALL] * 4, [0] * 4))
    cuts = quantiles.cuts(customers)
    around = _values_around(table, snapshot_day, cuts, customers)
    found = {}
    for metric in METRICS:
        lows, highs = around[metric][:4], around[metric][4:]
        ties = [BEHIND_ALL] * 4
        if metric in metrics_by_rank:
            ties = _last_tied(table, column(metric, snapshot_day), lows, cuts)
        fifths = [
            quantiles.border_in_fifths(low, high, cut)
            for low, high, cut in zip(lows, highs, cuts, strict=True)
        ]
        found[metric] = Borders(values=lows, last_tied=ties, in_fifths=fifths)
    return found


def _values_around(
    table: sql.Identifier, snapshot_day: sql.Composable, cuts: list[Cut], customers: int
) -> dict[str, list[int]]:
    """Per metric the four values at the cuts, then the four right after them."""
    places = [cut.position for cut in cuts]
    places += [min(place + 1, customers - 1) for place in places]
    shares = [(place + 0.5) / customers for place in places]
    wanted = sql.SQL(", ").join(
        sql.SQL("percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY {})").format(
            column(metric, snapshot_day)
        )
        for metric in METRICS
    )
    found = one(sql.SQL("SELECT {} FROM {}").format(wanted, table), {"shares": shares})
    return dict(zip(METRICS, found, strict=True))


def _last_tied(
    table: sql.Identifier, metric: sql.Composable, values: list[int], cuts: list[Cut]
) -> list[int]:
    """Of the customers whose value equals each border, the one that stands at the cut."""
    counts = sql.SQL(", ").join(
        sql.SQL("count(*) FILTER (WHERE {m} < {v}), count(*) FILTER (WHERE {m} = {v})").format(
            m=metric, v=sql.Literal(value)
        )
        for value in values
    )
    with planned(**PARALLEL):
        found = one(sql.SQL("SELECT {} FROM {}").format(counts, table))
    pairs = zip(found[::2], found[1::2], strict=True)
    return [
        _tied_at(table, metric, value, cut.position - below, equal)
        for value, cut, (below, equal) in zip(values, cuts, pairs, strict=True)
    ]


def _tied_at(
    table: sql.Identifier, metric: sql.Composable, value: int, place: int, equal: int
) -> int:
    if place >= equal - 1:
        return BEHIND_ALL
    found = rows(
        sql.SQL(
            "SELECT customer_id FROM {} WHERE {} = %(value)s ORDER BY customer_id"
            " OFFSET %(place)s LIMIT 1"
        ).format(table, metric),
        {"value": value, "place": place},
    )
    return int(found[0][0])


def by_value(metric: sql.Composable, borders: Borders) -> sql.Composable:
    """1 + how many interpolated borders lie strictly below the value."""
    steps = [
        sql.SQL("({} * 5 > {})::int").format(metric, sql.Literal(border))
        for border in borders.in_fifths
    ]
    return sql.SQL("(1 + {})").format(sql.SQL(" + ").join(steps))


def by_rank(metric: sql.Composable, borders: Borders) -> sql.Composable:
    """1 + how many cuts lie strictly below the rank, ties in ascending customer id."""
    steps = [
        sql.SQL("({m} > {v} OR ({m} = {v} AND customer_id > {c}))::int").format(
            m=metric, v=sql.Literal(value), c=sql.Literal(last)
        )
        for value, last in zip(borders.values, borders.last_tied, strict=True)
    ]
    return sql.SQL("(1 + {})").format(sql.SQL(" + ").join(steps))

"""Finds where the fifths of a base end, and says in SQL which score a customer gets."""

from dataclasses import dataclass

from psycopg2 import sql

from analytics.rules import quantiles
from analytics.rules.quantiles import Cut
from analytics.selectors.reading import one

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
    lows = {metric: around[metric][:4] for metric in METRICS}
    ranked = [metric for metric in METRICS if metric in metrics_by_rank]
    tied = _last_tied(table, snapshot_day, {metric: lows[metric] for metric in ranked}, cuts)
    return {
        metric: Borders(
            values=lows[metric],
            last_tied=tied.get(metric, [BEHIND_ALL] * 4),
            in_fifths=[
                quantiles.border_in_fifths(low, high, cut)
                for low, high, cut in zip(lows[metric], around[metric][4:], cuts, strict=True)
            ],
        )
        for metric in METRICS
    }


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


@dataclass(frozen=True)
class _Tie:
    """Customers whose value equals a border: the one at `share` of them is the last below."""

    metric: str
    at: int
    value: int
    share: float


def _last_tied(
    table: sql.Identifier, snapshot_day: sql.Composable, lows: dict[str, list[int]], cuts: list[Cut]
) -> dict[str, list[int]]:
    """Of the customers whose value equals each border, the one that stands at the cut."""
    found = {metric: [BEHIND_ALL] * 4 for metric in lows}
    ties = _ties(table, snapshot_day, lows, cuts)
    if ties:
        picks = [
            sql.SQL(
                "percentile_disc({share}) WITHIN GROUP (ORDER BY customer_id)"
                " FILTER (WHERE {metric} = {value})"
            ).format(
                share=sql.Literal(tie.share), metric=column(tie.metric, snapshot_day),
                value=sql.Literal(tie.value),
            )
            for tie in ties
        ]  # fmt: skip
        picked = one(sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(picks), table))
        for tie, customer in zip(ties, picked, strict=True):
            found[tie.metric][tie.at] = int(customer)
    return found


def _ties(
    table: sql.Identifier, snapshot_day: sql.Composable, lows: dict[str, list[int]], cuts: list[Cut]
) -> list[_Tie]:
    """The borders whose equals do not all stand below the cut, by one scan."""
    places = [(m, at, value) for m, values in lows.items() for at, value in enumerate(values)]
    if not places:
        return []
    counts = sql.SQL(", ").join(
        sql.SQL("count(*) FILTER (WHERE {m} < {v}), count(*) FILTER (WHERE {m} = {v})").format(
            m=column(metric, snapshot_day), v=sql.Literal(value)
        )
        for metric, _, value in places
    )
    counted = one(sql.SQL("SELECT {} FROM {}").format(counts, table))
    below, equal = counted[::2], counted[1::2]
    return [
        _Tie(metric, at, value, (cuts[at].position - less + 0.5) / same)
        for (metric, at, value), less, same in zip(places, below, equal, strict=True)
        if cuts[at].position - less < same - 1
    ]


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

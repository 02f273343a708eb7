"""Reads a base whole, and says in SQL which score a customer gets."""

from datetime import date, timedelta

import numpy as np
from psycopg2 import sql

from analytics.rules import purchases
from analytics.rules.base import RECORD, People
from analytics.rules.quantiles import Borders
from analytics.services import packing

_PEOPLE = sql.SQL("SELECT figures FROM {history}")


def day_of(as_of: date) -> int:
    """A day as a number, counted as PostgreSQL counts them."""
    return int((np.datetime64(as_of) - purchases.EPOCH).astype(int))


def people_of(history: sql.Identifier, as_of: date) -> People:
    """Everybody of a history table."""
    found = packing.records(_PEOPLE.format(history=history), RECORD)
    return People.read(found, day_of(as_of))


def by_value(metric: str, borders: Borders, as_of: date) -> sql.Composable:
    """1 + how many interpolated borders lie strictly below the value, 6 - that for recency."""
    return _score(metric, [_is_above(metric, border // 5, as_of) for border in borders.in_fifths])


def by_rank(metric: str, borders: Borders, as_of: date) -> sql.Composable:
    """1 + how many cuts lie strictly below the rank, ties in ascending customer id; as above."""
    return _score(
        metric,
        [
            sql.SQL("{} OR {} AND customer_id > {}").format(
                _is_above(metric, value, as_of), _is(metric, value, as_of), sql.Literal(last)
            )
            for value, last in zip(borders.values, borders.last_tied, strict=True)
        ],
    )


def _score(metric: str, is_above: list[sql.Composable]) -> sql.Composable:
    """Who is above a border is above the lower ones, so the highest is asked about first."""
    scores = (1, 2, 3, 4, 5) if metric == "recency" else (5, 4, 3, 2, 1)
    steps = [
        sql.SQL("WHEN {} THEN {}").format(condition, sql.Literal(score))
        for condition, score in zip(reversed(is_above), scores[:4], strict=True)
    ]
    return sql.SQL("CASE {} ELSE {} END").format(sql.SQL(" ").join(steps), sql.Literal(scores[4]))


def _is_above(metric: str, value: int, as_of: date) -> sql.Composable:
    """Whether a whole number is above; days are compared as days, without counting back."""
    if metric == "recency":
        return sql.SQL("last_on < {}").format(_day(value, as_of))
    return sql.SQL("{} > {}").format(sql.SQL(_COLUMNS[metric]), sql.Literal(value))


def _is(metric: str, value: int, as_of: date) -> sql.Composable:
    if metric == "recency":
        return sql.SQL("last_on = {}").format(_day(value, as_of))
    return sql.SQL("{} = {}").format(sql.SQL(_COLUMNS[metric]), sql.Literal(value))


_COLUMNS = {"frequency": "orders", "monetary": "revenue"}


def _day(recency: int, as_of: date) -> sql.Composable:
    return sql.SQL("{}::date").format(sql.Literal(as_of + timedelta(1) - timedelta(recency)))

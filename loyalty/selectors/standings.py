"""Where a customer stands in the programme: level, points, and the year by week, in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, DateTimeField, F, Value
from django.db.models.functions import Cast

from crm.models import Customer
from loyalty.models import Program, Tier
from loyalty.selectors import balances, levels
from loyalty.selectors.balances import Balance
from loyalty.selectors.levels import Level

WEEKS = 52
_NO_TIME = Value(None, DateTimeField())
_NO_NAME = Value("", CharField())


@dataclass(frozen=True)
class Standing:
    """`by_week` are the points at the end of each week of the last year, and now."""

    level: Level
    balance: Balance
    by_week: Sequence[int]


@dataclass(frozen=True)
class _Row:
    """A fact of any kind, so that one query can ask for all of them."""

    what: str
    name: str
    points: int
    since: datetime | None
    until: datetime | None


def standing(*, program: Program, customer: Customer, at: datetime) -> Standing:
    """What `levels.level`, `balances.balance` and `balances.by_week` say, asked at once."""
    facts = _facts(program, customer, at)
    lots = [
        balances.Left(one.points, one.since, one.until)
        for one in facts
        if one.what == "lot" and one.since
    ]
    moved = [(one.since, one.points) for one in facts if one.what == "customer" and one.since]
    owed = sum(one.points for one in facts if one.what == "debt")
    earned = sum(one.points for one in facts if one.what == "earned")
    tiers = [(one.points, one.name) for one in facts if one.what == "tier"]
    return Standing(
        level=levels.level_at(earned, tiers),
        balance=balances.balance_of(lots, owed, at=at, zone=program.workspace.timezone),
        by_week=balances.ends_of_weeks(moved, at=at, weeks=WEEKS),
    )


def _facts(program: Program, customer: Customer, at: datetime) -> list[_Row]:
    """The levels, open lots, moves of points, debts and points of the year, in one query."""
    terms: dict[str, Any] = {"program": program, "customer": customer, "at": at}
    tiers = Tier.objects.within(program.workspace_id).filter(program=program)
    return [
        _Row(*row)
        for row in _rows(tiers, Value("tier"), F("threshold"), name=F("name")).union(
            _rows(balances.open_lots(**terms), Value("lot"), F("left"), F("active_from"),
                  F("expires_at")),
            _rows(balances.moves(**terms), F("account__kind"), F("amount"), F("occurred_at")),
            _rows(balances.debts(**terms), F("account__kind"), F("amount")),
            _rows(levels.earned_in_a_year(**terms), Value("earned"), F("earned")),
            all=True,
        )
    ]  # fmt: skip


def _rows(
    found: Any, what: Any, points: Any, since: Any = _NO_TIME, until: Any = _NO_TIME,
    name: Any = _NO_NAME,
) -> Any:  # fmt: skip
    return found.order_by().values_list(what, name, Cast(points, BigIntegerField()), since, until)

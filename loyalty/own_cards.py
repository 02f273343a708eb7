"""The programme's parts of the customer card: level, points, operations."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core import calendars, formats
from core.blocks import Part
from core.scoping import Scope
from crm import cards, timeline
from crm.models import Customer
from crm.timeline import Moment
from loyalty.selectors import balances, levels, programs, statements

# Rows of the tab before its "Show more".
PAGE = 20
WEEKS = 52
# What burns next is out of the ordinary, the rest is not.
TONES = ("c2", "c1", "c6")


def register() -> None:
    """Called once, when the app is ready."""
    cards.register(
        "loyalty", _("Loyalty level"), _level, "loyalty/card/level.html", place="block", order=40,
        permission="loyalty.view",
    )  # fmt: skip
    cards.register(
        "points_now", _("Points"), _points, "loyalty/card/points.html", place="aside", order=20,
        permission="loyalty.view",
    )  # fmt: skip
    cards.register(
        "points", _("Points"), _operations, "loyalty/card/operations.html", order=20,
        permission="loyalty.view", pages=True,
    )  # fmt: skip
    timeline.register("points", _("Points"), _facts, permission="loyalty.view", order=20)
    cards.register("adjust", "", _tool, "loyalty/card/tool.html", place="tool",
                   permission="loyalty.adjust")  # fmt: skip


def _level(scope: Scope, customer: Customer, at: datetime) -> dict[str, Any] | None:
    program = programs.find(scope)
    if program is None:
        return None
    found = levels.level(program=program, customer=customer, at=at)
    return {"level": found, "program": program, "of": found.next_threshold or found.earned or 1}


def _points(scope: Scope, customer: Customer, at: datetime) -> dict[str, Any] | None:
    program = programs.find(scope)
    if program is None:
        return None
    balance = balances.balance(program=program, customer=customer, at=at)
    history = balances.by_week(program=program, customer=customer, at=at, weeks=WEEKS)
    return {
        "balance": balance,
        "history": history if any(history) else [],
        "program": program,
        "next": balance.burning[0] if balance.burning else None,
        "parts": _parts(balance),
        "may_adjust": scope.allows("loyalty.adjust"),
    }


def _parts(balance: balances.Balance) -> list[Part]:
    """Points by their last day: the next two days by themselves, later ones together."""
    language = get_language()
    parts = [
        Part(
            gettext("to %(day)s") % {"day": calendars.day(one.last_on, language)}, one.points, tone
        )
        for one, tone in zip(balance.burning[:2], TONES, strict=False)
    ]
    later = sum(one.points for one in balance.burning[2:])
    if later:
        parts.append(Part(gettext("later"), later, TONES[2]))
    if balance.never_burn:
        parts.append(Part(gettext("never expire"), balance.never_burn, "c3"))
    return parts


def _operations(
    scope: Scope, customer: Customer, _at: datetime, asked: Mapping[str, str]
) -> dict[str, Any] | None:
    program = programs.find(scope)
    if program is None:
        return {"operations": ()}
    page = statements.statement(
        program=program,
        customer=customer,
        after=statements.place_of(asked.get("after", "")),
        size=PAGE,
    )
    return {
        "operations": page.operations,
        "after": statements.place_text(page.next),
        "may_adjust": scope.allows("loyalty.adjust"),
    }


def _tool(scope: Scope, _customer: Customer, _at: datetime) -> dict[str, Any] | None:
    may = scope.allows("loyalty.adjust") and programs.find(scope) is not None
    return {} if may else None


def _facts(scope: Scope, customer: Customer, before: datetime | None, most: int) -> list[Moment]:
    """The operations as the history tells them."""
    program = programs.find(scope)
    if program is None:
        return []
    page = statements.statement(
        program=program, customer=customer, after=(before, 0) if before else None, size=most
    )
    language = get_language() or "en"
    return [
        Moment(
            one.occurred_at, "coins", f"{gettext('Points')}: {one.label.lower()}",
            detail=_why(one), amount=formats.signed(one.points, language),
        )
        for one in page.operations
    ]  # fmt: skip


def _why(one: statements.Operation) -> str:
    if one.order_number:
        return gettext("order %(number)s") % {"number": one.order_number}
    return one.reason

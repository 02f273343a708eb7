"""The programme's parts of the customer card: level, points, operations."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.ui.blocks import Part
from core.wording import calendars, formats
from crm import cards, timeline
from crm.cards import Look
from crm.timeline import Moment
from loyalty.models import Program
from loyalty.selectors import balances, programs, standings, statements
from loyalty.selectors.standings import Standing

# Rows of the tab before its "Show more".
PAGE = 20
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
        permission="loyalty.view",
    )  # fmt: skip
    timeline.register("points", _("Points"), _facts, permission="loyalty.view", order=20)
    cards.register("adjust", "", _tool, "loyalty/card/tool.html", place="tool",
                   permission="loyalty.adjust")  # fmt: skip


def _program(look: Look) -> Program | None:
    return programs.find(look.scope)


def _standing(look: Look) -> Standing | None:
    program = look.read(_program)
    if program is None:
        return None
    return standings.standing(program=program, customer=look.customer, at=look.at)


def _level(look: Look) -> dict[str, Any] | None:
    program, standing = look.read(_program), look.read(_standing)
    if standing is None:
        return None
    found = standing.level
    return {"level": found, "program": program, "of": found.next_threshold or found.earned or 1}


def _points(look: Look) -> dict[str, Any] | None:
    program, standing = look.read(_program), look.read(_standing)
    if standing is None:
        return None
    balance = standing.balance
    return {
        "balance": balance,
        "history": standing.by_week if any(standing.by_week) else [],
        "program": program,
        "next": balance.burning[0] if balance.burning else None,
        "parts": _parts(balance),
        "may_adjust": look.scope.allows("loyalty.adjust"),
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


def _operations(look: Look) -> dict[str, Any] | None:
    program = look.read(_program)
    if program is None:
        return {"operations": ()}
    page = statements.statement(
        program=program,
        customer=look.customer,
        after=statements.place_of(look.asked.get("after", "")),
        size=PAGE,
    )
    return {
        "operations": page.operations,
        "after": statements.place_text(page.next),
        "may_adjust": look.scope.allows("loyalty.adjust"),
    }


def _tool(look: Look) -> dict[str, Any] | None:
    may = look.scope.allows("loyalty.adjust") and look.read(_program) is not None
    return {} if may else None


def _facts(look: Look, before: datetime | None, most: int) -> list[Moment]:
    """The operations as the history tells them."""
    program = look.read(_program)
    if program is None:
        return []
    page = statements.statement(
        program=program, customer=look.customer, after=(before, 0) if before else None, size=most
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
    """The order or the reason, and the debt it moved: else points taken back would be missing."""
    parts = [one.why]
    if one.order_number:
        parts = [gettext("order %(number)s") % {"number": one.order_number}]
    if one.owed:
        owed = formats.signed(one.owed, get_language() or "en")
        parts.append(gettext("debt %(owed)s") % {"owed": owed})
    return ", ".join(part for part in parts if part)

"""The forecast of a launch beside what came of it, with the difference in its own words."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from campaigns.rules.prices import rounded
from campaigns.views import words
from campaigns.views.report import ABOUT, Report, language, reads_of
from core.ui.blocks import Definition
from core.wording import formats


@dataclass(frozen=True)
class OutcomeRow:
    """One figure: hoped for, come, and by how much they differ."""

    name: str
    hoped: str
    came: str
    difference: str
    definition: Definition | None = None


def rows(report: Report, currency: str) -> list[OutcomeRow]:
    """People, messages, readings, cost, the cost of a reading."""
    summary, hope = report.money.summary, report.hope
    about = ABOUT if report.is_estimated else ""
    sent = sum(row.accepted for row in report.money.steps)

    def count(number: int) -> str:
        return formats.count(number, language())

    def price(micros: int) -> str:
        return formats.price(rounded(micros), currency, language())

    return [
        _row(gettext("People written to"), hope.people, report.written_to, count),
        _row(gettext("Messages"), hope.messages, sent, count),
        _row(gettext("Read"), hope.reads, reads_of(report), count, about, words.read()),
        _row(words.cost().name, hope.cost_micros, summary.cost_micros, price, "", words.cost()),
        _row(words.cost_per_read().name, hope.cost_per_read_micros, summary.cost_per_read_micros,
             price, "", words.cost_per_read()),
    ]  # fmt: skip


def _row(
    name: str, hoped: int | None, came: int | None, write: Callable[[int], str],
    about: str = "", definition: Definition | None = None,
) -> OutcomeRow:  # fmt: skip
    return OutcomeRow(
        name=name,
        hoped=write(hoped) if hoped is not None else "—",
        came=about + write(came) if came is not None else "—",
        difference=difference(hoped, came),
        definition=definition,
    )


def difference(hoped: int | None, came: int | None) -> str:
    """−3,2 %; empty where there is nothing to compare."""
    if not hoped or came is None:
        return ""
    ratio = (Decimal(came) - hoped) / hoped
    text = formats.percent(ratio, language())
    return f"+{text}" if ratio > 0 else text

"""The panel of what a send brought: attributed beside incremental, the interval, what it means."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from campaigns.rules.uplift import Group
from campaigns.views.report import Report, about, approximate, interval, language
from core import clock
from core.wording import formats

# Wider than this share of the point, an interval is worth a word on how to narrow it.
WIDE = 1.0
TENTH = 10
# An end of the axis nearer to zero than this share of it would be written over the zero.
APART = 0.3


@dataclass(frozen=True)
class GroupRow:
    """One group's outcome in the same window."""

    name: str
    people: int
    buyers: int
    share: str
    revenue: str
    per_person: str


@dataclass(frozen=True)
class Panel:
    """`start` and `end` are the axis in minor units; texts are written already."""

    attributed: int
    attributed_text: str
    attributed_note: str
    incremental: int | None
    incremental_text: str
    incremental_note: str
    low: int
    high: int
    start: int
    end: int
    ticks: list[tuple[int, str, str]]
    sentence: str
    verdict: str
    verdict_tone: str
    meaning: str
    past_note: str
    open_note: str
    narrower: str
    groups: list[GroupRow]
    ends_at: datetime


def panel_of(report: Report, currency: str) -> Panel:
    found = report.money.uplift
    low, high = found.low or 0, found.high or 0
    start, end = _axis(min(0, low), max(high, found.attributed, found.incremental or 0, 1))
    verdict, tone = _verdict(report)
    return Panel(
        attributed=found.attributed,
        attributed_text=formats.money(found.attributed, currency, language()),
        attributed_note=_buyers_note(report),
        incremental=found.incremental,
        incremental_text=_incremental_text(report, currency),
        incremental_note=interval(low, high, currency) if found.incremental is not None else "",
        low=low,
        high=high,
        start=start,
        end=end,
        ticks=_ticks(start, end, currency),
        sentence=_sentence(report, currency),
        verdict=verdict,
        verdict_tone=tone,
        meaning=_meaning(report, currency),
        past_note=_past_note(report),
        open_note=_open_note(report),
        narrower=_narrower(report),
        groups=groups(report, currency),
        ends_at=report.money.ends_at,
    )


def _axis(low: int, high: int) -> tuple[int, int]:
    """A little air on both sides, on round numbers."""
    step = 10 ** max(2, len(str(high - low)) - 2)
    return (low // step) * step if low else 0, -(-high // step) * step


def _ticks(start: int, end: int, currency: str) -> list[tuple[int, str, str]]:
    """Where, how it is anchored, what it says; zero stands where the bars begin."""
    ends = [(start, "start"), (end, "end")]
    zero = (0, "middle" if start else "start")
    apart = [place for place in ends if abs(place[0]) >= APART * (end - start)]
    return [
        (at, anchor, formats.as_text(formats.money_scaled(at, currency, language())))
        for at, anchor in sorted([*apart, zero])
    ]


def _incremental_text(report: Report, currency: str) -> str:
    found = report.money.uplift.incremental
    return "—" if found is None else f"≈\u00a0{approximate(found, currency)}"


def _buyers_note(report: Report) -> str:
    return gettext("%(orders)s orders, %(people)s people") % {
        "orders": formats.count(report.money.orders, language()),
        "people": formats.count(report.money.buyers, language()),
    }


def _sentence(report: Report, currency: str) -> str:
    """Both samples, the interval in words, and what else touched the control group."""
    if not report.run.control_size:
        return gettext("There was no control group, so what it truly brought is not known.")
    said = (_samples(report), _interval(report, currency), _elsewhere(report))
    return " ".join(filter(None, said))


def _samples(report: Report) -> str:
    found = report.money.uplift
    facts = {
        "ours": _share(found.treated), "theirs": _share(found.control),
        "our_buyers": _count(found.treated.buyers), "our_people": _count(found.treated.people),
        "their_buyers": _count(found.control.buyers),
        "their_people": _count(found.control.people),
    }  # fmt: skip
    return (
        gettext(
            "%(ours)s of those it was sent to bought, and %(theirs)s of the control group: "
            "%(our_buyers)s of %(our_people)s against %(their_buyers)s of %(their_people)s."
        )
        % facts
    )


def _interval(report: Report, currency: str) -> str:
    found = report.money.uplift
    if found.low is None or found.high is None:
        return ""
    return gettext("The increment lies %(interval)s with a probability of 95%%.") % {
        "interval": interval(found.low, found.high, currency)
    }


def _elsewhere(report: Report) -> str:
    """Whom other runs wrote to is in the control group as everybody is; the reader is told."""
    people = report.money.control_elsewhere
    if not people:
        return ""
    return ngettext(
        "Other campaigns wrote to %(people)s person of the control group in these days; they are "
        "counted as they are.",
        "Other campaigns wrote to %(people)s people of the control group in these days; they are "
        "counted as they are.",
        people,
    ) % {"people": _count(people)}


def _share(group: Group) -> str:
    return formats.percent(group.buyers / group.people if group.people else 0, language())


def _count(number: int) -> str:
    return formats.count(number, language())


def _verdict(report: Report) -> tuple[str, str]:
    said = {
        "holds_zero": (gettext("No effect is proven: the interval holds zero."), ""),
        "above_zero": (gettext("It brought money: the interval is above zero."), "ok"),
        "below_zero": (gettext("It cost sales: the interval is below zero."), "broken"),
        "too_few": (gettext("Too few people or purchases to tell."), ""),
    }
    return said[report.money.uplift.verdict]


def _meaning(report: Report, currency: str) -> str:
    """What the interval says to somebody who has to decide."""
    found = report.money.uplift
    if found.low is None or found.high is None:
        return ""
    ends = {"low": _size(found.low, currency), "high": _size(found.high, currency)}
    said = {
        "holds_zero": gettext(
            "Between a loss of %(low)s and a gain of %(high)s everything is possible: people who "
            "get nothing also buy now more and now less. This figure is no ground for a decision."
        ),
        "above_zero": gettext(
            "Even by the most cautious count people spent %(low)s more than they would have "
            "without the send."
        ),
        "below_zero": gettext(
            "Even by the kindest count people spent %(high)s less than they would have without "
            "the send."
        ),
    }
    return said.get(found.verdict, "") % ends


def _size(minor: int, currency: str) -> str:
    return approximate(abs(minor), currency)


def _past_note(report: Report) -> str:
    """The demo's own honesty: nobody received it, so there is nothing to find."""
    if not report.is_past:
        return ""
    return gettext(
        "This send is dated in the past over real orders, and nobody truly received it. It is an "
        "A/A test on real history: both groups are the same people by lot, so the interval should "
        "hold zero, whatever the attributed revenue says."
    )


def _open_note(report: Report) -> str:
    """While the window is open both answers are still growing."""
    if report.money.ends_at <= clock.now():
        return ""
    return gettext("The window of purchases is still open: these figures are not final.")


def _narrower(report: Report) -> str:
    """A wide interval says what would make it narrower."""
    found, run = report.money.uplift, report.run
    if found.incremental is None or found.low is None or found.high is None:
        return ""
    is_wide = (found.high - found.low) / 2 > abs(found.incremental) * WIDE
    if not is_wide or run.control_percent >= 2 * TENTH:
        return ""
    return gettext(
        "The interval is wide: there are only %(people)s people in the control group. A larger "
        "audience or a larger share of control narrows it."
    ) % {"people": _count(run.control_size)}


def groups(report: Report, currency: str) -> list[GroupRow]:
    found = report.money.uplift
    rows = [(gettext("Sent to"), found.treated)]
    if report.run.control_size:
        rows.append((gettext("Control group"), found.control))
    return [_group_row(name, group, currency) for name, group in rows]


def _group_row(name: str, group: Group, currency: str) -> GroupRow:
    return GroupRow(
        name=name,
        people=group.people,
        buyers=group.buyers,
        share=_share(group),
        revenue=formats.money(group.revenue, currency, language(), digits=0),
        per_person=formats.money(round(group.per_person), currency, language()),
    )


__all__ = ["GroupRow", "Panel", "about", "panel_of"]

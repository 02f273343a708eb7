"""Shapes a run's figures for the report page: stats, funnel, money, steps, people."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from campaigns.models import Run
from campaigns.selectors.money import Money
from campaigns.selectors.people import STAGES, StageCount
from campaigns.views.words import reason
from core import formats
from core.blocks import BarRow, Definition, Reason, Stage, Stat
from core.formats import Figure

NAMES = {"email": "E-mail", "sms": "SMS"}


def language() -> str:
    return get_language() or "en"


def sums(counts: Sequence[StageCount]) -> dict[str, int]:
    """People by furthest stage."""
    return {stage: sum(c.people for c in counts if c.stage == stage) for stage in STAGES}


def reached(counts: Sequence[StageCount], stage: str) -> int:
    """How many got at least as far as a stage."""
    by_stage = sums(counts)
    return sum(by_stage[one] for one in STAGES[: STAGES.index(stage) + 1])


def stats(run: Run, money: Money, counts: Sequence[StageCount]) -> list[Stat]:
    """Read, cost of a read, cost, saved, uplift."""
    currency, treated = run.workspace.currency, run.audience_size - run.control_size
    summary, lift = money.summary, money.uplift
    reads = reached(counts, "read")
    return [
        Stat(
            _("Read"),
            Figure(formats.count(reads, language()), _share(reads, treated)),
            note=_("people, of %(all)s who were written to")
            % {"all": formats.count(treated, language())},
            definition=Definition(
                "campaigns.read",
                _("People who opened a letter, confirmed an SMS, or clicked."),
                _("Openings by mail proxies and scanners are not counted."),
            ),
        ),
        Stat(
            _("Cost of a read"),
            Figure(_price(summary.cost_per_read_micros, currency)),
            definition=Definition(
                "campaigns.cost_per_read", _("What all messages cost by how many were read.")
            ),
        ),
        Stat(
            _("Cost"),
            Figure(_price(summary.cost_micros, currency)),
            note=_("all steps, by the prices at launch"),
        ),
        Stat(
            _("Saved"),
            Figure(_price(summary.saved_net_micros, currency)),
            note=_("against %(all)s for everybody by %(name)s")
            % {"all": _price(summary.all_dear_micros, currency), "name": summary.dear_name},
        ),
        Stat(_("Extra revenue"), _uplift_figure(run, lift.incremental), note=_interval(run, money)),
    ]


def _uplift_figure(run: Run, value: int | None) -> Figure:
    if value is None:
        return Figure("—")
    text = formats.money(_thousands(value), run.workspace.currency, language(), digits=0)
    return Figure("≈\u00a0" + text)


def _interval(run: Run, money: Money) -> str:
    low, high = money.uplift.low, money.uplift.high
    if low is None or high is None:
        return _("too few people to say")
    currency = run.workspace.currency
    return _("from %(low)s to %(high)s") % {
        "low": formats.money(_thousands(low), currency, language(), digits=0),
        "high": formats.money(_thousands(high), currency, language(), digits=0),
    }


def _thousands(minor: int) -> int:
    """An estimate to three digits: more would be false precision."""
    digits = max(0, len(str(abs(minor))) - 3)
    return round(minor, -digits)


def _price(micros: int | None, currency: str) -> str:
    """Costs are exact: two decimals."""
    if micros is None:
        return "—"
    return formats.money(round(micros / 10_000), currency, language())


def _share(part: int, whole: int) -> str:
    return formats.percent(part / whole, language()) if whole else ""


def funnel(counts: Sequence[StageCount]) -> list[Stage]:
    """People from the audience to a purchase; each loss with its reasons."""
    total = sum(count.people for count in counts)
    return [
        Stage(_("Written to"), total),
        Stage(
            _("Accepted"),
            reached(counts, "accepted"),
            _("not sent"),
            [*_reasons(counts, "not_sent"), *_waiting(counts)],
        ),
        Stage(
            _("Delivered"),
            reached(counts, "delivered"),
            _("not delivered"),
            _by_channel(counts, "accepted", _("no proof of delivery: %(channel)s")),
        ),
        Stage(_("Read"), reached(counts, "read"), _("not read"), _reasons(counts, "delivered")),
        Stage(_("Clicked"), reached(counts, "clicked"), _("did not click"), _no_click(counts)),
        Stage(
            _("Bought after a click"),
            reached(counts, "bought"),
            _("no purchase"),
            _by_channel(counts, "clicked", _("last message: %(channel)s")),
        ),
    ]


def sum_line(counts: Sequence[StageCount]) -> str:
    """The proof: everybody is in exactly one place."""
    by_stage = sums(counts)
    parts = [
        by_stage[s] for s in ("not_sent", "accepted", "delivered", "read", "clicked", "bought")
    ]
    text = " + ".join(formats.count(part, language()) for part in parts)
    waiting = by_stage["waiting"]
    total = formats.count(sum(by_stage.values()), language())
    tail = _("in the queue %(waiting)s") % {"waiting": formats.count(waiting, language())}
    addend = f" + {formats.count(waiting, language())}" if waiting else ""
    return (
        _("It adds up: %(sum)s = %(total)s") % {"sum": text + addend, "total": total} + f" · {tail}"
    )


def _reasons(counts: Sequence[StageCount], stage: str) -> list[Reason]:
    found = sorted((c for c in counts if c.stage == stage), key=lambda c: -c.people)
    return [Reason(_loss(stage, c.reason), c.people) for c in found]


def _loss(stage: str, code: str) -> str:
    if stage == "delivered":
        return {"email": _("letters not opened"), "sms": _("SMS without proof of reading")}.get(
            code, code
        )
    return reason(code)


def _waiting(counts: Sequence[StageCount]) -> list[Reason]:
    waiting = sums(counts)["waiting"]
    return [Reason(_("still in the queue"), waiting)] if waiting else []


def _no_click(counts: Sequence[StageCount]) -> list[Reason]:
    left = sum(c.people for c in counts if c.stage == "read" and c.reason == "unsubscribed")
    quiet = sums(counts)["read"] - left
    rows = [Reason(_("read and did not click"), quiet)]
    return [*rows, Reason(_("unsubscribed"), left)] if left else rows


def _by_channel(counts: Sequence[StageCount], stage: str, words: str) -> list[Reason]:
    found = [c for c in counts if c.stage == stage]
    return [Reason(words % {"channel": NAMES.get(c.reason, c.reason)}, c.people) for c in found]


def revenue_rows(run: Run, money: Money) -> list[BarRow]:
    """Attributed and incremental on one axis from zero."""
    currency, lift = run.workspace.currency, money.uplift
    attributed = formats.money(lift.attributed, currency, language(), digits=0)
    rows = [BarRow(_("By the last touch"), max(0, lift.attributed), _scale(money), attributed,
                   tone="soft")]  # fmt: skip
    if lift.incremental is not None:
        text = _uplift_figure(run, lift.incremental).text
        rows.append(BarRow(_("Over the control group"), max(0, lift.incremental), _scale(money),
                           text, tone="c1"))  # fmt: skip
    return rows


def _scale(money: Money) -> int:
    lift = money.uplift
    return max(1, lift.attributed, lift.incremental or 0, lift.high or 0)


def axis(money: Money) -> dict[str, Any] | None:
    """The whisker's axis: zero always inside."""
    lift = money.uplift
    if lift.low is None or lift.high is None or lift.incremental is None:
        return None
    return {
        "value": lift.incremental,
        "low": lift.low,
        "high": lift.high,
        "start": min(0, lift.low),
        "end": _scale(money),
    }


def verdict(money: Money) -> tuple[str, str]:
    """What the comparison says, in words: (sentence, advice)."""
    lift = money.uplift
    both = _("Bought: %(a)s of %(all_a)s who were written to, %(b)s of %(all_b)s in control.") % {
        "a": formats.count(lift.treated.buyers, language()),
        "all_a": formats.count(lift.treated.people, language()),
        "b": formats.count(lift.control.buyers, language()),
        "all_b": formats.count(lift.control.people, language()),
    }
    return both, _VERDICTS[lift.verdict]()


_VERDICTS = {
    "too_few": lambda: _("There are too few people or purchases to compare the two groups."),
    "holds_zero": lambda: _(
        "With 95 % confidence the interval holds zero: the campaign cannot be shown to have "
        "brought anything over what people would have bought anyway."
    ),
    "above_zero": lambda: _(
        "With 95 % confidence the campaign brought revenue that would not have been there "
        "without it."
    ),
    "below_zero": lambda: _(
        "With 95 % confidence people who were written to bought less than the control group."
    ),
}


def people_tabs(counts: Sequence[StageCount]) -> list[tuple[str, str, int]]:
    """(stage, label, people) for the tabs of the people table."""
    labels = {
        "bought": _("Bought"),
        "clicked": _("No purchase"),
        "read": _("Did not click"),
        "delivered": _("Did not read"),
        "accepted": _("Not delivered"),
        "waiting": _("In the queue"),
        "not_sent": _("Not sent"),
    }
    by_stage = sums(counts)
    return [(s, labels[s], by_stage[s]) for s in STAGES if by_stage[s] or s != "waiting"]


def outcome(stage: str, code: str) -> str:
    """What became of one person, in words."""
    words = {
        "bought": _("Clicked and bought"),
        "clicked": _("Clicked"),
        "read": _("Read"),
        "delivered": _("Delivered, not read"),
        "accepted": _("Sent, delivery unknown"),
        "waiting": _("In the queue"),
    }
    return words.get(stage) or reason(code)


def people_word(number: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", number) % {
        "n": formats.count(number, language())
    }

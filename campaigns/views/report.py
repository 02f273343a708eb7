"""A run's report as the components draw it: the strip, the funnel, the money, the steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext

from campaigns.models import Run
from campaigns.rules.cascade_forecast import price_of_a_send
from campaigns.rules.prices import rounded
from campaigns.selectors import hopes, money, people
from campaigns.selectors.hopes import Hope
from campaigns.selectors.money import Money, StepRow
from campaigns.selectors.people import StageCount
from campaigns.selectors.readers import readers
from campaigns.views import words
from core.ui.blocks import Definition, Reason, Stage, Stat
from core.wording import formats
from core.wording.formats import Figure

A_DAY = timedelta(days=1)
ABOUT = "≈\u00a0"
# Keeps a minus with its number at the end of a line.
WORD_JOINER = "\u2060"
# Stages of a person from the first to the last, with what is said of those who got no further.
WAY = ("accepted", "delivered", "read", "clicked")


@dataclass(frozen=True)
class Report:
    """All that the page shows of one run; `stages` sums people by their furthest stage."""

    run: Run
    money: Money
    stages: dict[str, int]
    counts: Sequence[StageCount]
    hope: Hope

    @property
    def written_to(self) -> int:
        """People of whom a channel accepted a message at least once."""
        return self.treated - self.stages["not_sent"] - self.stages["waiting"]

    @property
    def treated(self) -> int:
        return self.run.audience_size - self.run.control_size

    @property
    def is_estimated(self) -> bool:
        return any(step.reads_are_estimated for step in self.money.steps)

    @property
    def is_past(self) -> bool:
        """Told about a time before it was sent: nobody truly received it."""
        return bool(self.run.real_start - self.run.business_start > A_DAY)


def report_of(run: Run) -> Report:
    told = money.money_of(run=run)
    counts = people.counts(run=run, ends_at=told.ends_at)
    stages = dict.fromkeys((*people.STAGES, "control"), 0)
    for one in counts:
        stages[one.stage] += one.people
    stages["control"] = run.control_size
    return Report(run, told, stages, counts, hopes.hope_of(run, told.steps))


def language() -> str:
    return get_language() or "en"


def stats(report: Report, currency: str) -> list[Stat]:
    """Read, the cost of a read, the cost, what was saved, what it brought."""
    return [
        _read(report),
        _cost_per_read(report, currency),
        _cost(report, currency),
        _saved(report, currency),
        _incremental(report, currency),
    ]


def _read(report: Report) -> Stat:
    got, reads = _reached(report), reads_of(report)
    share = formats.percent(Decimal(reads) / got, language()) if got else ""
    figure = formats.count(reads, language())
    return Stat(
        gettext("Read"),
        Figure(ABOUT + figure if report.is_estimated else figure, share),
        note=hoped(formats.count(report.hope.reads, language())),
        definition=words.read(),
    )


def reads_of(report: Report) -> int:
    """People who have read; readings by the channel's usual share where it tells none."""
    return readers(report.counts, report.money.steps)


def hoped(text: str) -> str:
    return gettext("forecast %(number)s") % {"number": text}


def _reached(report: Report) -> int:
    return sum(report.stages[stage] for stage in ("bought", "clicked", "read", "delivered"))


def _cost_per_read(report: Report, currency: str) -> Stat:
    mine = report.money.summary.cost_per_read_micros
    dear = _dear(report)
    alone = _dear_read_price(dear)
    note = ""
    if alone is not None and len(report.money.steps) > 1:
        note = gettext("instead of %(price)s by %(channel)s alone") % {
            "price": formats.price(rounded(alone), currency, language()),
            "channel": dear.step.channel.name,
        }
    text = formats.price(rounded(mine), currency, language()) if mine is not None else "—"
    return Stat(words.cost_per_read().name, Figure(text), note=note,
                definition=words.cost_per_read())  # fmt: skip


def _dear(report: Report) -> StepRow:
    return max(report.money.steps, key=lambda row: row.step.price_micros)


def _dear_read_price(row: StepRow) -> int | None:
    """What a read would cost if the dear channel went to everybody."""
    return int(_price_of(row) / row.step.read_rate) if row.step.read_rate else None


def _cost(report: Report, currency: str) -> Stat:
    forecast = formats.price(rounded(report.hope.cost_micros), currency, language())
    return Stat(
        gettext("Cost"),
        Figure(formats.price(rounded(report.money.summary.cost_micros), currency, language())),
        note=hoped(forecast),
        definition=words.cost(),
    )


def _saved(report: Report, currency: str) -> Stat:
    summary = report.money.summary
    dear = formats.price(rounded(summary.all_dear_micros), currency, language())
    return Stat(
        gettext("Saved"),
        Figure(formats.price(rounded(summary.saved_net_micros), currency, language())),
        note=gettext("instead of %(price)s") % {"price": dear},
        definition=words.saved(),
    )


def _incremental(report: Report, currency: str) -> Stat:
    found = report.money.uplift
    if found.incremental is None or found.low is None or found.high is None:
        note = (
            gettext("too few people or purchases to tell")
            if report.run.control_size
            else gettext("no control group")
        )
        return Stat(gettext("Incremental revenue"), Figure("—"), note=note,
                    definition=words.incremental())  # fmt: skip
    figure = formats.money_scaled(about(found.incremental), currency, language())
    return Stat(
        gettext("Incremental revenue"),
        Figure(ABOUT + figure.text, figure.unit),
        note=interval(found.low, found.high, currency),
        definition=words.incremental(),
    )


def about(minor: int) -> int:
    """Two significant digits of whole units: an estimate has no kopecks."""
    size = max(100, int(10 ** (len(str(abs(minor))) - 2)))
    return round(minor / size) * size


def approximate(minor: int, currency: str) -> str:
    text = formats.money(about(minor), currency, language(), digits=0)
    return text.replace(formats.MINUS, formats.MINUS + WORD_JOINER)


def interval(low: int, high: int, currency: str) -> str:
    return gettext("from %(low)s to %(high)s") % {
        "low": approximate(low, currency),
        "high": approximate(high, currency),
    }


def funnel(report: Report) -> list[Stage]:
    """People by how far they got; between stages, who was lost there and why."""
    left = report.run.audience_size
    rows = [Stage(gettext("Audience"), left)]
    if report.run.control_size:
        left -= report.run.control_size
        control = Reason(words.reason("control"), report.run.control_size)
        rows.append(Stage(gettext("Sent to"), left, gettext("kept out"), [control]))
    left -= report.stages["not_sent"] + report.stages["waiting"]
    lost = [*_reasons(report, "not_sent"), *_waiting(report)]
    rows.append(Stage(gettext("Accepted by channels"), left, gettext("not sent"), lost))
    for stage, (name, said) in zip(WAY, _names(), strict=True):
        left -= report.stages[stage]
        rows.append(Stage(name, left, said, _reasons(report, stage)))
    return rows


def _names() -> list[tuple[str, str]]:
    return [
        (gettext("Delivered"), gettext("not delivered")),
        (gettext("Read"), gettext("did not read")),
        (gettext("Clicked"), gettext("did not click")),
        (gettext("Bought"), gettext("no purchase")),
    ]


def _waiting(report: Report) -> list[Reason]:
    count = report.stages["waiting"]
    return [Reason(gettext("still in the queue"), count)] if count else []


def _reasons(report: Report, stage: str) -> list[Reason]:
    found = [one for one in report.counts if one.stage == stage]
    found.sort(key=lambda one: -one.people)
    return [Reason(_why(stage, one.reason), one.people) for one in found]


def _why(stage: str, reason: str) -> str:
    kind = words.channel(reason)
    said = {
        "accepted": gettext("%(channel)s accepted, delivery not confirmed"),
        "delivered": gettext("%(channel)s delivered, reading not confirmed"),
        "read": gettext("read %(channel)s"),
        "clicked": gettext("came from %(channel)s"),
    }
    if stage == "not_sent":
        return words.reason(reason)
    if reason == "unsubscribed":
        return gettext("read and unsubscribed")
    return said[stage] % {"channel": kind}


def sum_line(report: Report) -> str:
    """The same numbers as the tabs, added up in sight."""
    order = ("control", "not_sent", "waiting", *WAY, "bought")
    parts = [report.stages[stage] for stage in order if report.stages[stage]]
    added = " + ".join(formats.count(part, language()) for part in parts)
    return gettext("Adds up: %(sum)s = %(total)s") % {
        "sum": added,
        "total": formats.count(report.run.audience_size, language()),
    }


def estimate_note(report: Report) -> str:
    """How the reads of a channel that cannot tell were made up."""
    rates = [row.step.read_rate for row in report.money.steps if row.reads_are_estimated]
    if not rates:
        return ""
    return gettext("reading of SMS is an estimate: %(rate)s of the delivered") % {
        "rate": formats.percent(rates[0], language(), digits=0)
    }


def bought_definition() -> Definition:
    return Definition(
        gettext("Bought"),
        gettext("People whose order came after they read or clicked this step's message last."),
        formula=gettext("orders within the window after the last read or click"),
    )


def context(report: Report, currency: str) -> dict[str, Any]:
    """Everything of the report but the people and the money panel."""
    return {
        "report": report,
        "stats": stats(report, currency),
        "funnel": funnel(report),
        "sum_line": sum_line(report),
        "steps_note": estimate_note(report) or gettext("messages, not people"),
        "totals": totals(report.money.steps),
        "dear_price": _price_of(_dear(report)),
        "attributed_definition": words.attributed(),
        "incremental_definition": words.incremental(),
    }


def totals(steps: Sequence[StepRow]) -> dict[str, int]:
    """The last line of the table by steps."""
    names = ("accepted", "delivered", "reads", "clicks", "buyers")
    return {name: sum(getattr(step, name) for step in steps) for name in names}


def _price_of(row: StepRow) -> int:
    return price_of_a_send(row.cost_micros, row.accepted) or row.step.price_micros

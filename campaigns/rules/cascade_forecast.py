"""What a cascade costs and whom it reaches, beside sending everybody the dear channel (R143-R148).

A step goes to those who did not read any step before it. Prices are micros (1e-6 of a currency
unit) a send; read rates are Decimals from 0 to 1. The same summary serves the forecast (rates)
and the report (counts that happened).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One step as planned."""

    name: str
    price_micros: int
    read_rate: Decimal


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step as it came out: `cost_micros` for all its sends."""

    name: str
    price_micros: int
    recipients: int
    reads: int
    cost_micros: int

    @property
    def cost_per_read_micros(self) -> int | None:
        """Micros a read, rounded half up; None while nobody has read."""
        return _ratio(self.cost_micros, self.reads)


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole cascade against the same audience in its dearest channel alone."""

    audience: int
    steps: tuple[StepFigures, ...]
    reads: int
    cost_micros: int
    dear_name: str
    all_dear_micros: int
    saved_gross_micros: int
    saved_net_micros: int

    @property
    def reach(self) -> Decimal:
        """The share of the audience that read at least one step."""
        return Decimal(self.reads) / self.audience if self.audience else Decimal(0)

    @property
    def cost_per_read_micros(self) -> int | None:
        """Micros a read over all steps."""
        return _ratio(self.cost_micros, self.reads)


def forecast(audience: int, steps: Sequence[Step]) -> Summary:
    """Expect each step to be read at its rate by those whom the steps before did not reach."""
    figures: list[StepFigures] = []
    waiting = audience
    for step in steps:
        reads = _round(waiting * step.read_rate)
        cost = waiting * step.price_micros
        figures.append(StepFigures(step.name, step.price_micros, waiting, reads, cost))
        waiting -= reads
    return summarise(audience, figures)


def summarise(audience: int, steps: Sequence[StepFigures]) -> Summary:
    """Add the steps up; gross savings are on the dear channel, net ones after the cheap steps."""
    cost = sum(step.cost_micros for step in steps)
    dear = max(steps, key=lambda step: step.price_micros) if steps else None
    all_dear = audience * dear.price_micros if dear else 0
    return Summary(
        audience=audience,
        steps=tuple(steps),
        reads=sum(step.reads for step in steps),
        cost_micros=cost,
        dear_name=dear.name if dear else "",
        all_dear_micros=all_dear,
        saved_gross_micros=all_dear - (dear.cost_micros if dear else 0),
        saved_net_micros=all_dear - cost,
    )


def price_of_a_send(cost_micros: int, sends: int) -> int | None:
    """Micros a send from a bill, rounded half up."""
    return _ratio(cost_micros, sends)


def _ratio(part: int, whole: int) -> int | None:
    return _round(Decimal(part) / whole) if whole else None


def _round(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))

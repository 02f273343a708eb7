"""What the components are given: frozen shapes of stats, rows, steps (templates/cotton draws them).

Counts are raw integers, the component writes them in the reader's language. Every field called
text, amount, price, note or label is already written (core.wording.formats, gettext).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.wording.formats import Change, Figure


@dataclass(frozen=True)
class Definition:
    """What a number means: shown under its title and in the API's metric dictionary."""

    name: str
    says: str
    formula: str = ""
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class Stat:
    """One figure of a strip. `values` and `previous` draw the sparkline (equal steps in time)."""

    label: str
    figure: Figure
    change: Change | None = None
    note: str = ""
    definition: Definition | None = None
    values: Sequence[float] = ()
    previous: Sequence[float] = ()
    href: str = ""
    exact: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a bar or a legend line; `tone` is c1…c6, soft, accent, bad, rest, hatched."""

    label: str
    count: float
    tone: str = "c1"
    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class BarRow:
    """A labelled bar from zero; `of` is the end of the scale."""

    label: str
    count: float
    of: float
    text: str = ""
    note: str = ""
    tone: str = "c1"
    href: str = ""


@dataclass(frozen=True)
class WaterfallRow:
    """A row of a waterfall: kind is total, loss or result; losses are positive counts."""

    label: str
    count: int
    kind: str = "loss"
    href: str = ""


@dataclass(frozen=True)
class Reason:
    label: str
    count: int
    href: str = ""


@dataclass(frozen=True)
class Stage:
    """A stage of a funnel and what was lost before it (`lost_label`, reasons)."""

    label: str
    count: int
    lost_label: str = ""
    reasons: Sequence[Reason] = ()
    href: str = ""


@dataclass(frozen=True)
class BillLine:
    name: str
    calculation: str
    amount: str


@dataclass(frozen=True)
class CascadeStep:
    """A step of a cascade. Counts are people; `earlier` have read in the steps before."""

    number: int
    channel: str
    name: str
    about: str = ""
    facts: Sequence[tuple[str, str]] = ()
    audience: int = 0
    earlier: int = 0
    reads: int = 0
    note: str = ""
    wait: str = ""
    goes_on: str = ""
    href: str = ""


@dataclass(frozen=True)
class TimelineItem:
    """One fact about a person. `amount` and `detail_end` stand at the right edge."""

    time: str
    icon: str
    fact: str
    detail: str = ""
    amount: str = ""
    detail_end: str = ""
    pill: str = ""
    tone: str = ""
    href: str = ""


@dataclass(frozen=True)
class TimelineDay:
    label: str
    items: Sequence[TimelineItem]


@dataclass(frozen=True)
class Reach:
    """May we write over this channel: state is can, cannot, attention or off; `note` says why."""

    channel: str
    state: str
    note: str


@dataclass(frozen=True)
class BookRow:
    """A line of the stock-flow book: kind is opening, flow, closing, total or proof."""

    label: str
    values: Sequence[int | None]
    kind: str = "flow"
    sum: int | None = None


@dataclass(frozen=True)
class BookSection:
    name: str
    tone: str
    rows: Sequence[BookRow]


@dataclass(frozen=True)
class Book:
    """Columns are month names; `open_columns` are indexes of months that may still change."""

    columns: Sequence[str]
    sections: Sequence[BookSection]
    totals: Sequence[BookRow] = ()
    open_columns: Sequence[int] = ()
    sum_label: str = ""


@dataclass(frozen=True)
class HeatCell:
    """A cell of the 5x5 map; `step` 0…5 is its shade, gaps part it from another segment."""

    text: str
    count: int
    step: int
    segment: str
    name: str = ""
    href: str = ""
    selected: bool = False
    gap_right: bool = False
    gap_below: bool = False
    open_sides: Sequence[str] = ()

    @property
    def classes(self) -> str:
        flags = {
            "gap-r": self.gap_right,
            "gap-b": self.gap_below,
            "is-selected": self.selected,
        } | {f"open-{side}": self.selected for side in self.open_sides}
        return " ".join([f"h{self.step}", *(name for name, on in flags.items() if on)])


@dataclass(frozen=True)
class HeatRow:
    label: str
    note: str
    cells: Sequence[HeatCell]


@dataclass(frozen=True)
class CohortCell:
    """A month of a cohort's life: "42 %" and its shade (core.ui.charts.heat_step), or still young."""

    text: str
    step: int
    title: str = ""
    is_young: bool = False


@dataclass(frozen=True)
class Cohort:
    label: str
    size: int
    cells: Sequence[CohortCell]


@dataclass(frozen=True)
class Column:
    """A table column. `sort` is its key in ?sort=; `cell` its place on a phone (name, pill, …)."""

    label: Any
    sort: str = ""
    end: bool = False
    hide_small: bool = False
    definition: Definition | None = None


@dataclass(frozen=True)
class Crumb:
    label: Any
    href: str = ""


@dataclass(frozen=True)
class Tab:
    label: Any
    href: str
    current: bool = False
    count: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)

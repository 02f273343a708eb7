"""The RFM map and the table of segments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models import Snapshot
from analytics.rules.segments import cells_of, segment_of
from analytics.selectors import rfm
from analytics.selectors.rfm import SegmentTotals
from analytics.views.book_drawing import language
from analytics.words import ADVICE, MEANING, SEGMENTS
from core.ui.blocks import HeatCell, HeatRow
from core.wording import formats

SIZE = 5
STEPS = (0.01, 0.02, 0.04, 0.08, 0.16)
Measure = Callable[[SegmentTotals], int]
MEASURES: dict[str, Measure] = {
    "base": lambda total: total.customers,
    "revenue": lambda total: total.revenue,
    "orders": lambda total: total.orders,
}


@dataclass(frozen=True)
class SegmentCell:
    """One cell of a segment's territory."""

    r: int
    f: int
    customers: int


@dataclass(frozen=True)
class SegmentRow:
    """A line of the table of segments."""

    key: str
    name: str
    meaning: str
    advice: str
    totals: SegmentTotals
    share: float
    revenue_share: float
    # Since the earlier snapshot; None without one.
    net: int | None
    cells: list[SegmentCell]


def heat(snapshot: Snapshot, by: str, selected: str, address: str) -> list[HeatRow]:
    """The 25 cells, R5 on top; each shows its share of the whole by the chosen measure."""
    cells = rfm.matrix(snapshot)
    measure = MEASURES[by]
    whole = sum(measure(total) for total in cells.values())
    notes = recency_notes(snapshot)
    return [
        HeatRow(
            f"R{r}", notes[r],
            [_cell(cells, r, f, measure, whole, selected, address) for f in range(1, SIZE + 1)],
        )
        for r in range(SIZE, 0, -1)
    ]  # fmt: skip


def _cell(
    cells: dict[tuple[int, int], SegmentTotals], r: int, f: int, measure: Measure, whole: int,
    selected: str, address: str,
) -> HeatCell:  # fmt: skip
    total = cells[r, f]
    segment = segment_of(r, f)
    share = measure(total) / whole if whole else 0.0
    return HeatCell(
        text=formats.percent(share, language()),
        count=total.customers,
        step=sum(share >= step for step in STEPS),
        segment=str(SEGMENTS[segment]),
        name=str(SEGMENTS[segment]) if _is_first(r, f) else "",
        href=f"{address}&segment={segment}",
        selected=segment == selected,
        gap_right=f < SIZE and segment_of(r, f + 1) != segment,
        gap_below=r > 1 and segment_of(r - 1, f) != segment,
        open_sides=_open_sides(r, f),
    )


def _is_first(r: int, f: int) -> bool:
    """Whether a territory begins here, read from the upper left."""
    segment = segment_of(r, f)
    above = any(segment in _row(higher) for higher in range(r + 1, SIZE + 1))
    return not above and _row(r).index(segment) == f - 1


def _row(r: int) -> list[str]:
    return [segment_of(r, f) for f in range(1, SIZE + 1)]


def _open_sides(r: int, f: int) -> list[str]:
    """Sides where the territory goes on."""
    around = {"r": (r, f + 1), "l": (r, f - 1), "t": (r + 1, f), "b": (r - 1, f)}
    return [
        side
        for side, (row, column) in around.items()
        if 1 <= row <= SIZE and 1 <= column <= SIZE
        and segment_of(row, column) == segment_of(r, f)
    ]  # fmt: skip


def recency_notes(snapshot: Snapshot) -> dict[int, str]:
    """Days since the last purchase for R5 … R1, from the borders of the base."""
    borders = [Fraction(each, SIZE) for each in snapshot.figures["borders"]["recency"]]
    ends = [floor(border) for border in borders]
    starts = [1, *(floor(border) + 1 for border in borders)]
    notes = {SIZE: ngettext("up to %(n)s day", "up to %(n)s days", ends[0]) % {"n": ends[0]}}
    for step in range(1, SIZE - 1):
        notes[SIZE - step] = _days_between(starts[step], ends[step])
    last = floor(borders[-1])
    notes[1] = ngettext("over %(n)s day", "over %(n)s days", last) % {"n": last}
    return notes


def _days_between(start: int, end: int) -> str:
    if start > end:
        return _("nobody")
    return _("%(a)s–%(b)s days") % {"a": start, "b": end} if start < end else str(start)


def frequency_notes(snapshot: Snapshot) -> list[tuple[str, str]]:
    """How many orders the columns stand for; neighbours share a number where ties are cut."""
    ends = snapshot.figures["borders"]["frequency"]
    starts = [1, *ends]
    notes = [str(a) if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=False)]
    return [(f"F{at}", note) for at, note in enumerate([*notes, f"{ends[-1]}+"], start=1)]


def segment_rows(snapshot: Snapshot, net: Mapping[str, int]) -> list[SegmentRow]:
    """The ten segments with their shares, best first."""
    whole, cells = rfm.whole(snapshot), rfm.matrix(snapshot)
    return [
        SegmentRow(
            key=totals.name,
            name=str(SEGMENTS[totals.name]),
            meaning=str(MEANING[totals.name]),
            advice=str(ADVICE[totals.name]),
            totals=totals,
            share=totals.customers / whole.customers if whole.customers else 0.0,
            revenue_share=totals.revenue / whole.revenue if whole.revenue else 0.0,
            net=net.get(totals.name),
            cells=[SegmentCell(r, f, cells[r, f].customers) for r, f in cells_of(totals.name)],
        )
        for totals in rfm.segments(snapshot)
    ]

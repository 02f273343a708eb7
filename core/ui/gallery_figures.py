"""Invented figures of the gallery: stats, charts, the book, the heat map."""

from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from core.ui import charts
from core.ui.blocks import (
    BarRow,
    Book,
    BookRow,
    BookSection,
    Cohort,
    CohortCell,
    Definition,
    HeatCell,
    HeatRow,
    Part,
    Stat,
)
from core.wording import calendars, formats

DECEMBER = 12
NOW = [12, 14, 9, 8, 10, 22, 19, 13, 12, 15, 14, 26, 24, 12, 11, 15, 17, 29, 26, 14, 12, 18, 31, 28]
BEFORE = [
    11,
    12,
    8,
    9,
    9,
    18,
    17,
    12,
    10,
    13,
    15,
    22,
    21,
    10,
    12,
    13,
    15,
    24,
    22,
    12,
    13,
    15,
    26,
    22,
]
YEAR = [date(2025 + (month < DECEMBER), month, 1) for month in (DECEMBER, *range(1, DECEMBER))]
ACTIVE = [10279, 10196, 10178, 10311, 10478, 10638, 10682, 10692, 10956, 11322, 11720, 11995]
NEW = [2496, 2236, 1738, 1850, 1866, 1768, 1657, 1579, 1612, 1776, 1950, 2025]
SLEEPING = [28953, 30276, 31804, 32683, 33563, 34509, 35507, 36479, 37149, 37721, 38335, 38827]
LAST = 4
SHARES = (
    ((10, 13, 19, 24, 28), (13, 17, 23, 19, 15), (15, 24, 24, 13, 7), (70, 46, 37, 23, 9),
     (294, 132, 77, 37, 11))
)  # fmt: skip
NEWCOMERS = gettext_noop("Newcomers")
GROWING = gettext_noop("Growing")
CHAMPIONS = gettext_noop("Champions")
ONE_PURCHASE = gettext_noop("One purchase")
LOYAL = gettext_noop("Loyal")
NEED_CARE = gettext_noop("Need care")
FALLING_ASLEEP = gettext_noop("Falling asleep")
AT_RISK = gettext_noop("At risk")
CANNOT_LOSE = gettext_noop("Cannot lose")
LOST = gettext_noop("Lost")
LONG_GONE = gettext_noop("Long gone")
TERRITORY = (
    (NEWCOMERS, GROWING, GROWING, CHAMPIONS, CHAMPIONS),
    (ONE_PURCHASE, GROWING, GROWING, LOYAL, LOYAL),
    (ONE_PURCHASE, NEED_CARE, NEED_CARE, LOYAL, LOYAL),
    (FALLING_ASLEEP, FALLING_ASLEEP, AT_RISK, AT_RISK, CANNOT_LOSE),
    (LOST, LOST, LONG_GONE, LONG_GONE, CANNOT_LOSE),
)


def context() -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "stats": _stats(language),
        "lifecycle": _lifecycle(language),
        "trend": _trend(language),
        "cohorts": _cohorts(),
        "cohort_rows": _cohort_rows(language),
        "ages": [str(age) for age in range(9)],
        "empty_chart": charts.Chart(),
        "parts": [
            Part(_("Sleeping"), 38827, "soft"),
            Part(_("New"), 2025, "c3"),
            Part(_("Active"), 11995, "c1"),
        ],
        "flow": [
            BarRow(_("Opening"), 11720, 1, tone=""),
            BarRow(_("From new"), 186, 1200, tone="c3"),
            BarRow(_("Came back"), 763, 1200, tone="c1"),
            BarRow(_("Fell asleep"), -674, 1200, tone="c5"),
            BarRow(_("Closing"), 11995, 1, tone=""),
        ],
        "heat": heat(),
        "heat_columns": [("F1", "1"), ("F2", "2"), ("F3", "3–4"), ("F4", "5–8"), ("F5", "9+")],
        "book": _book(),
    }


def _months() -> list[str]:
    language = get_language() or "en"
    return [calendars.month_short(first, language) for first in YEAR]


def _stats(language: str) -> list[Stat]:
    meaning = Definition(
        _("Revenue"), _("Paid orders minus refunds, by the day of the order."),
        "Σ order.amount − Σ refund.amount", "crm.Order", "04:10",
    )  # fmt: skip

    def stat(label: str, minor: int, before: int, **more: Any) -> Stat:
        return Stat(
            label, formats.money_scaled(minor, "RUB", language),
            formats.change(minor, before, language,
                           formats.as_text(formats.money_scaled(before, "RUB", language))),
            values=NOW, previous=BEFORE, **more,
        )  # fmt: skip

    def people(label: str, value: int, before: int) -> Stat:
        figure, change = formats.scaled(value, language), formats.change(value, before, language)
        return Stat(label, figure, change, values=sorted(NOW), previous=sorted(BEFORE))

    return [
        stat(_("Revenue"), 18_886_700_00, 17_601_000_00, definition=meaning, exact="18 886 700 ₽"),
        people(_("Orders"), 12710, 12043),
        stat(_("Average order"), 1486_00, 1462_00),
        people(_("Active customers"), 11995, 11592),
        people(_("Messages"), 118420, 123610),
        stat(_("Points liability"), 3_410_000_00, 3_340_000_00),
    ]


def _lifecycle(language: str) -> charts.Chart:
    series = [
        charts.Series(_("Active"), ACTIVE, "--c1"),
        charts.Series(_("New"), NEW, "--c3"),
        charts.Series(_("Sleeping"), SLEEPING, "--c5-soft"),
    ]
    rows = zip(_months(), ACTIVE, NEW, SLEEPING, strict=True)
    return charts.Chart(
        charts.stacked_bars(_months(), series, open_from=11, marks=[charts.Mark(_months()[8], 4)]),
        charts.Table(
            [_("Month"), _("Active"), _("New"), _("Sleeping")],
            [[month, *(formats.count(n, language) for n in row)] for month, *row in rows],
        ),
        _("The base by state at the end of each month"),
    )


def _trend(language: str) -> charts.Chart:
    values = [0.196, 0.205, 0.219, 0.228, 0.236, 0.238, 0.24, 0.236, 0.249, 0.22, 0.16, 0.08]
    option = charts.lines(
        _months(), charts.Series(_("New to active"), values), young_from=9,
        previous=charts.Series(_("A year ago"), [value * 0.9 for value in values]),
        value_format="@percent", tooltip_format="@percent",
    )  # fmt: skip
    rows = [[m, formats.percent(v, language)] for m, v in zip(_months(), values, strict=True)]
    return charts.Chart(option, charts.Table([_("Month"), _("Share")], rows), _("New to active"))


def _cohorts() -> charts.Chart:
    cells = [
        (age, row, 1.0 if age == 0 else round(0.42 - age * 0.03 - row * 0.01, 3), 100)
        for row in range(8)
        for age in range(9 - row)
    ]
    option = charts.cohort_heatmap(_months()[:8], [str(age) for age in range(9)], cells)
    return charts.Chart(option, charts.Table(), _("Retention by cohort"))


def _cohort_rows(language: str) -> list[Cohort]:
    def cell(row: int, age: int) -> CohortCell:
        share = 1.0 if age == 0 else 0.42 - age * 0.05 - row * 0.01
        return CohortCell(
            formats.percent(share, language, digits=0),
            charts.heat_step(share),
            is_young=row + age == LAST + LAST,
        )

    return [
        Cohort(_months()[row], 1640 - row * 70, [cell(row, age) for age in range(9 - row)])
        for row in range(8)
    ]


def heat() -> list[HeatRow]:
    steps = (10, 15, 25, 60, 160)
    notes = ("≤ 14", "15–30", "31–58", "59–120", "> 120")

    def cell(row: int, column: int) -> HeatCell:
        promille, segment = SHARES[row][column], TERRITORY[row][column]
        right = TERRITORY[row][column + 1] if column < LAST else ""
        below = TERRITORY[row + 1][column] if row < LAST else ""
        first = all(segment not in line for line in TERRITORY[:row])
        first = first and TERRITORY[row].index(segment) == column
        return HeatCell(
            formats.percent(promille / 1000, get_language() or "en"), promille * 53,
            sum(promille >= step for step in steps), _(segment), _(segment) if first else "",
            href="#heat", selected=segment == AT_RISK, gap_right=bool(right) and right != segment,
            gap_below=bool(below) and below != segment,
            open_sides=("r",) if segment != TERRITORY[row][column - 1] else ("l",),
        )  # fmt: skip

    return [
        HeatRow(f"R{5 - row}", notes[row], [cell(row, column) for column in range(5)])
        for row in range(5)
    ]


def _book() -> Book:
    rows = [
        BookRow(_("Opening"), [10240, *ACTIVE[:-1]], "opening"),
        BookRow(
            _("from new"), [272, 272, 235, 241, 260, 257, 241, 226, 227, 250, 278, 186], sum=2945
        ),
        BookRow(
            _("came back"),
            [730, 683, 736, 798, 814, 846, 814, 820, 978, 1036, 1060, 763],
            sum=10078,
        ),
        BookRow(
            _("fell asleep"),
            [-963, -1038, -989, -906, -907, -943, -1011, -1036, -941, -920, -940, -674],
            sum=-11268,
        ),
        BookRow(_("Closing"), ACTIVE, "closing", sum=1755),
    ]
    totals = [
        BookRow(
            _("Whole base"),
            [a + n + s for a, n, s in zip(ACTIVE, NEW, SLEEPING, strict=True)],
            "total",
        ),
        BookRow(_("Difference with orders"), [0] * 12, "proof", sum=0),
    ]
    return Book(_months(), [BookSection(_("Active"), "c1", rows)], totals, (11,), _("12 months"))

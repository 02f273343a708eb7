"""The lifecycle book as charts and tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics import metrics
from analytics.rules.book import Kpis
from analytics.selectors.lifecycle import Page
from core.ui import charts, multiples
from core.ui.blocks import Book, BookRow, BookSection, Definition
from core.ui.charts import Chart, Series, Table
from core.wording import calendars, formats

A_YEAR = 12
# The first and the last column of the book (frontend/css/analytics.css).
GUTTERS = {"left": 168, "right": 72}


@dataclass(frozen=True)
class KpiCard:
    """One of the four figures: its last value that is final, how it went, what is still open."""

    label: str
    figure: str
    note: str
    definition: Definition
    chart: Chart
    change: str = ""
    was: str = ""
    since: str = ""
    young: str = ""


def language() -> str:
    return get_language() or "en"


def month_names(pages: Sequence[Page]) -> list[str]:
    return [calendars.month_short(page.first_day, language()) for page in pages]


def stocks_chart(pages: Sequence[Page], margins: Mapping[str, int] | None = None) -> Chart:
    """The base by state at the end of each month; the open month is hatched."""
    names = month_names(pages)
    active, new, sleeping = (
        [getattr(page.month, state) for page in pages] for state in ("active", "new", "sleeping")
    )
    series = [
        Series(_("Active"), active, "--c1"),
        Series(_("New"), new, "--c3"),
        Series(_("Sleeping"), sleeping, "--c5-soft"),
    ]
    open_from = len(pages) - 1 if pages and pages[-1].is_open else None
    rows = zip(names, active, new, sleeping, strict=True)
    table = Table(
        [_("Month"), _("Active"), _("New"), _("Sleeping")],
        [[name, *(formats.count(n, language()) for n in row)] for name, *row in rows],
    )
    option = charts.stacked_bars(names, series, open_from=open_from, margins=margins)
    return Chart(option, table, _("The base by state at the end of each month"))


def aligned_stocks(pages: Sequence[Page]) -> Chart:
    """The same with its columns over the columns of the book, while the book fits the page."""
    drawn = stocks_chart(pages, margins=GUTTERS if len(pages) <= A_YEAR else None)
    narrow = stocks_chart(pages).option["grid"]
    return replace(
        drawn, option=drawn.option | {"rondo": drawn.option["rondo"] | {"narrow": narrow}}
    )


def kpi_cards(pages: Sequence[Page], as_of: str) -> list[KpiCard]:
    """Conversion, frequency, orders of the woken, churn."""
    if not pages:
        return []
    ripe = [page for page in pages if page.kpis.is_mature]
    closed = [page for page in pages if not page.is_open]
    return [
        _line_card("new_to_active", pages, ripe, as_of, lambda k: k.new_to_active, "@percent"),
        _line_card(
            "orders_per_active", pages, closed, as_of, lambda k: k.orders_per_active, "@compact"
        ),
        _woken_card(pages, closed, as_of),
        _line_card("churn_of_active", pages, closed, as_of, lambda k: k.churn_of_active, "@percent"),
    ]  # fmt: skip


def _line_card(
    key: str, pages: Sequence[Page], ripe: Sequence[Page], as_of: str,
    value: Callable[[Kpis], float | None], value_format: str,
) -> KpiCard:  # fmt: skip
    names, values = month_names(pages), [value(page.kpis) for page in pages]
    option = charts.lines(
        names, Series(str(metrics.METRICS[key].name), values), young_from=len(ripe),
        value_format=value_format, tooltip_format=value_format,
    )  # fmt: skip
    rows = [[name, _written(v, value_format)] for name, v in zip(names, values, strict=True)]
    drawn = multiples.small(option, multiples.top_of(values), young_from=len(ripe))
    card = _card(
        key, ripe, as_of, lambda page: _written(value(page.kpis), value_format),
        Chart(drawn, Table([_("Month"), str(metrics.METRICS[key].name)], rows),
              str(metrics.METRICS[key].name)),
    )  # fmt: skip
    first, last = (value(page.kpis) if page else None for page in _ends(ripe))
    return replace(
        card, change=_change(first, last, value_format), young=_young(pages, ripe, as_of)
    )


def _woken_card(pages: Sequence[Page], closed: Sequence[Page], as_of: str) -> KpiCard:
    key = "orders_from_woken"
    names, values = month_names(pages), [page.kpis.orders_from_woken for page in pages]
    name = str(metrics.METRICS[key].name)
    option = charts.bars(names, Series(name, values), open_from=len(closed))
    rows = [[n, formats.count(v, language())] for n, v in zip(names, values, strict=True)]
    drawn = multiples.small(option, multiples.top_of(values))
    chart = Chart(drawn, Table([_("Month"), name], rows), name)
    card = _card(
        key, closed, as_of, lambda page: formats.count(page.kpis.orders_from_woken, language()),
        chart,
    )  # fmt: skip
    first, last = (page.kpis.orders_from_woken if page else None for page in _ends(closed))
    return replace(card, change=_change(first, last, "@count"), young=_young(pages, closed, as_of))


def _ends(final: Sequence[Page]) -> tuple[Page | None, Page | None]:
    """The first and the last month that will not change; nothing where they are one."""
    return (final[0], final[-1]) if len(final) > 1 else (None, None)


def _change(first: float | None, last: float | None, value_format: str) -> str:
    """↑ 5,3 п. п.: the size and the direction, without a sign of its own."""
    if first is None or last is None:
        return ""
    arrow = "↑" if last > first else "↓" if last < first else "→"
    size = abs(last - first)
    if value_format == "@percent":
        said = formats.points(size, language()).removeprefix("+")
    else:
        said = _plain(size, value_format)
    return f"{arrow}{formats.NBSP}{said}"


def _plain(size: float, value_format: str) -> str:
    digits = 0 if value_format == "@count" else 2
    return formats.number(size, language(), digits=digits)


def _young(pages: Sequence[Page], final: Sequence[Page], as_of: str) -> str:
    """Which months may still change, and why: hollow dots and hatched bars in words."""
    rest = [calendars.month_alone(page.first_day, language()) for page in pages[len(final) :]]
    if not rest:
        return ""
    if len(rest) == 1 and pages[-1].is_open:
        return _("%(month)s up to %(day)s") % {"month": rest[0], "day": as_of}
    return _("still ripening: %(months)s") % {"months": ", ".join(rest)}


def _card(
    key: str, final: Sequence[Page], as_of: str, write: Callable[[Page], str], chart: Chart
) -> KpiCard:
    last = final[-1] if final else None
    note = calendars.month(last.first_day, language()) if last else _("too early to say")
    return KpiCard(
        label=str(metrics.METRICS[key].name),
        figure=write(last) if last else "—",
        note=note,
        definition=metrics.definition(key, as_of),
        chart=chart,
        was=write(final[0]) if len(final) > 1 else "",
        since=calendars.month(final[0].first_day, language()) if len(final) > 1 else "",
    )


def _written(value: float | None, value_format: str) -> str:
    if value is None:
        return "—"
    if value_format == "@percent":
        return formats.percent(value, language())
    return formats.number(value, language(), digits=2)


def book_of(pages: Sequence[Page], before: Page | None) -> Book:
    """The roll-forward of every state; the last row proves that it closes."""
    return Book(
        columns=month_names(pages),
        sections=[
            _section(pages, before, "active", _("Active"), "c1", {
                _("from new"): (1, "new_to_active"),
                _("came back"): (1, "sleeping_to_active"),
                _("fell asleep"): (-1, "active_to_sleeping"),
            }),
            _section(pages, before, "new", _("New"), "c3", {
                _("first purchase"): (1, "first_purchases"),
                _("became active"): (-1, "new_to_active"),
                _("fell asleep after the first"): (-1, "new_to_sleeping"),
            }),
            _section(pages, before, "sleeping", _("Sleeping"), "c5", {
                _("from new"): (1, "new_to_sleeping"),
                _("from active"): (1, "active_to_sleeping"),
                _("came back"): (-1, "sleeping_to_active"),
            }),
        ],
        totals=[
            BookRow(_("Whole base"), [page.month.base for page in pages], "total"),
            BookRow(
                _("of the active, came back"), [page.month.reactivated for page in pages], "opening"
            ),
            _proof(pages, before),
        ],
        open_columns=[at for at, page in enumerate(pages) if page.is_open],
        sum_label=_("In all"),
    )  # fmt: skip


def _section(
    pages: Sequence[Page], before: Page | None, state: str, name: str, tone: str,
    flows: dict[str, tuple[int, str]],
) -> BookSection:  # fmt: skip
    closing = [getattr(page.month, state) for page in pages]
    first = getattr(before.month, state) if before else 0
    rows = [BookRow(_("Opening"), [first, *closing[:-1]], "opening")]
    for label, (sign, flow) in flows.items():
        values = [sign * getattr(page.month, flow) for page in pages]
        rows.append(BookRow(label, values, sum=sum(values)))
    rows.append(
        BookRow(_("Closing"), closing, "closing", sum=(closing[-1] if closing else 0) - first)
    )
    return BookSection(name, tone, rows)


def _proof(pages: Sequence[Page], before: Page | None) -> BookRow:
    """The base by its states against the base by its first purchases: always 0."""
    bases = [before.month.base if before else 0, *(page.month.base for page in pages)]
    differences = [
        page.month.new + page.month.active + page.month.sleeping
        - (base + page.month.first_purchases)
        for page, base in zip(pages, bases[:-1], strict=True)
    ]  # fmt: skip
    return BookRow(_("Difference with orders"), differences, "proof", sum=sum(differences))

"""Cohorts by month of the first order: retention and revenue."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpResponse
from django.utils.translation import gettext as _

from analytics import metrics
from analytics.rules import months
from analytics.selectors import cohorts, snapshots
from analytics.selectors.cohorts import Cohort
from analytics.views import files
from analytics.views.book_drawing import language
from core.ui import blocks, charts
from core.ui.blocks import CohortCell, Tab
from core.ui.charts import Chart, Series, Table
from core.web import Page, ScopedRequest
from core.wording import calendars, formats

LONGEST = 24
# Objective figures come from cohorts of three months and more (R185).
RIPE_MONTHS = 3


class Cohorts(Page):
    permission = "analytics.view"
    template_name = "analytics/cohorts.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        snapshot = snapshots.latest(request.scope)
        if snapshot is None:
            return self.show(snapshot=None)
        found = cohorts.cohorts(request.scope, snapshot.as_of)[-LONGEST:]
        is_open = months.last_day(months.month_of(snapshot.as_of)) > snapshot.as_of
        show = "revenue" if request.GET.get("show") == "revenue" else "people"
        as_of = calendars.day(snapshot.as_of, language())
        return self.show(
            snapshot=snapshot,
            as_of=as_of,
            show=show,
            tabs=_tabs(show),
            cohorts=[_row(one, show, request.workspace.currency, is_open=is_open) for one in found],
            ages=[str(age) for age in range(max((len(c.customers) for c in found), default=0))],
            chart=_curve(found, is_open=is_open),
            definition=metrics.definition(
                "retention" if show == "people" else "cohort_revenue", as_of
            ),
        )


class CohortsFile(Page):
    """Retention as CSV."""

    permission = "analytics.view"

    def get(self, request: ScopedRequest) -> HttpResponse:
        snapshot = snapshots.latest(request.scope)
        found = cohorts.cohorts(request.scope, snapshot.as_of) if snapshot else []
        return files.retention(found)


def _tabs(show: str) -> list[Tab]:
    labels = {"people": _("People"), "revenue": _("Revenue")}
    return [Tab(label, f"?show={key}", current=key == show) for key, label in labels.items()]


def _row(cohort: Cohort, show: str, currency: str, *, is_open: bool) -> blocks.Cohort:
    last = len(cohort.customers) - 1
    return blocks.Cohort(
        label=calendars.month(cohort.month, language()),
        size=cohort.size,
        cells=[
            _cell(cohort, age, show, currency, is_young=is_open and age == last)
            for age in range(last + 1)
        ],
    )


def _cell(cohort: Cohort, age: int, show: str, currency: str, *, is_young: bool) -> CohortCell:
    people, money = cohort.customers[age], cohort.revenue[age]
    paid = formats.money(money, currency, language(), digits=0)
    counted = formats.count(people, language())
    if show == "revenue":
        share = money / max(cohort.revenue) if any(cohort.revenue) else 0.0
        text = formats.as_text(formats.money_scaled(money, currency, language()))
        return CohortCell(text, charts.heat_step(share), title=counted, is_young=is_young)
    share = people / cohort.size if cohort.size else 0.0
    text = formats.percent(share, language(), digits=0)
    return CohortCell(text, charts.heat_step(share), title=f"{counted}, {paid}", is_young=is_young)


def _curve(found: Sequence[Cohort], *, is_open: bool) -> Chart:
    """Mean retention by age over all cohorts that have lived so long, weighted by people.

    A month that is not over yet would pull every mean down: it is in the table only, hatched.
    """
    found = [_ended(cohort) if is_open else cohort for cohort in found]
    longest = max((len(cohort.customers) for cohort in found), default=0)
    shares = [_retention(found, age) for age in range(longest)]
    labels = [str(age) for age in range(longest)]
    option = charts.lines(
        labels, Series(_("Retention"), shares), young_from=max(1, longest - RIPE_MONTHS),
        value_format="@percent", tooltip_format="@percent",
    )  # fmt: skip
    option["yAxis"] |= {"max": 1, "interval": 0.25}
    rows = [[age, formats.percent(v, language())] for age, v in zip(labels, shares, strict=True)]
    return Chart(option, Table([_("Month of life"), _("Retention")], rows), _("Retention by age"))


def _ended(cohort: Cohort) -> Cohort:
    """Without the open month; the month of the first order is whole by definition."""
    last = max(1, len(cohort.customers) - 1)
    return replace(cohort, customers=cohort.customers[:last], revenue=cohort.revenue[:last])


def _retention(found: Sequence[Cohort], age: int) -> float:
    alive = [cohort for cohort in found if len(cohort.customers) > age]
    people = sum(cohort.size for cohort in alive)
    return sum(cohort.customers[age] for cohort in alive) / people if people else 0.0

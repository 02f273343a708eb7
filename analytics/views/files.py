"""The same tables as CSV, for a spreadsheet."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from analytics.selectors import cohorts, lifecycle, rfm
from analytics.selectors.moves import Move
from analytics.selectors.people_groups import Groups
from analytics.words import ADVICE, SEGMENTS, STATES
from crm import spreadsheets

_COUNTS = (
    "base", "new", "active", "reactivated", "sleeping", "first_purchases", "new_to_active",
    "new_to_sleeping", "active_to_sleeping", "sleeping_to_active", "orders_first", "orders_new",
    "orders_active", "orders_sleeping",
)  # fmt: skip
_KPIS = ("new_to_active", "orders_per_active", "orders_from_woken", "churn_of_active", "is_mature")


def book(pages: Iterable[lifecycle.Page]) -> HttpResponse:
    head = ["month", *_COUNTS, *(f"kpi_{name}" for name in _KPIS)]
    return _file("lifecycle", head, (
        [page.label, *(getattr(page.month, name) for name in _COUNTS),
         *(getattr(page.kpis, name) for name in _KPIS)]
        for page in pages
    ))  # fmt: skip


def segments(totals: Iterable[rfm.SegmentTotals]) -> HttpResponse:
    head = [_("Code"), _("Segment"), _("Customers"), _("Orders"), _("Revenue"), _("Given back"),
            _("Advice")]  # fmt: skip
    return _file("rfm", head, (
        [one.name, SEGMENTS[one.name], one.customers, one.orders,
         spreadsheets.money(one.revenue), spreadsheets.money(one.refunded), ADVICE[one.name]]
        for one in totals
    ))  # fmt: skip


def audiences(found: Groups | None) -> HttpResponse:
    head = [_("Code"), _("Audience"), _("Customers"), _("Revenue, 90 days"), _("By e-mail"),
            _("By SMS"), _("May be written to")]  # fmt: skip
    words = {**SEGMENTS, **STATES}
    return _file("segments", head, (
        [one.name, words[one.name], one.customers, spreadsheets.money(one.revenue), one.by_email, one.by_sms,
         one.reachable]
        for one in ([*found.segments, *found.states] if found else [])
    ))  # fmt: skip


def moves(found: Iterable[Move]) -> HttpResponse:
    head = [_("Was in"), _("Is in"), _("Customers")]
    return _file("rfm-moves", head, (
        [SEGMENTS[one.left], SEGMENTS[one.came], one.customers] for one in found
    ))  # fmt: skip


def retention(found: Sequence[cohorts.Cohort]) -> HttpResponse:
    longest = max((len(cohort.customers) for cohort in found), default=0)
    return _file("cohorts", [_("Month"), *range(longest)],
                 ([cohort.label, *cohort.customers] for cohort in found))  # fmt: skip


def _file(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    lines = spreadsheets.table(head, rows)
    return HttpResponse(lines, headers=spreadsheets.headers(name))

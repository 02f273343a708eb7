"""The same tables as CSV, for a spreadsheet."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from analytics import metrics
from analytics.selectors import cohorts, lifecycle, rfm
from analytics.selectors.moves import Move
from analytics.selectors.people_groups import Groups
from analytics.words import ADVICE, SEGMENTS, STATES
from crm import spreadsheets

# What the book holds of a month: a stock at its end, a flow, the orders of a group.
_COUNTS = (
    ("base", _("Base at the end")),
    ("new", _("New at the end")),
    ("active", _("Active at the end")),
    ("reactivated", _("Of the active, came back")),
    ("sleeping", _("Sleeping at the end")),
    ("first_purchases", _("First purchases")),
    ("new_to_active", _("New → active")),
    ("new_to_sleeping", _("New → sleeping")),
    ("active_to_sleeping", _("Active → sleeping")),
    ("sleeping_to_active", _("Sleeping → active")),
    ("orders_first", _("First orders")),
    ("orders_new", _("Orders of the new")),
    ("orders_active", _("Orders of the active")),
    ("orders_sleeping", _("Orders of the sleeping")),
)
_KPIS = (
    ("new_to_active", _("Share of new that became active")),
    ("orders_per_active", metrics.METRICS["orders_per_active"].name),
    ("orders_from_woken", metrics.METRICS["orders_from_woken"].name),
    ("churn_of_active", metrics.METRICS["churn_of_active"].name),
)


def book(pages: Iterable[lifecycle.Page]) -> HttpResponse:
    head = [_("Month"), *(label for _name, label in (*_COUNTS, *_KPIS)), _("The share is final")]
    return _file("lifecycle", head, (
        [page.label, *(getattr(page.month, name) for name, _label in _COUNTS),
         *(getattr(page.kpis, name) for name, _label in _KPIS),
         _("yes") if page.kpis.is_mature else _("no")]
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

"""Everything computed for a workspace as one plain document: what `manage.py analyse` prints."""

from typing import Any

from analytics.models import Snapshot
from analytics.rules import thresholds
from analytics.rules.book import Month
from analytics.selectors import cohorts, lifecycle, rfm

_STOCKS = ("base", "new", "active", "reactivated", "sleeping")
_FLOWS = (
    "first_purchases", "new_to_active", "new_to_sleeping", "active_to_sleeping",
    "sleeping_to_active",
)  # fmt: skip


def of_snapshot(snapshot: Snapshot, *, minor_units: int) -> dict[str, Any]:
    """The document; money in units of the currency, which has `minor_units` of 1 in one."""
    totals = rfm.segments(snapshot)
    revenue = sum(segment.revenue for segment in totals)
    return {
        "as_of": snapshot.as_of.isoformat(),
        "customers": sum(segment.customers for segment in totals),
        "orders": sum(segment.orders for segment in totals),
        "revenue": round(revenue / minor_units, 2),
        "gaps": {name: _number(snapshot.figures["gaps"][name]) for name in thresholds.NAMES},
        "rfm": _rfm(snapshot, totals),
        "lifecycle": _lifecycle(snapshot),
        "cohorts": [
            {"month": cohort.label, "customers": cohort.size, "retention": cohort.customers}
            for cohort in cohorts.cohorts(snapshot.workspace_id, snapshot.as_of)
        ],
    }


def _rfm(snapshot: Snapshot, totals: list[rfm.SegmentTotals]) -> dict[str, Any]:
    return {
        "cells": [
            {"r": r, "f": f, "m": m, "customers": customers}
            for (r, f, m), customers in rfm.cells(snapshot).items()
        ],
        "segments": {segment.name: segment.customers for segment in totals},
    }


def _lifecycle(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "threshold_days": _number(float(snapshot.threshold_days)),
        "months": [_month(page) for page in lifecycle.pages(snapshot.workspace_id)],
    }


def _month(page: lifecycle.Page) -> dict[str, Any]:
    kpis = page.kpis
    return {
        "month": page.label,
        **_pick(page.month, _STOCKS),
        "flows": _pick(page.month, _FLOWS),
        "kpis": {
            "new_to_active": _rounded(kpis.new_to_active),
            "orders_per_active": _rounded(kpis.orders_per_active),
            "orders_from_woken": kpis.orders_from_woken,
            "churn_of_active": _rounded(kpis.churn_of_active),
        },
    }


def _pick(month: Month, names: tuple[str, ...]) -> dict[str, int]:
    return {name: getattr(month, name) for name in names}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)


def _number(days: float | None) -> float | int | None:
    """Whole days as a whole number."""
    return int(days) if days is not None and days == int(days) else days

"""Online Retail, loaded and computed once, then rolled back; tests read what it gave."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from analytics.rules.quantiles import Method
from analytics.selectors import cohorts, document, lifecycle, rfm, snapshots
from analytics.selectors.reading import rows
from analytics.services import recomputing
from core.models import Workspace
from tests import build_analytics as build

LAST_DAY = date(2011, 12, 9)


@dataclass(frozen=True)
class Computed:
    """What one run over Online Retail gave."""

    document: dict[str, Any]
    pages: list[lifecycle.Page]
    cohorts: list[cohorts.Cohort]
    segments: list[rfm.SegmentTotals]
    # Per customer, in ascending source id: recency, orders, revenue, r, f, m, segment.
    customers: list[tuple[Any, ...]]


@pytest.fixture(scope="session")
def online_retail(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> dict[Method, Computed]:
    with django_db_blocker.unblock(), transaction.atomic():
        shop = build.shop(name="Online Retail")
        build.load_cleaned_online_retail(shop)
        found: dict[Method, Computed] = {
            "rank": _computed(shop, "rank"),
            "value": _computed(shop, "value"),
        }
        transaction.set_rollback(True)
    return found


def _computed(shop: Workspace, method: Method) -> Computed:
    recomputing.recompute(workspace=shop, as_of=LAST_DAY, at=build.NIGHT, full=True, method=method)
    snapshot = snapshots.latest(shop.pk)
    assert snapshot is not None
    return Computed(
        document=document.of_snapshot(snapshot, minor_units=100),
        pages=lifecycle.pages(shop.pk),
        cohorts=cohorts.cohorts(shop.pk, LAST_DAY),
        segments=rfm.segments(snapshot),
        customers=rows(
            "SELECT %(day)s::date + 1 - last_order_on, orders, revenue, r, f, m, segment"
            " FROM analytics_customerstats WHERE generation = %(g)s ORDER BY customer_id",
            {"day": LAST_DAY, "g": snapshot.generation},
        ),
    )

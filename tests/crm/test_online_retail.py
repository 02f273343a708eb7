"""The whole of Online Retail: every line accounted for, the published totals to the penny."""

from pathlib import Path

import pytest
from django.db.models import Count, F, Q, Sum

from crm.models import Order, OrderLine, Product, Refund, RefundLine
from tests import build, build_crm

FILE = Path("demo/online_retail.parquet")
LINES = 541_909


@pytest.mark.django_db
@pytest.mark.timeout(400)
def test_the_whole_file_is_accounted_for_and_twice_changes_nothing() -> None:
    scope = build.scope(build.workspace(timezone="Europe/London", currency="GBP"))

    found = build_crm.loaded(scope, FILE)
    again = build_crm.loaded(scope, FILE)

    bought = Order.objects.within(scope).filter(customer__isnull=False, is_purchase=True)
    figures = bought.aggregate(
        orders=Count("id"), people=Count("customer", distinct=True), revenue=Sum("total")
    )
    lines = OrderLine.objects.within(scope)
    kept = lines.aggregate(all=Count("id"), charges=Count("id", filter=Q(kind="charge")))
    assert figures == {"orders": 18_532, "people": 4_338, "revenue": 891_140_790}
    assert lines.filter(order__in=bought, is_sale=True).count() == 397_884
    assert (found.rows, found.created, found.rejected) == (LINES, LINES, 0)
    assert (again.rows, again.unchanged, again.created) == (LINES, LINES, 0)
    # Lines are on orders, but for the 9,288 of cancellations, which are refunds.
    assert kept["all"] == LINES - 9_288
    assert found.report["refund_lines"] == 9_288
    assert found.report["customers"] == 4_372
    assert not Product.objects.within(scope).filter(sku__in=["POST", "M", "DOT"]).exists()
    # Nothing is undone twice, and an order's refunds are its refunds.
    undone = RefundLine.objects.within(scope).filter(order_line__isnull=False)
    each = undone.values("order_line", "order_line__quantity").annotate(back=Sum("quantity"))
    assert not each.filter(back__gt=F("order_line__quantity")).exists()
    summed = Refund.objects.within(scope).filter(order__isnull=False).aggregate(s=Sum("total"))
    assert Order.objects.within(scope).aggregate(s=Sum("refunded"))["s"] == summed["s"]

"""The window functions undo exactly the sales that a plain stack would undo."""

import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Order, Refund, RefundLine
from tests import build, build_crm
from tests.crm.stack_oracle import Event, undone

pytestmark = pytest.mark.django_db
HEAD = "order_id,customer,date,product,quantity,price\n"

files: st.SearchStrategy[list[dict[str, object]]] = st.lists(
    st.builds(
        dict,
        customer=st.sampled_from("ab"),
        sku=st.sampled_from(["X", "Y"]),
        price=st.sampled_from([1, 2]),
        units=st.integers(-6, 6).filter(bool),
        minute=st.integers(0, 8),
    ),
    min_size=1,
    max_size=16,
)


def text_of(events: list[Event]) -> str:
    rows = [
        f"{number_of(e)},{e.customer},2024-01-01 10:{e.minute:02},{e.sku},{e.units},{e.price}"
        for e in events
    ]
    return HEAD + "\n".join(rows) + "\n"


def number_of(event: Event) -> str:
    return f"{'C' if event.units < 0 else ''}{1000 + event.number}"


def matched_in_base(scope: object) -> dict[tuple[int, int | None], int]:
    found: dict[tuple[int, int | None], int] = defaultdict(int)
    rows = RefundLine.unscoped.filter(workspace=scope.workspace).select_related(  # type: ignore[attr-defined]
        "refund", "order_line__order"
    )
    for row in rows:
        line = row.order_line
        sale = None if line is None else int(line.order.external_id) - 1000
        found[int(row.refund.external_id[1:]) - 1000, sale] += int(row.quantity)
    return dict(found)


def events_of(rows: list[dict[str, object]]) -> list[Event]:
    return [Event(**row, number=number) for number, row in enumerate(rows)]  # type: ignore[arg-type]


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(files)
def test_a_file_is_matched_as_a_stack_would(rows: list[dict[str, object]]) -> None:
    # Plain numbers and Cs: the file shows its habit, whatever Hypothesis left out of it.
    events = events_of(rows) + [Event("z", "Z", 1, 1, 0, 900 + n) for n in range(len(rows))]
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        scope = build.scope()
        build_crm.loaded(scope, build_crm.text_file(Path(folder), text_of(events)))

        assert matched_in_base(scope) == undone(events)
        assert_refunds_add_up(scope)
        connection.set_rollback(True)


def assert_refunds_add_up(scope: object) -> None:
    workspace = scope.workspace  # type: ignore[attr-defined]
    orders = Order.unscoped.filter(workspace=workspace).annotate(back=Sum("refunds__total"))
    assert not orders.exclude(refunded=F("back")).exclude(refunded=0, back=None).exists()
    assert not orders.filter(refunded__gt=F("total")).exists()
    papers = Refund.unscoped.filter(workspace=workspace).annotate(sum=Sum("lines__amount"))
    assert not papers.exclude(total=F("sum")).exists()


def test_a_later_file_matches_what_earlier_ones_left(tmp_path: Path) -> None:
    scope = build.scope()
    sales = HEAD + "1,a,2024-01-01,X,5,2\n2,a,2024-01-02,X,3,2\n"
    first = HEAD + "C3,a,2024-01-03,X,-4,2\n10,b,2024-01-01,X,1,2\n"
    second = HEAD + "C4,a,2024-01-04,X,-9,2\n11,b,2024-01-01,X,1,2\n"

    for name, text in (("a", sales), ("b", first), ("c", second)):
        build_crm.loaded(scope, build_crm.text_file(tmp_path, text, name=name))

    assert matched_in_base(scope) == {
        (3 - 1000, 2 - 1000): 3,
        (3 - 1000, 1 - 1000): 1,
        (4 - 1000, 1 - 1000): 4,
        (4 - 1000, None): 5,
    }


def test_a_guests_cancellation_stands_alone(tmp_path: Path) -> None:
    scope = build.scope()
    text = HEAD + "1,,2024-01-01,X,5,2\nC2,,2024-01-02,X,-5,2\n3,,2024-01-02,X,5,2\n"

    build_crm.loaded(scope, build_crm.text_file(tmp_path, text))

    refund = Refund.objects.within(scope).get()
    assert (refund.order, refund.customer, refund.total) == (None, None, 1000)


def test_a_refund_in_a_file_of_orders_undoes_the_last_order_of_that_amount(
    tmp_path: Path,
) -> None:
    scope = build.scope()
    text = "customer,date,amount\na,2024-01-01,10\na,2024-01-02,10\na,2024-01-03,-10\na,2024-01-04,-7\n"

    build_crm.loaded(scope, build_crm.text_file(tmp_path, text))

    refunds = Refund.objects.within(scope).order_by("refunded_at")
    days = [refund.order and refund.order.placed_on.day for refund in refunds]
    assert days == [2, None]
    assert sorted(Order.objects.within(scope).values_list("total", "refunded")) == [
        (1000, 0), (1000, 1000),
    ]  # fmt: skip


def test_parts_of_a_cancellation_add_up_to_it_to_the_penny(tmp_path: Path) -> None:
    scope = build.scope()
    sales = "".join(f"{n},a,2024-01-01 10:0{n},X,1,0.125\n" for n in range(1, 6))

    build_crm.loaded(
        scope, build_crm.text_file(tmp_path, f"{HEAD}{sales}C9,a,2024-01-02,X,-5,0.125\n")
    )

    assert Refund.objects.within(scope).aggregate(sum=Sum("total"))["sum"] == 62
    assert Refund.objects.within(scope).count() == 5

"""What rows that share an order's number come to: lines, repeated rows, or other orders."""

from pathlib import Path

import pytest

from crm.models import Import, Order
from crm.services import importing
from tests import build, build_crm

HEAD = "customer,order_id,date,amount\n"


def loaded(folder: Path, rows: str, head: str = HEAD) -> Import:
    return build_crm.loaded(build.scope(), build_crm.text_file(folder, head + rows))


def totals(found: Import) -> list[tuple[str, int]]:
    rows = Order.objects.within(found.workspace_id).order_by("external_id")
    return list(rows.values_list("external_id", "total"))


@pytest.mark.django_db
def test_rows_that_differ_are_added_up(tmp_path: Path) -> None:
    found = loaded(tmp_path, "A,1,2024-01-01,10\nA,1,2024-01-01,5\nA,2,2024-01-04,7\n")

    assert totals(found) == [("1", 1500), ("2", 700)]
    assert (found.rejected, found.report["orders_added_up"]) == (0, 1)


@pytest.mark.django_db
def test_rows_that_say_the_same_are_refused_again(tmp_path: Path) -> None:
    found = loaded(tmp_path, "A,1,2024-01-01,10\nA,1,2024-01-01,10\nA,2,2024-01-04,7\n")

    assert totals(found) == [("1", 1000), ("2", 700)]
    assert list(found.rejections.values_list("line", "code")) == [(3, "repeated_in_file")]


@pytest.mark.django_db
def test_a_file_that_stands_twice_in_itself_counts_once_at_any_size(tmp_path: Path) -> None:
    rows = "".join(f"c{n % 7},{n},2024-01-{n % 28 + 1:02},{n}.50\n" for n in range(40))

    found = loaded(tmp_path, rows + rows)

    assert (found.kind, found.created, found.rejected) == ("orders", 40, 40)


@pytest.mark.django_db
def test_where_most_orders_take_rows_that_differ_equal_rows_are_lines_too(tmp_path: Path) -> None:
    rows = "A,1,2024-01-01,10\nA,1,2024-01-01,5\nB,2,2024-01-04,7\nB,2,2024-01-04,7\n"

    found = loaded(tmp_path, rows)

    assert (totals(found), found.rejected) == ([("1", 1500), ("2", 1400)], 0)


@pytest.mark.django_db
def test_one_number_on_several_days_is_several_orders(tmp_path: Path) -> None:
    rows = "A,1,2024-01-01,10\nA,1,2024-01-05,5\nA,2,2024-01-04,7\nB,3,2024-01-04,7\n"

    found = loaded(tmp_path, rows)

    assert totals(found) == [("1", 1000), ("2", 700), ("3", 700), ("A/1@2024-01-05", 500)]
    assert (found.rejected, found.report["numbers_given_anew"]) == (0, 1)


@pytest.mark.django_db
def test_receipts_numbered_anew_each_day_are_told_apart_among_lines(tmp_path: Path) -> None:
    head = "client,receipt,date,product,quantity,price\n"
    rows = "".join(
        f"{who},{number},2024-01-{day:02},P{line},1,10\n"
        for day in (1, 3, 9) for number, who in ((1, "A"), (2, "B"), (3, f"C{day}"))
        for line in (1, 2)
    )  # fmt: skip

    found = loaded(tmp_path, rows, head)

    assert (len(totals(found)), found.rejected) == (9, 0)
    assert {total for _, total in totals(found)} == {2000}


@pytest.mark.django_db
def test_one_order_of_lines_on_two_days_stays_one(tmp_path: Path) -> None:
    head = "client,receipt,date,product,quantity,price\n"

    found = loaded(tmp_path, "A,1,2024-01-01,X,1,10\nA,1,2024-01-02,Y,1,5\n", head)

    assert totals(found) == [("1", 1500)]


@pytest.mark.django_db
def test_the_first_order_of_a_number_keeps_it_when_the_file_grows(tmp_path: Path) -> None:
    scope = build.scope()
    first = HEAD + "A,1,2024-01-01,10\nB,2,2024-01-01,5\n"
    build_crm.loaded(scope, build_crm.text_file(tmp_path, first))

    grown = build_crm.text_file(tmp_path, first + "A,1,2024-01-08,20\n", name="grown.csv")
    again = build_crm.loaded(scope, grown)

    assert (again.created, again.unchanged, again.updated) == (1, 2, 0)


@pytest.mark.django_db
def test_a_total_beside_each_line_of_its_order_counts_once(tmp_path: Path) -> None:
    head = "customer,order_id,date,product,order_total\n"

    found = loaded(tmp_path, "A,1,2024-01-01,X,30\nA,1,2024-01-01,Y,30\nB,2,2024-01-02,X,5\n", head)

    assert (found.kind, totals(found)) == ("orders", [("1", 3000), ("2", 500)])


@pytest.mark.django_db
def test_lines_that_were_paid_less_than_quantity_by_price_count_what_was_paid(
    tmp_path: Path,
) -> None:
    head = "customer,order_id,date,product,quantity,price,total\n"
    rows = "A,1,2024-01-01,X,2,10,18\nA,1,2024-01-01,Y,1,5,5\nB,2,2024-01-02,X,1,10,9\n"

    found = loaded(tmp_path, rows, head)

    assert totals(found) == [("1", 2300), ("2", 900)]
    assert found.options["unsure"] == {"amount": "total"}


@pytest.mark.django_db
def test_an_orders_total_beside_priced_lines_is_not_added_up(tmp_path: Path) -> None:
    head = "customer,order_id,date,product,quantity,price,total\n"
    rows = "A,1,2024-01-01,X,2,10,25\nA,1,2024-01-01,Y,1,5,25\nB,2,2024-01-02,X,1,10,10\n"

    found = loaded(tmp_path, rows, head)

    assert totals(found) == [("1", 2500), ("2", 1000)]


@pytest.mark.django_db
def test_whole_amounts_beside_prices_that_are_not_are_pieces(tmp_path: Path) -> None:
    head = "customer,order_id,date,product,amount,price\n"

    found = loaded(tmp_path, "A,1,2024-01-01,X,2,9.99\nB,2,2024-01-02,Y,1,5.50\n", head)

    assert totals(found) == [("1", 1998), ("2", 550)]
    assert found.options["unsure"] == {"pieces": "amount"}


@pytest.mark.django_db
def test_what_a_person_has_said_is_doubted_no_more(tmp_path: Path) -> None:
    path = build_crm.text_file(tmp_path, "customer,date,amount\n1,03/04/2024,12.345\n")
    found = importing.register_file(scope=build.scope(), file=path, copy=False)
    doubted = found.options["unsure"]

    importing.remap(of_import=found, kind="orders", mapping=found.mapping, options={"dates": "mdy"})

    assert doubted == {"decimal": "12.345", "dates": "03/04/2024"}
    assert "unsure" not in found.options

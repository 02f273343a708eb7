"""Numbers as shops write them: one decimal mark a file, any currency beside it."""

from decimal import Decimal

import pytest

from crm.rules import numbers
from crm.rules.faults import Fault


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1 234,50 руб.", "10,00 руб."], ","),
        (["1\u00a0234,50р.", "10р."], ","),
        (["1 234 руб.", "10 руб."], "."),
        (["1,234.50 руб.", "10.00 р."], "."),
        (["Rs. 1,234.50", "Rs. 10.00"], "."),
        (["12,5 тг.", "13,5 тг."], ","),
        (["12,50", "13.500,00"], ","),
    ],
)
def test_the_dot_of_a_currency_is_no_decimal_mark(cells: list[str], mark: str) -> None:
    assert numbers.guess_mark(cells) == mark


@pytest.mark.parametrize(
    ("cell", "mark", "number"),
    [
        ("1 234,50 руб.", ",", "1234.50"),
        ("1 234,50 р.", ",", "1234.50"),
        ("10 рублей", ".", "10"),
        ("12,5 ₸", ",", "12.5"),
        ("12 500 KZT", ".", "12500"),
        ("12,50 zł", ",", "12.50"),
        ("Rs. 1,234.50", ".", "1234.50"),
        ("R$ 12,50", ",", "12.50"),
        ("-$10.25", ".", "-10.25"),
        ("$-10.25", ".", "-10.25"),
        ("-10,25 руб.", ",", "-10.25"),
    ],
)
def test_a_currency_beside_a_number_is_passed_over(cell: str, mark: str, number: str) -> None:
    assert numbers.parse(cell, mark) == Decimal(number)


@pytest.mark.parametrize("cell", ["руб.", "10 попугаев", "1.2.3 руб.", "р.10р.р."])
def test_what_is_no_number_stays_none_with_a_currency(cell: str) -> None:
    with pytest.raises(Fault) as refused:
        numbers.parse(cell)

    assert refused.value.code == "number"


@pytest.mark.parametrize(
    ("cells", "mark", "doubt"),
    [
        (["12.345", "950"], ",", "12.345"),
        (["12.345", "7.500"], ",", "12.345"),
        (["1,234", "950"], ".", "1,234"),
        (["12.345", "1.250.000"], ",", ""),
        (["1,250,000", "12,345"], ".", ""),
        (["12.345", "7.5"], ".", ""),
        (["12.345", "0.500"], ".", ""),
        (["12.345", "2500"], ".", "12.345"),
        (["10", "950"], ".", ""),
    ],
)
def test_three_digits_after_the_mark_are_judged_by_the_whole_column(
    cells: list[str], mark: str, doubt: str
) -> None:
    money = numbers.Weight().add_all(cells)

    assert numbers.choose_mark(money, numbers.Weight()) == (mark, doubt)


def test_three_digits_after_the_mark_of_pieces_are_fractions() -> None:
    money = numbers.Weight().add_all(["1 234", "950"])
    pieces = numbers.Weight().add_all(["1,000", "2,000"])

    assert numbers.choose_mark(money, pieces) == (",", "1,000")


def test_money_that_tells_its_mark_tells_it_of_pieces_too() -> None:
    money = numbers.Weight().add_all(["1,234.50"])
    pieces = numbers.Weight().add_all(["1,000"])

    assert numbers.choose_mark(money, pieces) == (".", "")

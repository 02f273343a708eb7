"""The order of a file's dates is told by the whole column."""

import pytest

from crm.rules import dates


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("05/03/2023 10:00:00", "05/03/2023"),
        ("5.3.23, 10:00", "5.3.23"),
        ("2023-03-05 10:00", "2023-03-05 10:00"),
        ("5 March 2023", "5 March 2023"),
    ],
)
def test_a_day_is_what_stands_before_the_clock(cell: str, day: str) -> None:
    assert dates.day_of(cell) == day


@pytest.mark.parametrize(
    ("cells", "orders"),
    [
        (["2023-03-05T10:00:00.123Z", "2023/03/05"], ["ymd"]),
        (["3/5/2023 2:30 PM", "3/25/2023 2:30 PM"], ["mdy"]),
        (["05.03.2023", "25.03.2023"], ["dmy"]),
        (["05.03.2023", "06.03.2023"], ["dmy", "mdy"]),
        (["5 марта 2023", "12 мая 2023 г."], ["words"]),
        (["20230305", "20231231"], ["compact"]),
        (["1700000000", "1700000000123"], ["unix"]),
        (["44927", "44927.5", "45000"], ["excel"]),
        (["1", "2", "711"], []),
        (["2011", "2012"], []),
        (["23-03-05", "23-03-06", "23-04-30"], ["yymd"]),
        (["05-03-23", "06-03-23", "30-04-23"], ["dmy"]),
        (["23-03-05"], ["dmy"]),
        (["202303", "202304"], []),
        (["2023-03", "2023-04"], []),
    ],
)
def test_the_orders_that_read_a_column(cells: list[str], orders: list[str]) -> None:
    assert dates.fitting(cells) == orders


def test_a_few_numbers_among_words_are_no_days_since_1900() -> None:
    assert dates.fitting(["44927", "unknown", "never", "soon"]) == []


def test_with_dots_nobody_writes_the_month_first() -> None:
    assert dates.are_dotted(["05.03.2023", "06.03.2023 10:00"])
    assert not dates.are_dotted(["05/03/2023", "06.03.2023"])


def test_a_clock_of_twelve_hours_is_seen() -> None:
    assert dates.have_halves(["3/5/2023", "3/5/2023 2:30 p.m."])
    assert not dates.have_halves(["3/5/2023 14:30"])


def test_a_day_that_reads_either_way_is_found_for_the_doubt() -> None:
    assert dates.read_either_way(["25/03/2023", "03/03/2023", "04/03/2023"]) == "04/03/2023"
    assert dates.read_either_way(["03/03/2023"]) == ""

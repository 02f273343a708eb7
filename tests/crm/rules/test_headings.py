"""The row that names the columns is found under titles, and no row of values is taken for it."""

import pytest

from crm.rules import headings

HEADING = ["Клиент", "Дата", "Сумма"]
ROW = ["Анна", "05.01.2024", "10"]
CASES = {
    "the first row": ([HEADING, ROW], 0),
    "under a title": ([["Отчёт"], HEADING, ROW], 1),
    "under a period in two cells": ([["Период", "2024"], ["Дата", "все"], HEADING, ROW], 2),
    "of people": ([["Клиенты"], ["Имя", "Телефон", "Город"], ["Анна", "+7900", "Омск"]], 1),
    "with names of its own": ([["who", "what_day", "paid"], ["7", "2024-01-05", "card"]], 0),
    "with names of its own under a title": ([["Report"], ["who", "what_day", "paid"], ROW], 1),
    "of two columns": ([["a"], ["b", "c"]], 0),
    "of a table of one column": ([["a"], ["b"]], 0),
    "nowhere": ([], 0),
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_heading_is_the_first_row_that_names_columns(name: str) -> None:
    rows, place = CASES[name]

    assert headings.place(rows) == place

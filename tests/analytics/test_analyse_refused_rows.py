"""`manage.py analyse` says on stderr what it left out; the document stays one document."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db

SOME_REFUSED = """customer_id,order_id,order_date,amount
1,a,2024-01-05,10
1,b,2024-01-06,x
2,c,2024-01-07,y
2,d,never,7
1,a,2024-01-05,10
"""


def test_refused_rows_are_told_beside_the_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(SOME_REFUSED)

    call_command("analyse", str(path), "--json")

    out, err = capsys.readouterr()
    assert json.loads(out)["orders"] == 1
    assert err == (
        f"{path}: 4 of 5 rows refused, most often for number in column amount, as on line 3.\n"
    )


def test_orders_that_stand_twice_are_told_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer,order_id,date,amount\n1,a,2024-01-05,10\n1,a,2024-01-05,10\n")

    call_command("analyse", str(path), "--json")

    said = "1 of 2 rows refused, most often for repeated_in_file in column order_id, as on line 3."
    assert said in capsys.readouterr().err


def test_nothing_is_said_of_a_file_that_is_read_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer,date,amount\n1,2024-01-05,10\n")

    call_command("analyse", str(path), "--json")

    assert capsys.readouterr().err == ""


def test_a_file_of_refused_rows_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer,date,amount\n1,yesterday,1\n2,never,2\n3,2024-01-05,x\n")

    with pytest.raises(SystemExit) as left:
        call_command("analyse", str(path), "--json")

    out, err = capsys.readouterr()
    assert (left.value.code, out) == (2, "")
    assert "(3 of them refused, most often for date in column date, as on line 2)" in err

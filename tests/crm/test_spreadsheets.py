"""A file that is taken away opens in the reader's Excel, and our own import reads it back."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from core.models import Workspace
from crm import spreadsheets
from crm.services.importing.readers.text import open_text
from tests import build, build_crm

FRACTIONS = ["Анна", 12, Decimal("1234.50"), -0.25, Decimal("0E-2"), None, True]


def test_a_russian_file_parts_cells_by_semicolons_and_fractions_by_commas() -> None:
    with translation.override("ru"):
        line = spreadsheets.line(FRACTIONS)

    assert line == "Анна;12;1234,50;-0,25;0,00;;True\r\n"


def test_an_english_file_parts_cells_by_commas_and_fractions_by_points() -> None:
    with translation.override("en"):
        line = spreadsheets.line(FRACTIONS)

    assert line == "Анна,12,1234.50,-0.25,0.00,,True\r\n"


def test_a_text_that_looks_like_a_sum_is_left_as_it_is() -> None:
    with translation.override("ru"):
        line = spreadsheets.line(["1234.50", "=1+1", "a;b"])

    assert line == '1234.50;\'=1+1;"a;b"\r\n'


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "total"), [("ru", "1234,50"), ("en", "1234.50")])
def test_the_customers_file_is_read_back_in_its_columns(
    language: str, total: str, tmp_path: Path
) -> None:
    shop = build.workspace()
    person = build_crm.customer(shop, first_name="Анна; и Ко", email="anna@mail.ru")
    build_crm.order(shop, by=person, total=123_450)

    sheet = open_text(_downloaded(shop, language, tmp_path), {})

    row = [column[0] for column in next(sheet.chunks(sheet.columns)).columns]
    assert (row[0], row[3:6]) == ("Анна; и Ко", ["anna@mail.ru", "1", total])


@pytest.mark.django_db
def test_a_russian_file_of_customers_loads_without_a_question(tmp_path: Path) -> None:
    shop = build.workspace()
    build_crm.customer(shop, first_name="Анна", email="anna@mail.ru", phone="+79031234567")
    path = _downloaded(shop, "ru", tmp_path)

    found = build_crm.loaded(build.scope(build.workspace()), path, "customers")

    assert (found.created, found.rejected) == (1, 0)


def _downloaded(shop: Workspace, language: str, folder: Path) -> Path:
    client = Client(headers={"Accept-Language": language})
    client.force_login(build.member(shop, "owner"))
    answer = client.get(f"/{shop.slug}/customers/export/")
    path = folder / "customers.csv"
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    return path

"""The wizard speaks of fields and files as people do."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from core.errors import DomainError
from crm import import_words
from crm.errors import FileChanged, MappingIncomplete
from crm.models import Import
from crm.views import imports


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (MappingIncomplete, ["date, amount"], "Name the columns for: “Date”, “Amount”."),
        (FileChanged, [], "The file has changed since it was checked. Upload it again."),
    ],
)
def test_a_refusal_names_fields_by_their_names_on_the_page(
    kind: type[DomainError], facts: list[str], said: str
) -> None:
    assert import_words.refusal_words(kind(*facts)) == said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"encoding": "cp1251", "delimiter": ";"}, "Windows-1251, columns parted by “;”"),
        ({"encoding": "utf-8", "delimiter": "\t"}, "UTF-8, columns parted by tabs"),
        ({"encoding": "big5", "delimiter": ","}, "big5, columns parted by “,”"),
        ({"format": "parquet"}, "parquet"),
        ({}, ""),
    ],
)
def test_how_a_file_is_written_is_told_in_words(options: dict[str, Any], said: str) -> None:
    assert import_words.file_words(options).startswith(said)


@pytest.mark.parametrize(
    ("state", "meaning"), [("checked", "will be skipped"), ("loaded", "skipped")]
)
def test_the_four_figures_add_up_and_say_what_they_mean(state: str, meaning: str) -> None:
    found = Import(state=state, rows=8, created=2, updated=1, unchanged=4, rejected=1)

    told = imports.figures(found)

    assert [one.figure.text for one in told] == ["2", "1", "4", "1"]
    assert told[2].note == f"50.0% · {meaning}"

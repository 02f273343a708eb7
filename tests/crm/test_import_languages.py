"""The language of a person in a file: one that has a code, written in any usual way."""

from pathlib import Path

import pytest

from crm.models import Customer, ImportRejection
from tests import build, build_crm

pytestmark = pytest.mark.django_db
WRITTEN = [("ru", "ru"), ("RU", "ru"), ("ru-RU", "ru"), ("en_US", "en"), ("zh-Hant-TW", "zh"),
           ("Русский", "ru"), ("English", "en"), (" kk ", "kk"), ("", "")]  # fmt: skip
UNKNOWN = ["vulcan", "xx", "xx-RU", "klingon", "ru-", "r", "рус-ский", "12", "ru en"]


def outcome(folder: Path, cell: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Languages of the customers made, and (column, code) of the rows refused."""
    scope = build.scope()
    path = build_crm.text_file(folder, f"customer_id,language,city\n7,{cell},Omsk\n")
    found = build_crm.loaded(scope, path, "customers")
    people = Customer.objects.within(scope).values_list("language", flat=True)
    refused = ImportRejection.objects.within(scope).filter(of_import=found)
    return list(people), list(refused.values_list("column", "code"))


@pytest.mark.parametrize(("cell", "code"), WRITTEN)
def test_a_language_is_kept_by_its_code(cell: str, code: str, tmp_path: Path) -> None:
    assert outcome(tmp_path, cell) == ([code], [])


@pytest.mark.parametrize("cell", UNKNOWN)
def test_a_word_that_is_no_language_refuses_its_row(cell: str, tmp_path: Path) -> None:
    assert outcome(tmp_path, cell) == ([], [("language", "language")])

"""Arrays as the server reads them, whatever is in them."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.database import arrays

pytestmark = pytest.mark.django_db
by_hypothesis = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(literal: str, kind: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}", [literal])
        return cursor.fetchone()[0]


@by_hypothesis
@given(st.lists(st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
def test_texts_come_back_as_they_were(texts: list[str | None]) -> None:
    assert read(arrays.texts(texts), "text[]") == texts


@pytest.mark.parametrize(
    "text", ["", "NULL", "null", '"', "\\", "{a,b}", '","', " a ", "a,b", "a\nb", "it's", "%s"]
)
def test_a_text_that_looks_like_something_else_stays_a_text(text: str) -> None:
    assert read(arrays.texts([text, "b"]), "text[]") == [text, "b"]
    assert read(arrays.texts([text, None]), "text[]") == [text, None]


def test_without_its_quotes_a_text_would_be_another() -> None:
    """The negative control."""
    assert read("{NULL}", "text[]") == [None]


def test_a_nul_is_left_out() -> None:
    assert read(arrays.texts(["a\0b"]), "text[]") == ["ab"]


def test_numbers_instants_and_flags_come_back_as_they_were() -> None:
    noon = datetime(2026, 5, 1, 12, 0, 0, 5, tzinfo=UTC)

    assert read(arrays.scalars([1, None, -(2**60)]), "bigint[]") == [1, None, -(2**60)]
    assert read(arrays.scalars([noon, None]), "timestamptz[]") == [noon, None]
    assert read(arrays.scalars([True, False]), "boolean[]") == [True, False]
    assert read(arrays.scalars([]), "bigint[]") == []

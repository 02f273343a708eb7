"""Lists as array literals: PostgreSQL reads back exactly what was put in."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.services import arrays

TEXTS = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))


def read(sql: str, literal: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, [literal])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS)
def test_texts_come_back_as_they_were(db: None, texts: list[str]) -> None:
    assert read("SELECT %s::text[]", arrays.texts(texts)) == texts


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "NULL", '"', "\\", "{a,b}", '","', "a\nb", " ", "чай"])
def test_a_text_that_means_something_in_an_array_is_a_text(text: str) -> None:
    assert read("SELECT %s::text[]", arrays.texts([text, "b"])) == [text, "b"]


@pytest.mark.django_db
def test_what_has_no_quotes_in_it_comes_back_too() -> None:
    moments: list[Any] = [datetime(2024, 3, 1, 12, 0, 0, 120, UTC), None]

    assert read("SELECT %s::bigint[]", arrays.scalars([1, None, -3])) == [1, None, -3]
    assert read("SELECT %s::boolean[]", arrays.scalars([True, False])) == [True, False]
    assert read("SELECT %s::timestamptz[]", arrays.scalars(moments)) == moments
    assert read("SELECT %s::bigint[]", arrays.scalars([])) == []

"""A prepared statement is planned once a connection and gives what the plain one gives."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.database.prepared import Prepared

pytestmark = pytest.mark.django_db
ADD = Prepared("test_add", "SELECT sum(n) + %(more)s FROM unnest(%(numbers)s) AS n",
               numbers="bigint[]", more="bigint")  # fmt: skip


def total(numbers: list[int], more: int) -> int:
    with connection.cursor() as cursor:
        ADD.run(cursor, {"numbers": numbers, "more": more})
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_it_is_prepared_once_and_executed_each_time() -> None:
    connection.close()

    with CaptureQueriesContext(connection) as seen:
        answers = [total([1, 2], 3), total([5], 5)]

    said = [query["sql"].split()[0] for query in seen.captured_queries]
    assert answers == [6, 10]
    assert said == ["PREPARE", "EXECUTE", "EXECUTE"]


def test_behind_a_pooler_the_same_is_sent_as_it_is(settings: Any) -> None:
    settings.DATABASE_PREPARES = False

    with CaptureQueriesContext(connection) as seen:
        answer = total([1, 2], 3)

    assert answer == 6
    assert [query["sql"].split()[0] for query in seen.captured_queries] == ["SELECT"]

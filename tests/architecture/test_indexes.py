"""No index repeats how another of its table begins: each is written with every row."""

import pytest
from django.db import connection

# Of our own tables (the framework's joins begin with core_user_); a partition's are its parent's.
# The order of texts for LIKE is another order.
SPARE = """
SELECT one.indexrelid::regclass::text, other.indexrelid::regclass::text
FROM pg_index one
JOIN pg_index other ON other.indrelid = one.indrelid AND other.indexrelid <> one.indexrelid
JOIN pg_class named ON named.oid = one.indexrelid
JOIN pg_class other_named ON other_named.oid = other.indexrelid
WHERE one.indrelid::regclass::text ~ '^(core|crm|loyalty|campaigns|analytics)_(?!user_)'
  AND NOT named.relispartition AND NOT one.indisunique AND named.relam = other_named.relam
  AND named.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
  AND coalesce(one.indpred, other.indpred, one.indexprs, other.indexprs) IS NULL
  AND (string_to_array(other.indkey::text, ' '))[:one.indnkeyatts]
      = (string_to_array(one.indkey::text, ' '))[:one.indnkeyatts]
  AND (string_to_array(other.indclass::text, ' '))[:one.indnkeyatts]
      = string_to_array(one.indclass::text, ' ')
"""


def spare() -> list[tuple[str, str]]:
    """Pairs of an index and another that begins with all of it."""
    with connection.cursor() as cursor:
        cursor.execute(SPARE)
        found: list[tuple[str, str]] = cursor.fetchall()
        return found


@pytest.mark.django_db
def test_no_index_repeats_how_another_begins() -> None:
    assert spare() == []


@pytest.mark.django_db
def test_one_that_does_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX again ON crm_order (workspace_id)")

    assert ("again", "crm_order_by_time") in spare()

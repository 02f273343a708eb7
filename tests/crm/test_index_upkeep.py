"""The index of orders by customer: packed when it is loose, left alone when it is not."""

import pytest
from django.db import connection

from core.models import Workspace
from crm.services import index_upkeep
from tests import build

ORDERS = 20_000

pytestmark = pytest.mark.django_db(transaction=True)


def fill(within: Workspace) -> None:
    """Orders of two hundred people, in no order: every page of the index splits again and again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crm_customer (workspace_id, first_name, last_name, gender, city, country,"
            " language, timezone, custom, is_made_up)"
            " SELECT %s, '', '', '', '', '', '', '', '{}', true FROM generate_series(1, 200)",
            [within.pk],
        )
        cursor.execute(
            "INSERT INTO crm_order (workspace_id, customer_id, source, external_id, placed_at,"
            " placed_on, total, refunded, is_purchase, content_hash)"
            " SELECT c.workspace_id, c.id, 'file', n || '-' || c.id, '2026-03-01', '2026-03-01',"
            " 100, 0, true, '' FROM generate_series(1, %s) AS n, crm_customer AS c"
            " WHERE c.workspace_id = %s ORDER BY md5(n || '-' || c.id)",
            [ORDERS // 200, within.pk],
        )
        cursor.execute("VACUUM ANALYZE crm_order")


def pages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s) / 8192", [index_upkeep.INDEX])
        return int(cursor.fetchone()[0])


def indexes() -> dict[str, bool]:
    """The indexes of orders by customer, and whether each may be used."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid"
            " WHERE relname LIKE %s",
            [index_upkeep.INDEX + "%"],
        )
        return dict(cursor.fetchall())


def test_a_loose_index_is_packed_and_then_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_upkeep, "WORTH_PAGES", 50)
    fill(build.workspace())
    before = pages()

    assert index_upkeep.pack_when_loose()

    assert pages() < before / index_upkeep.LOOSE
    assert not index_upkeep.pack_when_loose()


@pytest.mark.parametrize("left", ["ccnew", "ccold"])
def test_what_a_cut_off_build_left_is_swept_out(left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_upkeep, "WORTH_PAGES", 50)
    fill(build.workspace())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {index_upkeep.INDEX}_{left} ON crm_order (placed_at)")

    index_upkeep.pack_when_loose()

    assert indexes() == {index_upkeep.INDEX: True}


def test_a_small_index_is_left_alone_however_loose() -> None:
    fill(build.workspace())
    before = pages()

    assert not index_upkeep.pack_when_loose()

    assert pages() == before

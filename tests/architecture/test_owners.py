"""What a row names is of the row's own workspace, and a key of two columns holds it to that."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models

from core.scoping import TenantModel
from loyalty.models import Account
from tests import build, build_loyalty

# The named tables are large and grow with every order or message: (workspace, id) would be one
# more index to write for each of their rows.
TOO_MANY = {
    ("crm_orderline", "order_id"),
    ("crm_refund", "order_id"),
    ("crm_refundline", "refund_id"),
    ("crm_refundline", "order_line_id"),
    ("loyalty_transaction", "order_id"),
    ("campaigns_delivery", "member_id"),
    ("campaigns_receipt", "delivery_id"),
}
# The trigger on entries holds all of it, of one workspace and one programme (docs/ledger.md).
HELD_BY_ENTRIES = {
    ("loyalty_transaction", "program_id"),
    ("loyalty_transaction", "customer_id"),
    ("loyalty_transaction", "reverses_id"),
    ("loyalty_lot", "account_id"),
    ("loyalty_lot", "transaction_id"),
    ("loyalty_lotstate", "lot_id"),
    ("loyalty_entry", "transaction_id"),
    ("loyalty_entry", "account_id"),
    ("loyalty_entry", "lot_id"),
}
# Derived from orders in SQL, dropped and rebuilt at will.
DERIVED = {("analytics_customerstats", "customer_id")}
# The stamp of who wrote the row last; nothing is read through it but by that import itself.
STAMPS = {("crm_order", "last_import_id"), ("crm_refund", "last_import_id")}
LEFT = TOO_MANY | HELD_BY_ENTRIES | DERIVED | STAMPS

KEYS = """
SELECT k.conrelid::regclass::text, child.attname
FROM pg_constraint k
JOIN pg_attribute first ON first.attrelid = k.conrelid AND first.attnum = k.conkey[1]
JOIN pg_attribute child ON child.attrelid = k.conrelid AND child.attnum = k.conkey[2]
JOIN pg_attribute owner ON owner.attrelid = k.confrelid AND owner.attnum = k.confkey[1]
JOIN pg_attribute named ON named.attrelid = k.confrelid AND named.attnum = k.confkey[2]
WHERE k.contype = 'f' AND k.convalidated AND cardinality(k.conkey) = 2
  AND (first.attname, owner.attname, named.attname) = ('workspace_id', 'workspace_id', 'id')
"""


def names_of_rows() -> set[tuple[str, str]]:
    """Every column of a tenant's table that names a row of a tenant's table."""
    return {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        if issubclass(model, TenantModel)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and is_tenants(field)
    }


def is_tenants(field: "models.ForeignKey[object, object]") -> bool:
    related = field.related_model
    return isinstance(related, type) and issubclass(related, TenantModel)


def held() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        return set(cursor.fetchall())


@pytest.mark.django_db
def test_what_a_row_names_is_held_to_its_workspace() -> None:
    assert names_of_rows() - held() == LEFT


@pytest.mark.django_db
def test_a_name_without_its_key_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE loyalty_tier DROP CONSTRAINT loyalty_tier_program_is_ours")

    assert names_of_rows() - held() - LEFT == {("loyalty_tier", "program_id")}


@pytest.mark.django_db
def test_nobody_has_an_account_in_anothers_programme() -> None:
    program, stranger = build_loyalty.program(), build_loyalty.customer(build.workspace())

    def open_for(customer_id: int) -> Account:
        return Account.unscoped.create(
            workspace=program.workspace, program=program, kind="customer", customer_id=customer_id
        )

    ours = open_for(build_loyalty.customer(program.workspace).pk)

    assert ours.pk
    with pytest.raises(IntegrityError, match="loyalty_account_customer_is_ours"):
        open_for(stranger.pk)

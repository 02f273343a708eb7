"""What changes nothing leaves no trace: no audit entry, no fact, no new version."""

from datetime import date
from typing import Any

import pytest

from core.models import AuditEntry, Event, Workspace
from crm.models import Customer
from tests import build_crm
from tests.api.client import Api

FIELDS: dict[str, Any] = {
    "first_name": "Anna", "birth_date": "1990-02-28", "custom": {"size": "M"},
    "timezone": "Europe/Moscow", "language": "ru",
}  # fmt: skip


@pytest.fixture
def anna(shop: Workspace) -> Customer:
    known = FIELDS | {"birth_date": date(1990, 2, 28)}
    return build_crm.customer(shop, external_id="anna", **known)


def traces(shop: Workspace) -> tuple[int, int]:
    entries = AuditEntry.objects.within(shop).filter(object_kind="crm.customer")
    return entries.count(), Event.objects.within(shop).count()


@pytest.mark.parametrize("fields", [{name: value} for name, value in FIELDS.items()] + [FIELDS])
def test_a_patch_that_changes_nothing_leaves_no_trace(
    api: Api, shop: Workspace, anna: Customer, fields: dict[str, Any]
) -> None:
    address = f"/api/v1/customers/{anna.pk}"
    before = api.get(address).json()

    answer = api.patch(address, fields)

    assert (answer.status_code, answer.json()) == (200, before)
    assert traces(shop) == (0, 0)


def test_a_patch_that_changes_something_names_only_that(
    api: Api, shop: Workspace, anna: Customer
) -> None:
    address = f"/api/v1/customers/{anna.pk}"
    before = api.get(address).json()["version"]

    after = api.patch(address, FIELDS | {"first_name": "Maria"}).json()["version"]

    entry = AuditEntry.objects.within(shop).get(object_kind="crm.customer")
    assert set(entry.after) == {"first_name"}
    assert after != before
    assert traces(shop) == (1, 1)


def test_a_stale_patch_is_refused_even_when_it_would_change_nothing(
    api: Api, shop: Workspace, anna: Customer
) -> None:
    answer = api.patch(f"/api/v1/customers/{anna.pk}", FIELDS, If_Match="20000101000000000000")

    assert answer.status_code == 412
    assert traces(shop) == (0, 0)


def test_a_post_of_the_same_leaves_no_trace_either(
    api: Api, shop: Workspace, anna: Customer
) -> None:
    answer = api.post("/api/v1/customers", {"external_id": "anna"} | FIELDS)

    assert answer.json()["outcome"] == "unchanged"
    assert traces(shop) == (0, 0)

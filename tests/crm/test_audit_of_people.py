"""The audit log says who changed what of a person and holds nothing of the person."""

from datetime import date
from typing import Any

import pytest
from django.core import serializers

from core.erasure import declarations
from core.models import AuditEntry
from core.scoping import Scope
from crm.models import Customer
from crm.services import customers
from tests import build, build_crm

pytestmark = pytest.mark.django_db
CANARIES: dict[str, Any] = {
    "first_name": "Canary-Anna", "last_name": "Canary-Ivanova", "birth_date": date(1987, 6, 5),
    "city": "Canary-Kazan", "country": "Canary-land", "custom": {"dog": "Canary-Rex"},
}  # fmt: skip


@pytest.fixture
def scope() -> Scope:
    return build.scope()


def edited(scope: Scope, person: Customer, **changes: Any) -> AuditEntry:
    customers.edit(scope=scope, customer=person, changes=changes, at=build.NOON)
    found: AuditEntry = AuditEntry.objects.within(scope).filter(action="edited").latest("id")
    return found


def test_neither_what_a_person_was_nor_what_became_is_in_the_log(scope: Scope) -> None:
    person = build_crm.customer(scope.workspace)
    edited(scope, person, **CANARIES)

    edited(
        scope, person, **dict.fromkeys(CANARIES, "") | {"birth_date": None, "custom": {"dog": None}}
    )

    log = serializers.serialize("json", AuditEntry.objects.within(scope))
    assert "Canary" not in log
    assert "1987" not in log


def test_the_log_says_which_fields_were_changed_and_which_emptied(scope: Scope) -> None:
    person = build_crm.customer(scope.workspace, city="Canary-Kazan", language="en")

    entry = edited(scope, person, first_name="Canary-Anna", city="", language="ru")

    assert entry.before == {"language": "en"}
    assert entry.after == {"first_name": "…", "city": "", "language": "ru"}


def test_what_erasing_a_person_empties_is_what_the_log_hides() -> None:
    assert set(declarations()[Customer].fields) <= customers.PERSONAL

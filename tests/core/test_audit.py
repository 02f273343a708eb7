"""Audit entries say who did what, and stay."""

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import ApiKey, AuditEntry
from core.services import audit, keys
from tests import build

pytestmark = pytest.mark.django_db


def test_an_entry_names_the_actor_and_the_object() -> None:
    scope = build.scope()

    entry = audit.write(scope=scope, action="renamed", target=scope.workspace)

    assert entry.actor_name.startswith("person-")
    assert (entry.object_kind, entry.object_id) == ("core.workspace", str(scope.workspace_id))


def test_an_entry_cannot_be_changed() -> None:
    entry = build.audit_entry(within=build.workspace())

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.unscoped.filter(pk=entry.pk).update(action="nothing")


def test_an_entry_cannot_be_deleted() -> None:
    entry = build.audit_entry(within=build.workspace())

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.unscoped.filter(pk=entry.pk).delete()


def test_the_log_cannot_be_truncated() -> None:
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE core_auditentry")


def test_issuing_and_revoking_a_key_is_written_down_without_its_secret() -> None:
    scope = build.scope()

    issued = keys.issue(scope=scope, name="till", scopes={"points.read"})
    keys.revoke(scope=scope, key=issued.key)

    entries = AuditEntry.objects.within(scope).filter(object_kind="core.apikey").order_by("pk")
    assert [entry.action for entry in entries] == ["issued", "revoked"]
    assert {entry.object_id for entry in entries} == {issued.key.prefix}


def test_a_key_is_revoked_only_by_its_own_workspace() -> None:
    issued = keys.issue(scope=build.scope(), name="till", scopes={"points.read"})

    revoked = keys.revoke(scope=build.scope(), key=issued.key)

    assert (revoked, ApiKey.unscoped.get(pk=issued.key.pk).revoked) == (False, False)

"""API keys: issued once, revoked for good, both in the audit log."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.models import ApiKey
from core.permissions import API_SCOPES
from core.scoping import Scope
from core.services import audit

MARK = "rk_"


@dataclass(frozen=True)
class IssuedKey:
    """A new key with its secret, which nobody can read again."""

    key: ApiKey
    secret: str


class UnknownScope(InvalidInput):
    code = "unknown_scope"
    sentence = _("A key cannot carry such a right.")


@transaction.atomic
def issue(
    *, scope: Scope, name: str, scopes: AbstractSet[str], expires_at: datetime | None = None
) -> IssuedKey:
    """Make a key with these rights; the secret is in the answer and nowhere else."""
    if not scopes or not scopes <= API_SCOPES:
        raise UnknownScope(fields=[{"field": "scopes", "code": UnknownScope.code}])
    made, secret = ApiKey.objects.create_key(
        workspace=scope.workspace, name=name, scopes=sorted(scopes), expiry_date=expires_at
    )
    key = cast("ApiKey", made)
    rights = {"name": name, "scopes": sorted(scopes)}
    audit.write(scope=scope, action="issued", target=key, after=rights, object_id=key.prefix)
    return IssuedKey(key=key, secret=MARK + secret)


@transaction.atomic
def revoke(*, scope: Scope, key: ApiKey) -> bool:
    """End a key from its next request on; False when it was revoked before."""
    mine = ApiKey.objects.within(scope).filter(pk=key.pk, revoked=False)
    if not mine.update(revoked=True):
        return False
    audit.write(scope=scope, action="revoked", target=key, object_id=key.prefix)
    return True


def touch(*, key: ApiKey, at: datetime) -> None:
    """Remember that the key was used; the door asks at most once a minute."""
    ApiKey.objects.within(key.workspace).filter(pk=key.pk).update(last_used_at=at)

"""Finds the key of a secret: the first read of every call, planned once a connection."""

from django.db import connection, models

from core.database.prepared import Prepared
from core.models import ApiKey, Workspace


def _columns(model: type[models.Model], alias: str) -> str:
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


_FIELDS = [field.attname for field in ApiKey._meta.concrete_fields]
_FIND = Prepared(
    "core_key_of_prefix",
    f"SELECT {_columns(ApiKey, 'k')}, {_columns(Workspace, 'w')}"  # noqa: S608 (column names)
    " FROM core_apikey k JOIN core_workspace w ON w.id = k.workspace_id"
    " WHERE k.prefix = %(prefix)s AND NOT k.revoked",
    prefix="text",
)


def find(secret: str) -> ApiKey | None:
    """The unrevoked key that this secret opens, with its workspace; it may have expired."""
    with connection.cursor() as cursor:
        _FIND.run(cursor, {"prefix": secret.partition(".")[0]})
        row = cursor.fetchone()
    if row is None:
        return None
    key: ApiKey = ApiKey.from_db(connection.alias, _FIELDS, row[: len(_FIELDS)])
    key.workspace = Workspace.from_db(
        connection.alias, [f.attname for f in Workspace._meta.concrete_fields], row[len(_FIELDS) :]
    )
    return key if key.is_valid(secret) else None

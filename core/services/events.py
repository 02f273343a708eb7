"""Recording facts, inside the transaction they report on."""

from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from core.database.prepared import Prepared
from core.scoping import Scope, workspace_id_of

_RECORD = Prepared(
    "core_event_recorded",
    "INSERT INTO core_event (workspace_id, name, payload, occurred_at, attempts, last_error)"
    " VALUES (%(workspace)s, %(fact)s, %(payload)s, %(at)s, 0, '') RETURNING id",
    workspace="bigint",
    fact="text",
    payload="jsonb",
    at="timestamptz",
)


def record(
    *, tenant: "Scope | Any", name: str, at: datetime, payload: dict[str, Any] | None = None
) -> int:
    """Write one fact and give its id. `payload` carries ids and small scalars, no contact data."""
    values = {
        "workspace": workspace_id_of(tenant),
        "fact": name,
        "payload": orjson.dumps(payload or {}).decode(),
        "at": at,
    }
    with connection.cursor() as cursor:
        _RECORD.run(cursor, values)
        return int(cursor.fetchone()[0])

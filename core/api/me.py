"""Who the key is, and whether the service is well."""

from django.db import OperationalError, connection

from core.api.authentication import ANY_KEY, PUBLIC
from core.api.base import Call, WorkspaceApi, operation
from core.api.shapes import Shape
from core.errors import DomainError
from core.scoping import Scope
from core.services.idempotency import Answer

ME = Shape(
    "Me",
    {
        "type": "object",
        "required": ["workspace", "name", "currency", "timezone", "rights"],
        "additionalProperties": False,
        "properties": {
            "workspace": {"type": "string"},
            "name": {"type": "string"},
            "currency": {"type": "string", "description": "Amounts are its minor units."},
            "timezone": {"type": "string"},
            "rights": {"type": "array", "items": {"type": "string"}},
        },
    },
)
HEALTH = Shape(
    "Health",
    {
        "type": "object",
        "required": ["status"],
        "additionalProperties": False,
        "properties": {"status": {"type": "string", "enum": ["ok"]}},
    },
)


class Unwell(DomainError):
    code = "database_unreachable"
    status = 503


class MeApi(WorkspaceApi):
    @operation("The workspace and the rights of this key", permission=ANY_KEY, answers={200: ME})
    def get(self, call: Call) -> Answer:
        return Answer(200, _about(call.scope))


class HealthApi(WorkspaceApi):
    @operation("Whether the service is well", permission=PUBLIC, answers={200: HEALTH})
    def get(self, call: Call) -> Answer:  # noqa: ARG002
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except OperationalError as error:
            raise Unwell from error
        return Answer(200, {"status": "ok"})


def _about(scope: Scope) -> dict[str, object]:
    workspace = scope.workspace
    return {
        "workspace": workspace.slug,
        "name": workspace.name,
        "currency": workspace.currency,
        "timezone": workspace.timezone,
        "rights": sorted(scope.permissions),
    }

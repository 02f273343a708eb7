"""How operations and shapes appear in the OpenAPI document."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema

from core.api.authentication import ANY_KEY, PUBLIC
from core.api.problems import MEDIA_TYPE
from core.api.shapes import Shape

if TYPE_CHECKING:
    from core.api.base import Operation

PROBLEM = Shape(
    "Problem",
    {
        "type": "object",
        "description": "RFC 9457. `code` is stable; `fields` names what was wrong.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "detail": {"type": "string"},
            "retry_after": {"type": "integer", "description": "Seconds."},
            "fields": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "code", "message"],
                    "properties": {
                        "field": {"type": "string", "description": "A path: lines.0.quantity"},
                        "code": {"type": "string"},
                        "message": {"type": "string"},
                        "choices": {
                            "type": "array",
                            "items": {},
                            "description": "Where the code is not_a_choice: what may be.",
                        },
                    },
                },
            },
        },
    },
)
ALWAYS = (400, 401, 403, 404, 405, 429, 503)
KEY_NOTES = {
    "required": "1 to 255 printable characters; the same key has one effect for a week.",
    "optional": "With it a retry gets the first answer again.",
}


class ShapeExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """A shape is a component, named as it names itself."""

    target_class = "core.api.shapes.Shape"

    def get_name(self, auto_schema: Any, direction: str) -> str:  # noqa: ARG002
        return str(self.target.name)

    def get_identity(self, auto_schema: Any, direction: str) -> Any:  # noqa: ARG002
        return self.target.name

    def map_serializer(self, auto_schema: Any, direction: str) -> Any:  # noqa: ARG002
        return self.target.schema


class KeyExtension(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "core.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "rk_<prefix>.<secret>",
            "description": "A key made on the page Settings, API keys.",
        }


def describe(method: Callable[..., Any], this: "Operation", summary: str) -> Callable[..., Any]:
    """Attach the OpenAPI description of an operation to its method."""
    statuses = [*ALWAYS]
    statuses += [409, 422] if this.repeat != "never" or this.body else []
    statuses += [412] if method.__name__ == "patch" else []
    statuses += [411, 413, 415] if this.body else []
    responses: dict[Any, Any] = dict(this.answers)
    responses |= {(status, MEDIA_TYPE): PROBLEM for status in sorted(statuses)}
    decorate = extend_schema(
        operation_id=_name(method.__qualname__),
        summary=summary,
        description=_needs(this.permission),
        auth=[] if this.permission == PUBLIC else None,
        request={"application/json": this.body} if this.body else None,
        responses=responses,
        parameters=_parameters(this, method.__name__),
    )
    return decorate(method)


def _name(qualname: str) -> str:
    """`CustomersApi.get` is the operation customers_get."""
    holder, _dot, verb = qualname.rpartition(".")
    words = re.findall("[A-Z][a-z]*", holder.removesuffix("Api"))
    return "_".join([*words, verb]).lower()


def _needs(permission: str) -> str:
    if permission in {PUBLIC, ANY_KEY}:
        return "Needs no key." if permission == PUBLIC else "Any living key may ask."
    return f"Needs the right `{permission}`."


def _parameters(this: "Operation", method: str) -> list[OpenApiParameter]:
    known = this.query.schema["properties"] if this.query else {}
    parameters = [OpenApiParameter(name, schema) for name, schema in known.items()]
    if this.repeat != "never":
        parameters.append(
            OpenApiParameter(
                "Idempotency-Key",
                {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
                OpenApiParameter.HEADER,
                required=this.repeat == "required",
                description=KEY_NOTES[this.repeat],
            )
        )
    if method == "patch":
        parameters.append(
            OpenApiParameter(
                "If-Match",
                {"type": "string"},
                OpenApiParameter.HEADER,
                description="The `version` that was read; another one by now is answered 412.",
            )
        )
    return parameters

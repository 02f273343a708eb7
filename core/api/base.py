"""The base of endpoints: strict parameters, a named permission an operation, one shape of work."""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api.authentication import ANY_KEY
from core.api.openapi import describe
from core.api.parsers import LONGEST_NAME, MAX_DIGITS, LengthRequired
from core.api.problems import MEDIA_TYPE, of_refusal
from core.api.shapes import Schema, Shape
from core.errors import IdempotencyKeyMissing, InvalidInput, NotFound
from core.scoping import Scope
from core.services import idempotency
from core.services.idempotency import Answer

M = TypeVar("M", bound=Model)
Repeat = Literal["required", "optional", "never"]
# More digits than any bound has, so that a number past one is out of range and not no number.
WHOLE = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}")
UNREADABLE = gettext_noop("This is given twice, or holds a sign that cannot be read.")


@dataclass(frozen=True)
class Call:
    """A checked request: whose, when, and what was said."""

    scope: Scope
    at: datetime
    body: Any
    query: dict[str, Any]
    headers: Mapping[str, str]


Handler = Callable[..., Answer]


class JsonOnly(BaseContentNegotiation):
    """We speak JSON whatever Accept says; a body must say that it is JSON."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser | None:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((p for p in parsers if p.media_type == media_type), None)

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002
        renderers: Any,
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class WorkspaceApi(APIView):
    """An address of the API. Its operations are methods under `@operation(...)`; no other work.

    The key's workspace is the only one there is: other workspaces' rows are 404.
    """

    content_negotiation_class = JsonOnly
    metadata_class = None
    http_method_names = ["get", "head", "post", "patch", "put", "delete"]
    operations: ClassVar[dict[str, "Operation"]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        named = {
            n: getattr(getattr(cls, n, None), "operation", None) for n in cls.http_method_names
        }
        cls.operations = {name.upper(): found for name, found in named.items() if found}

    @property
    def permission(self) -> str | None:
        """The permission of the method being called; None closes the door."""
        method = str(self.request.method)
        if method == "HEAD" and "GET" in self.operations:
            method = "GET"
        found = self.operations.get(method)
        # A method without an operation ends as 405, so anyone with a key may be told.
        return found.permission if found else ANY_KEY


@dataclass(frozen=True)
class Operation:
    """What a method of an address needs and takes."""

    permission: str
    body: Shape | None = None
    query: Shape | None = None
    repeat: Repeat = "never"
    answers: Mapping[int, Shape] = field(default_factory=dict)


def operation(
    summary: str,
    *,
    permission: str,
    answers: Mapping[int, Shape],
    body: Shape | None = None,
    query: Mapping[str, Schema] | None = None,
    repeat: Repeat = "never",
) -> Callable[[Handler], Callable[..., Response]]:
    """Make `handler(self, call, **kwargs) -> Answer` an operation of the API.

    `repeat`: whether an Idempotency-Key is required (points or money move), optional or ignored.
    """
    parameters = Shape(
        "Query",
        {"type": "object", "properties": dict(query or {}), "additionalProperties": False},
    )
    this = Operation(permission, body, parameters, repeat, answers)

    def wrap(handler: Handler) -> Callable[..., Response]:
        @functools.wraps(handler)
        def method(view: WorkspaceApi, request: Request, **kwargs: Any) -> Response:
            return _respond(_run(this, handler, view, request, kwargs))

        method.operation = this  # type: ignore[attr-defined]
        return describe(method, this, summary)

    return wrap


def _run(
    this: Operation, handler: Handler, view: WorkspaceApi, request: Request, kwargs: dict[str, Any]
) -> Answer:
    call = Call(
        scope=request.auth,  # type: ignore[arg-type]
        at=clock.now(),
        body=_read_body(request, this.body) if this.body else None,
        query=read_query(request, this.query) if this.query else {},
        headers=request.headers,
    )
    work = functools.partial(handler, view, call, **kwargs)
    key = request.headers.get("Idempotency-Key")
    if this.repeat == "never" or (key is None and this.repeat == "optional"):
        return work()
    if key is None:
        raise IdempotencyKeyMissing
    return idempotency.once(
        scope=call.scope,
        endpoint=f"{request.method} {_route(request)}",
        key=key,
        fingerprint=idempotency.fingerprint_of(call.body, request.path),
        work=work,
        present=lambda refusal: Answer(refusal.status, of_refusal(refusal)),
    )


def _read_body(request: Request, shape: Shape) -> Any:
    """The checked body; one in chunks tells no length and would be taken for an empty one."""
    if "Transfer-Encoding" in request.headers:
        raise LengthRequired
    return shape.read(request.data)


def _route(request: Request) -> str:
    match = HttpRequest.__getattribute__(request._request, "resolver_match")  # noqa: SLF001
    return str(match.route)


def _respond(answer: Answer) -> Response:
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    kind = MEDIA_TYPE if answer.status >= 400 else None  # noqa: PLR2004
    return Response(answer.body, status=answer.status, headers=headers, content_type=kind)


def read_query(request: Request, shape: Shape) -> dict[str, Any]:
    """Query parameters by shape: unknown, repeated and unreadable ones are refused."""
    query: dict[str, Any] = {}
    for name, values in request.query_params.lists():
        if len(values) > 1 or "\0" in values[0]:
            field = {"field": name[:LONGEST_NAME], "code": "repeated_or_unreadable"}
            raise InvalidInput(fields=[field | {"message": gettext(UNREADABLE)}])
        query[name] = _typed(values[0], shape.schema["properties"].get(name, {}))
    shape.check(query)
    return query


def _typed(text: str, schema: Schema) -> Any:
    if schema.get("type") == "integer" and WHOLE.fullmatch(text):
        return int(text)
    return text


def existing(rows: "QuerySet[M]", **lookup: Any) -> M:
    """The row of a scoped queryset, or NotFound: a foreign one is as absent as a missing one."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise NotFound
    return row

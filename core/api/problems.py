"""Every error as problem+json (RFC 9457): a stable code, the fields that were wrong, no trace."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError, NotFound

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ParseError: "invalid_json",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.PermissionDenied: "not_allowed",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "too_many_requests",
}


def problem(
    status: int, code: str, detail: str, *, fields: Sequence[Mapping[str, Any]] = (), **facts: Any
) -> dict[str, Any]:
    """The document of one problem. `type` is a stable address of its code."""
    document: dict[str, Any] = {
        "type": f"urn:rondo:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return document | ({"fields": list(fields)} if fields else {}) | facts


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """What the API answers to an exception; anything unforeseen is logged and says only 500."""
    set_rollback()
    known = _known(error)
    if known is None:
        logger.error("API error in %s", type(context.get("view")).__name__, exc_info=error)
        known = Response(problem(500, "internal", _("Something failed on our side.")), status=500)
    known.content_type = MEDIA_TYPE
    return known


def _known(error: Exception) -> Response | None:
    if isinstance(error, Http404):
        error = NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, DomainError):
        return _of_refusal(error)
    if isinstance(error, exceptions.APIException):
        return _of_drf(error)
    if isinstance(error, OperationalError):
        logger.warning("the database was busy: %s", type(error).__name__)
        document = problem(503, "try_again", _("The server is busy. Try again shortly."))
        return Response(document, status=503, headers={"Retry-After": "2"})
    return None


def of_refusal(refusal: DomainError) -> dict[str, Any]:
    """The problem document of a refusal; of its facts only plain scalars leave."""
    facts = {k: v for k, v in refusal.facts.items() if isinstance(v, str | int | bool)}
    return problem(refusal.status, refusal.code, refusal.detail, fields=refusal.fields, **facts)


def _of_refusal(refusal: DomainError) -> Response:
    document = of_refusal(refusal)
    wait = document.get("retry_after")
    headers = {"Retry-After": str(wait)} if wait else {}
    return Response(document, status=refusal.status, headers=headers)


def _of_drf(error: exceptions.APIException) -> Response:
    code = CODES.get(type(error)) or str(error.default_code)
    headers = {"WWW-Authenticate": header} if (header := _challenge(error)) else {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    document = problem(error.status_code, code, str(error.detail))
    return Response(document, status=error.status_code, headers=headers)


def _challenge(error: exceptions.APIException) -> str:
    return str(getattr(error, "auth_header", "") or "")


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _answer(status: int, code: str, detail: str) -> HttpResponse:
    document = problem(status, code, detail)
    return JsonResponse(document, status=status, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not is_api(request):
        return defaults.bad_request(request, exception)
    return _answer(400, "bad_request", _("The request cannot be read."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not is_api(request):
        return defaults.permission_denied(request, exception)
    return _answer(403, "not_allowed", _("Your role does not allow this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not is_api(request):
        return defaults.page_not_found(request, exception)
    return _answer(404, "not_found", _("There is no such thing here."))


def server_error(request: HttpRequest) -> HttpResponse:
    if not is_api(request):
        return defaults.server_error(request)
    return _answer(500, "internal", _("Something failed on our side."))

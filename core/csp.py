"""The admin's own content policy: its library evaluates expressions and styles inline."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class AdminPolicyMiddleware:
    """Loosens the policy below the admin's address and nowhere else; still no other site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.app_name == "admin":
            response._csp_replace = settings.ADMIN_CSP  # type: ignore[attr-defined]  # noqa: SLF001
        return response

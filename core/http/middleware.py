"""What every answer says to browsers and proxies: what may run in it, and that none may be kept."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Respond = Callable[[HttpRequest], HttpResponseBase]


class AdminPolicyMiddleware:
    """Loosens the content policy below the admin's address and nowhere else; still no other site.

    The admin's library evaluates expressions and styles inline.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.app_name == "admin":
            response._csp_replace = settings.ADMIN_CSP  # type: ignore[attr-defined]  # noqa: SLF001
        return response


class KeepNothingMiddleware:
    """Pages, exports and answers of the API tell of people: no cache on the way holds them.

    A view may say otherwise. Static files are answered before, by WhiteNoise, with lives of their
    own.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

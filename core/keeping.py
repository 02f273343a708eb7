"""What browsers and proxies may keep of an answer: nothing, unless the view says otherwise."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class KeepNothingMiddleware:
    """Pages, exports and answers of the API tell of people: no cache on the way holds them.

    Static files are answered before, by WhiteNoise, with lives of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

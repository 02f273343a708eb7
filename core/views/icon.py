"""The product's icon at the address that browsers try where a page names none."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views import View

from core.api.authentication import PUBLIC


class Icon(View):
    permission = PUBLIC
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        return redirect(static("favicon.svg"))

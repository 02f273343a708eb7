"""The OpenAPI document, and the page that shows it without any outside request."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from core.api.authentication import PUBLIC

RENDERERS = {"yaml": OpenApiYamlRenderer, "json": OpenApiJsonRenderer}


@cache
def document(kind: str) -> bytes:
    """The schema as text; always in English, so that it is the same for everyone."""
    with translation.override("en"):
        schema: Any = SchemaGenerator().get_schema(  # type: ignore[no-untyped-call]
            request=None, public=True
        )
    return bytes(RENDERERS[kind]().render(schema, renderer_context={}))


class SchemaView(View):
    """The schema in YAML, or in JSON with `?format=json`."""

    permission = PUBLIC
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        kind = "json" if request.GET.get("format") == "json" else "yaml"
        content_type = RENDERERS[kind].media_type
        return HttpResponse(document(kind), content_type=content_type)


class DocsView(View):
    """Swagger UI from local files; its start-up script is a static file for the strict CSP."""

    permission = PUBLIC
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "core/api_docs.html")

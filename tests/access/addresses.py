"""Every address of the product, as the resolver knows it, with the permission it names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from core.api import WorkspaceApi
from core.web import Page

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


@dataclass(frozen=True)
class Address:
    """One URL pattern: where, what answers, and which keyword arguments it takes."""

    name: str
    route: str
    view: Any
    kwargs: tuple[str, ...]

    @property
    def view_class(self) -> type | None:
        found = getattr(self.view, "view_class", None) or getattr(self.view, "cls", None)
        return found if isinstance(found, type) else None

    @property
    def kind(self) -> str:
        """page, api, admin, or other (a view that guards itself and says so)."""
        if self.name.startswith("admin:"):
            return "admin"
        found = self.view_class
        if found and issubclass(found, WorkspaceApi):
            return "api"
        return "page" if found and issubclass(found, Page) else "other"

    @property
    def methods(self) -> tuple[str, ...]:
        found = self.view_class
        if found is None:
            return ("GET", "POST")
        heard = getattr(found, "http_method_names", ())
        return tuple(m for m in METHODS if m.lower() in heard and hasattr(found, m.lower()))

    def permission(self, method: str) -> str | None:
        """The permission the address names for a method; None when it names none."""
        if self.kind == "api":
            operation = self.view_class.operations.get(method)  # type: ignore[union-attr]
            return operation.permission if operation else None
        return getattr(self.view_class or self.view, "permission", None)


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], route: str, space: str) -> Iterator[Address]:
    for pattern in patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, whole, inner)
        elif isinstance(pattern, URLPattern):
            name = f"{space}{pattern.name or whole}"
            yield Address(name, whole, pattern.callback, _kwargs(whole))


def _kwargs(route: str) -> tuple[str, ...]:
    parts = route.replace("(?P", "").split("<")[1:]
    return tuple(part.partition(">")[0].rpartition(":")[2] for part in parts)

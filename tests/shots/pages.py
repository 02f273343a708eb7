"""Which pages to open: every address of a workspace without other arguments, then what they link to."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.urls import (
    NoReverseMatch,
    Resolver404,
    URLPattern,
    URLResolver,
    get_resolver,
    resolve,
    reverse,
)

# Not pages: fragments, files and addresses that act or leave.
NOT_PAGES = (
    "entrance",
    "export",
    "indicator",
    "search",
    "logout",
    "download",
    "poll",
    "fragment",
    "preview",
)
OUTSIDE = ("/admin/", "/api/", "/static/", "/m/", "/logout/", "/language/")


def is_page(name: str) -> bool:
    return bool(name) and not any(word in name for word in NOT_PAGES)


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every named address, with its namespaces."""
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            if one.name:
                yield f"{prefix}{one.name}"
        else:
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from names(one, inner)


def starting(workspace: str) -> dict[str, str]:
    """URL name to address, for all that need the workspace alone; home first."""
    found = {"gallery": "/gallery/"}
    for name in names(get_resolver()):
        if is_page(name):
            try:
                found[name] = reverse(name, kwargs={"workspace": workspace})
            except NoReverseMatch:
                continue
    return {name: path for name, path in found.items() if not path.startswith(OUTSIDE)}


def linked(addresses: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """One address for each page among these links that is not known yet."""
    met, fresh = set(known), {}
    for address in addresses:
        path = urlsplit(address).path
        if path.startswith(OUTSIDE):
            continue
        try:
            name = resolve(path).view_name
        except Resolver404:
            continue
        if is_page(name) and name not in met:
            met.add(name)
            fresh[name] = path
    return fresh

"""Where a person belongs who opens the address of an action: the nearest page above it."""

from django.urls import Resolver404, resolve


def page_above(path: str) -> str:
    """The longest beginning of a path that is a page one can open; "" where there is none."""
    parts = path.strip("/").split("/")
    for depth in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:depth])}/"
        if _opens(above):
            return above
    return ""


def _opens(path: str) -> bool:
    try:
        found = getattr(resolve(path).func, "view_class", None)
    except Resolver404:
        return False
    return "get" in getattr(found, "http_method_names", ()) and hasattr(found, "get")

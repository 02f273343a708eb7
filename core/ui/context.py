"""Template context of the frame: theme, menu, workspaces of the person, languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from core import clock
from core.models import Membership, standing
from core.scoping import Scope
from core.ui.menu import menu

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    """What base.html and base_app.html need; the menu only on pages of a workspace."""
    theme = request.COOKIES.get("theme", "")
    common: dict[str, Any] = {
        "theme": theme if theme in THEMES else "",
        "sidebar": "narrow" if request.COOKIES.get("sidebar") == "narrow" else "",
        "languages": [(code, _native(code)) for code, _ in settings.LANGUAGES],
    }
    scope = getattr(request, "scope", None)
    if scope is None:
        return common
    slug = scope.workspace.slug
    return common | {
        "scope": scope,
        "workspace": scope.workspace,
        "menu": menu(scope, request.path),
        "workspaces": lambda: _workspaces(request),
        "search_url": _url(scope, "core:search", "home.view"),
        "jobs_indicator_url": _url(scope, "core:jobs_indicator", "jobs.view"),
        "home_url": f"/{slug}/",
    }


def _native(code: str) -> str:
    return {"ru": "Русский", "en": "English"}.get(code, code)


def _workspaces(request: HttpRequest) -> list[Any]:
    mine = Membership.unscoped.filter(standing(clock.now()), user_id=request.user.pk or 0)
    named = mine.select_related("workspace").order_by("workspace__name")
    return [membership.workspace for membership in named]


def _url(scope: Scope, name: str, permission: str) -> str:
    """The address of a fragment the frame asks for, "" where the role may not."""
    if not scope.allows(permission):
        return ""
    return reverse(name, kwargs={"workspace": scope.workspace.slug})

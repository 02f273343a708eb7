"""What the search palette looks through: apps register finders in `apps.ready()`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.scoping import Scope
from core.ui.menu import menu

MOST = 6


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, a grey note, where it is."""

    label: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    label: Any
    icon: str
    hits: Sequence[Hit]


Finder = Callable[[Scope, str], Sequence[Hit]]


@dataclass(frozen=True)
class _Registered:
    label: Any
    icon: str
    permission: str
    find: Finder


_finders: dict[str, _Registered] = {}


def register(name: str, *, label: Any, icon: str, permission: str, find: Finder) -> None:
    """Let the palette ask `find(scope, text)` for people who have the permission."""
    _finders[name] = _Registered(label, icon, permission, find)


def found(scope: Scope, text: str) -> list[Group]:
    """Groups with at least one hit; pages first, then what the apps find."""
    if not text:
        return []
    asked = [one for one in _finders.values() if scope.allows(one.permission)]
    groups = [Group(one.label, one.icon, one.find(scope, text)[:MOST]) for one in asked]
    return [group for group in (_pages(scope, text), *groups) if group.hits]


def _pages(scope: Scope, text: str) -> Group:
    from django.utils.translation import gettext as _

    links = [link for group in menu(scope, "") for link in group.links]
    hits = [Hit(link.label, link.href) for link in links if text.lower() in link.label.lower()]
    return Group(_("Pages"), "file-text", hits[:MOST])

"""The main menu: a registry of links by job; apps above add theirs, the frame shows what exists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from core.scoping import Scope


@dataclass(frozen=True)
class MenuItem:
    """A link: its group, label, icon, URL name (kwarg `workspace`), permission, jump letter."""

    group: str
    label: Any
    icon: str
    url_name: str
    permission: str
    jump: str = ""


@dataclass(frozen=True)
class MenuGroup:
    """A group of the menu; the first has no label, `icon` and `short` are for the bottom bar."""

    key: str
    label: Any
    icon: str
    short: Any = ""


@dataclass(frozen=True)
class Link:
    label: str
    icon: str
    href: str
    jump: str
    current: bool


@dataclass(frozen=True)
class Group:
    key: str
    label: str
    icon: str
    short: str
    links: Sequence[Link]

    @property
    def current(self) -> bool:
        return any(link.current for link in self.links)


_groups: list[MenuGroup] = []
_items: list[MenuItem] = []


def register(groups: Sequence[MenuGroup], items: Sequence[MenuItem]) -> None:
    """Add groups and items in the order they are shown; registering again replaces."""
    known = {group.key for group in groups}
    _groups[:] = [group for group in _groups if group.key not in known] + list(groups)
    names = {item.url_name for item in items}
    _items[:] = [item for item in _items if item.url_name not in names] + list(items)


def menu(scope: Scope, path: str) -> list[Group]:
    """The groups a person sees; the longest address that begins `path` is the current link."""
    reached = [(item, _address(item, scope)) for item in _items if scope.allows(item.permission)]
    present = [(item, href) for item, href in reached if href]
    current = max((href for _, href in present if path.startswith(href)), key=len, default="")
    groups = (_group(group, present, current) for group in _groups)
    return [group for group in groups if group.links]


def _address(item: MenuItem, scope: Scope) -> str:
    try:
        return reverse(item.url_name, kwargs={"workspace": scope.workspace.slug})
    except NoReverseMatch:
        return ""


def _group(group: MenuGroup, present: Sequence[tuple[MenuItem, str]], current: str) -> Group:
    links = [
        Link(str(item.label), item.icon, href, item.jump, href == current)
        for item, href in present
        if item.group == group.key
    ]
    return Group(group.key, str(group.label), group.icon, str(group.short or group.label), links)

"""Filters of the customers list that apps above add in `apps.ready()`: one key of the URL each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.scoping import Scope
from core.wording import audit_values
from crm.models import Customer

Narrow = Callable[[Scope, "QuerySet[Customer]", str], "QuerySet[Customer]"]
Label = Callable[[str], str]


@dataclass(frozen=True)
class Filter:
    """A filter: its key in the URL, how it narrows the list, what its values are called.

    `choices` are offered in a menu (none: the filter is reached by links only); `word` names any
    value, "" for one it does not know; `audience` is the kind of audience of the same people.
    """

    key: str
    label: Any
    narrow: Narrow
    word: Label
    choices: tuple[tuple[str, Any], ...] = ()
    audience: str = ""


_filters: dict[str, Filter] = {}


def register(
    key: str, label: Any, narrow: Narrow, word: Label, *,
    choices: tuple[tuple[str, Any], ...] = (), audience: str = "",
) -> None:  # fmt: skip
    """Add a filter, or replace the one with this key."""
    audit_values.register(key, word, label)
    _filters[key] = Filter(key, label, narrow, word, choices, audience)


def offered() -> list[Filter]:
    """All filters in the order of registration."""
    return list(_filters.values())


def asked(query: Mapping[str, str]) -> dict[str, str]:
    """The known filters that a URL names, with values that they know."""
    found = {key: query.get(key, "") for key in _filters}
    return {key: value for key, value in found.items() if value and _filters[key].word(value)}


def narrowed(
    scope: Scope, people: "QuerySet[Customer]", wanted: Mapping[str, str]
) -> "QuerySet[Customer]":
    """The people that every named filter lets through."""
    for key, value in wanted.items():
        people = _filters[key].narrow(scope, people, value)
    return people

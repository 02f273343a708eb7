"""The registry of audience kinds: each turns a campaign's choice into SQL that names people.

An app above registers its kinds in `apps.ready()`:

    audiences.register("rfm_segment", build, label)

`build(workspace_id, params, at)` returns an `AudienceSql`: a SELECT of two columns, `customer_id`
bigint (each customer at most once) and `variables` jsonb (values frozen for the message; no
contact data). `at` is the run's business time. Its WHERE must name the workspace.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns.errors import AudienceUnknown


@dataclass(frozen=True, slots=True)
class AudienceSql:
    """A SELECT of (customer_id, variables) with `%(name)s` placeholders, and their values.

    Names beginning with `run_` are taken by the statement around it.
    """

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)


Build = Callable[[int, Mapping[str, Any], datetime], AudienceSql]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of audience; `label` may be lazy text for the screen."""

    name: str
    build: Build
    label: Any
    # Names of variables that the kind freezes, for the check of templates.
    variables: frozenset[str] = frozenset()
    # (value, label) pairs of the one choice this kind takes, by workspace; None when it takes none.
    choices: Callable[[int], list[tuple[str, Any]]] | None = None
    choice_name: str = ""


_kinds: dict[str, Kind] = {}


def register(
    name: str,
    build: Build,
    label: Any,
    *,
    variables: frozenset[str] = frozenset(),
    choices: Callable[[int], list[tuple[str, Any]]] | None = None,
    choice_name: str = "",
) -> None:
    """Add a kind, or replace it by the same name."""
    _kinds[name] = Kind(name, build, label, variables, choices, choice_name)


def kinds() -> tuple[Kind, ...]:
    """All kinds in the order of registration."""
    return tuple(_kinds.values())


def find(audience: Mapping[str, Any]) -> Kind | None:
    """The kind that an audience names, if there is one."""
    return _kinds.get(str(audience.get("kind", "")))


def kind_of(audience: Mapping[str, Any]) -> Kind:
    """The kind that an audience names; raises AudienceUnknown."""
    kind = find(audience)
    if kind is None:
        raise AudienceUnknown
    return kind


def chosen(*, workspace_id: int, kind: str, choice: str) -> dict[str, Any]:
    """The audience of a kind and one of its choices; raises AudienceUnknown."""
    found = kind_of({"kind": kind})
    if found.choices is None:
        return {"kind": found.name}
    if choice not in {str(value) for value, _label in found.choices(workspace_id)}:
        raise AudienceUnknown
    return {"kind": found.name, found.choice_name: choice}


def name_of(*, workspace_id: int, audience: Mapping[str, Any]) -> str:
    """The audience in words: its choice where it has one, else its kind."""
    kind = kind_of(audience)
    offered = dict(kind.choices(workspace_id)) if kind.choices else {}
    return str(offered.get(audience.get(kind.choice_name, ""), kind.label))


def build(*, workspace_id: int, audience: Mapping[str, Any], at: datetime) -> AudienceSql:
    """The people of `{"kind": …, …}` as of the business time `at`."""
    return kind_of(audience).build(workspace_id, audience, at)

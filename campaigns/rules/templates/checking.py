"""Finds everything wrong with a template before it is saved, each with its line and column."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from liquid import RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.case_tag import CaseNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.expression import Expression

from campaigns.rules.templates import markup
from campaigns.rules.templates.catalogue import Catalogue, Kind, Variable
from campaigns.rules.templates.language import FILTERS
from campaigns.rules.templates.quick import QuickTemplate
from campaigns.rules.templates.values import Part

MAX_PROBLEMS = 50
MAX_LOOP_DEPTH = 2
_LOOP = {
    f"forloop.{name}": Variable(Kind.NUMBER)
    for name in ("index", "index0", "first", "last", "length")
}
_FORMATTERS = {Kind.MONEY: "money", Kind.DATE: "date"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right; `name` is the variable, tag or filter it is about."""

    code: str
    line: int
    column: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be named here, what a condition around has asked about, and how deep it is."""

    known: Catalogue
    guarded: frozenset[str] = frozenset()
    loops: int = 0


@dataclass(slots=True)
class Check:
    """A walk over one parsed template; `used` are the catalogue's variables it names."""

    template: QuickTemplate
    source: str
    part: Part
    catalogue: Catalogue
    used: dict[str, Variable] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: markup.Places | None = None

    def run(self) -> None:
        """Collect the problems in the order of the text."""
        context, scope = RenderContext(self.template), Scope(self.catalogue)
        self.places = markup.Places(self.source) if self.part == Part.HTML else None
        for node in self.template.nodes:
            self._visit(node, scope, context)
        if self.part == Part.HTML:
            for code, index in markup.forbidden(self.source):
                self._report(code, index)
        self.problems.sort(key=lambda problem: (problem.line, problem.column))

    def _visit(self, node: Node, scope: Scope, context: RenderContext) -> None:
        for expression in node.expressions():
            self._expression(expression, scope)
        if isinstance(node, OutputNode):
            self._output(node, scope)
        inner = self._inner(node, scope)
        for child in node.children(context, include_partials=False):
            self._visit(child, inner, context)

    def _inner(self, node: Node, scope: Scope) -> Scope:
        """What the children of a node may name."""
        if isinstance(node, ForNode):
            return self._loop(node, scope)
        if isinstance(node, IfNode | UnlessNode | CaseNode):
            asked = {name for one in _all_expressions(node) for name in _names(one)}
            return Scope(scope.known, scope.guarded | asked, scope.loops)
        return scope

    def _loop(self, node: ForNode, scope: Scope) -> Scope:
        iterable, name = node.expression.iterable, str(node.expression.identifier)
        listed = scope.known.get(_name(iterable)) if isinstance(iterable, Path) else None
        if listed is None or listed.kind != Kind.LIST:
            self._report("not_a_list", _index(node), _name(iterable))
            listed = Variable(Kind.LIST)
        if scope.loops == MAX_LOOP_DEPTH:
            self._report("too_many_loops", _index(node))
        items = {f"{name}.{key}": one for key, one in listed.fields.items()}
        return Scope({**scope.known, **items, **_LOOP}, scope.guarded, scope.loops + 1)

    def _expression(self, expression: Expression, scope: Scope) -> None:
        """Every name and filter in it must be known."""
        for path in _paths(expression):
            name = _name(path)
            if name not in scope.known:
                self._report("unknown_variable", _index(path), name)
            elif name in self.catalogue:
                self.used[name] = self.catalogue[name]
        for one in getattr(expression, "filters", None) or ():
            if one.name not in FILTERS:
                self._report("unknown_filter", _index(one), one.name)

    def _output(self, node: OutputNode, scope: Scope) -> None:
        """A shown value needs a default, a format, and in HTML a fit place."""
        expression = node.expression
        if not isinstance(expression, FilteredExpression):
            self._report("unsupported", _index(node))
            return
        filters = [one.name for one in expression.filters or ()]
        name = _name(expression.left) if isinstance(expression.left, Path) else ""
        variable = scope.known.get(name)
        if variable is not None:
            for code in _unfit(name, variable, filters, scope):
                self._report(code, _index(node), name)
        if self.places is not None:
            need = self.places.need_at(_index(node))
            if code := _misplaced(need, variable, filters):
                self._report(code, _index(node), name)

    def _report(self, code: str, index: int, name: str = "") -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, *position(self.source, index), name[:100]))


def position(source: str, index: int) -> tuple[int, int]:
    """Line and column, both from 1."""
    before = source[: max(0, index)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _unfit(name: str, variable: Variable, filters: list[str], scope: Scope) -> Iterator[str]:
    if variable.is_nullable and name not in scope.guarded and "default" not in filters:
        yield "needs_default"
    formatter = _FORMATTERS.get(variable.kind)
    if formatter and formatter not in filters:
        yield f"needs_{formatter}"
    if variable.kind == Kind.LIST:
        yield "list_shown_whole"


def _misplaced(need: str, variable: Variable | None, filters: list[str]) -> str:
    """The problem of a value at its place in HTML; empty when it fits."""
    if need == "url":
        is_url = variable is not None and variable.kind == Kind.URL
        return "" if is_url and set(filters) <= {"default"} else "not_a_url"
    if need == "url_part":
        return "" if filters[-1:] == ["url_encode"] else "needs_url_encode"
    return need


def _all_expressions(node: Any) -> Iterator[Expression]:
    yield from node.expressions()
    for alternative in getattr(node, "alternatives", None) or ():
        yield from alternative.expressions()


def _names(expression: Expression) -> Iterator[str]:
    return map(_name, _paths(expression))


def _paths(expression: Expression) -> Iterator[Path]:
    if isinstance(expression, Path):
        yield expression
    for child in expression.children():
        yield from _paths(child)


def _name(expression: object) -> str:
    """`customer.first_name`; anything but plain names joined by dots is no name of ours."""
    if isinstance(expression, Path) and all(isinstance(part, str) for part in expression.path):
        return ".".join(map(str, expression.path))
    return str(expression)


def _index(part: Any) -> int:
    return int(part.token.start_index) if part.token is not None else 0

"""The plain parts of a text as plain Python, found once: literals, outputs of variables, simple ifs.

The library's general way through these takes a third of the time of a whole send. What is not
plain goes that way, and so does the whole text when anything fails: the library knows what to say.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from liquid import BoundTemplate, Environment
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import BooleanExpression, FilteredExpression
from liquid.builtin.expressions import Path as LiquidPath
from liquid.builtin.expressions.arguments import PositionalArgument
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.primitive import Literal
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.expression import Expression
from liquid.stringify import to_liquid_string
from markupsafe import escape

Values = Mapping[str, Any]
Path = tuple[str, ...]
Piece = str | Callable[[Values], str]
# A filter with its arguments.
Step = tuple[Callable[..., Any], tuple[Any, ...]]


class QuickTemplate(BoundTemplate):
    """A parsed template that fills its plain parts by itself."""

    def __init__(self, env: Environment, nodes: list[Node], **options: Any) -> None:
        super().__init__(env, nodes, **options)
        self.pieces = tuple(_piece(self, node) for node in nodes)
        # What has no loop and no comparison takes a time that its length bounds.
        self.is_plain = not any(_asks_the_library(piece) for piece in self.pieces)

    def fill(self, values: Values) -> str:
        """The text for these values; raises LiquidError."""
        try:
            return _filled(self.pieces, values)
        except (KeyError, TypeError):
            return self.render(values)


def _filled(pieces: Iterable[Piece], values: Values) -> str:
    return "".join([piece if isinstance(piece, str) else piece(values) for piece in pieces])


def _piece(template: BoundTemplate, node: Node) -> Piece:
    plain: Piece | None = None
    if isinstance(node, ContentNode):
        plain = node.text
    elif isinstance(node, OutputNode):
        plain = _output(template.env, node.expression)
    elif isinstance(node, IfNode) and not (node.blank or node.alternatives or node.default):
        plain = _condition(template, node)
    return partial(_by_the_library, template, node) if plain is None else plain


def _output(env: Environment, expression: Expression) -> Piece | None:
    """`{{ customer.first_name | default: "friend" }}` and its like."""
    if not isinstance(expression, FilteredExpression):
        return None
    path, steps = _plain_path(expression.left), _plain_steps(env, expression)
    if path is None or steps is None:
        return None
    write = _escaped if env.autoescape else _written
    if len(path) == 1 and not steps:
        return partial(_shown_as_it_is, path[0], write)
    return partial(_shown, path, steps, write)


def _shown_as_it_is(name: str, write: Callable[[Any], str], values: Values) -> str:
    return write(values[name])


def _shown(path: Path, steps: tuple[Step, ...], write: Callable[[Any], str], values: Values) -> str:
    value = _found(path, values)
    for function, arguments in steps:
        value = function(value, *arguments)
    return write(value)


def _written(value: Any) -> str:
    if type(value) is str:
        return value
    return str(value) if type(value) is int else to_liquid_string(value, autoescape=False)


def _escaped(value: Any) -> str:
    """What markupsafe makes of a text or a number, without its wrapping."""
    if type(value) is str:
        return value if value.isalnum() else escape(value)
    return str(value) if type(value) is int else to_liquid_string(value, autoescape=True)


def _condition(template: BoundTemplate, node: IfNode) -> Piece | None:
    """`{% if customer.first_name %}`, without a comparison and without an else."""
    condition = node.condition
    path = _plain_path(condition.expression) if isinstance(condition, BooleanExpression) else None
    if path is None:
        return None
    within = tuple(_piece(template, one) for one in node.consequence.nodes)
    return partial(_shown_if, path, within)


def _shown_if(path: Path, within: tuple[Piece, ...], values: Values) -> str:
    value = _found(path, values)
    return "" if value is None or value is False else _filled(within, values)


def _by_the_library(template: BoundTemplate, node: Node, values: Values) -> str:
    context = template.context_class(template, globals=template.make_globals(values))
    paper = template._get_buffer()  # noqa: SLF001 - the one that keeps the limit
    node.render(context, paper)
    return paper.getvalue()


def _asks_the_library(piece: Piece) -> bool:
    if not isinstance(piece, partial):
        return False
    if piece.func is _shown_if:
        return any(_asks_the_library(one) for one in piece.args[1])
    return piece.func is _by_the_library


def _found(path: Path, values: Values) -> Any:
    """Raises KeyError or TypeError where there is nothing."""
    found: Any = values
    for name in path:
        found = found[name]
    return found


def _plain_path(expression: Expression) -> Path | None:
    """The names of `customer.first_name`; None for a path with a place or a path in it."""
    if not isinstance(expression, LiquidPath):
        return None
    names = tuple(name for name in expression.path if isinstance(name, str))
    return names if len(names) == len(expression.path) else None


def _plain_steps(env: Environment, expression: FilteredExpression) -> tuple[Step, ...] | None:
    """The filters, where their arguments are written out in the text."""
    steps: list[Step] = []
    for one in expression.filters or ():
        function, arguments = env.filters.get(one.name), _written_out(one)
        if function is None or arguments is None:
            return None
        steps.append((function, arguments))
    return tuple(steps)


def _written_out(used: Filter) -> tuple[Any, ...] | None:
    given = tuple(
        one.value.value
        for one in used.args
        if isinstance(one, PositionalArgument) and isinstance(one.value, Literal)
    )
    return given if len(given) == len(used.args) else None

"""Parses a template once and renders it for many people."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

from liquid.exceptions import LiquidError
from liquid.undefined import StrictUndefined

from campaigns.rules.templates.catalogue import Catalogue, Variable
from campaigns.rules.templates.checking import Check, Problem, position
from campaigns.rules.templates.language import MAX_OUTPUT, Language
from campaigns.rules.templates.quick import QuickTemplate
from campaigns.rules.templates.values import Part, prepared

MAX_SOURCE = 262_144
MAX_OUTPUTS = 1_000
# Of processor time, so that a busy machine fails nobody.
MAX_SECONDS = 0.05


class TemplateRefused(Exception):
    """A template that may not be saved."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


class RenderFailed(Exception):
    """One person's text could not be made; the others are not concerned."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Preparing:
    """Makes values fit for a part of a message, and for every part that treats them alike."""

    used: Mapping[str, Variable]
    part: Part

    def context(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values that are used, each of its kind; nested as the dotted names say."""
        part = self.part
        made = {name: prepared(values.get(name), one, part) for name, one in self._at_the_top}
        for names, variable in self._in_folders:
            _put(made, names, prepared(_get(values, names), variable, part))
        return made

    def samples(self) -> dict[str, Any]:
        """The person of the catalogue's samples."""
        values: dict[str, Any] = {name: one.sample for name, one in self._at_the_top}
        for names, variable in self._in_folders:
            _put(values, names, variable.sample)
        return values

    @cached_property
    def _at_the_top(self) -> tuple[tuple[str, Variable], ...]:
        return tuple((name, one) for name, one in self.used.items() if "." not in name)

    @cached_property
    def _in_folders(self) -> tuple[tuple[tuple[str, ...], Variable], ...]:
        return tuple((tuple(name.split(".")), it) for name, it in self.used.items() if "." in name)


@dataclass(frozen=True)
class CompiledTemplate:
    """A checked template; `used` are the variables it asks for, by their dotted names."""

    part: Part
    used: Mapping[str, Variable]
    parsed: QuickTemplate

    def render(self, values: Mapping[str, Any]) -> str:
        """The text of one person; `values` is nested as the dotted names say.

        Raises RenderFailed.
        """
        return self.fill(self.preparing.context(values))

    @cached_property
    def preparing(self) -> "Preparing":
        """What makes values fit for this template."""
        return Preparing(self.used, self.part)

    def fill(self, context: Mapping[str, Any]) -> str:
        """The text for values that were made fit, by this template's or a larger `Preparing`."""
        text = self._plainly(context) if self.parsed.is_plain else self._in_time(context)
        if len(text) > MAX_OUTPUT:
            raise RenderFailed("too_long")
        return " ".join(text.split()) if self.part == Part.HEADER else text

    def _plainly(self, context: Mapping[str, Any]) -> str:
        try:
            return self.parsed.fill(context)
        except LiquidError as error:
            raise RenderFailed(type(error).__name__) from error

    def _in_time(self, context: Mapping[str, Any]) -> str:
        started = time.thread_time()
        text = self._plainly(context)
        if time.thread_time() - started > MAX_SECONDS:
            raise RenderFailed("too_slow")
        return text

    def render_sample(self) -> str:
        """The text for the person of the catalogue's samples."""
        return self.render(self.preparing.samples())


def compile_template(source: str, part: Part, catalogue: Catalogue) -> CompiledTemplate:
    """Parse and check; raises TemplateRefused with every problem found."""
    found = _checked(source, part, catalogue)
    if isinstance(found, Problem):
        raise TemplateRefused((found,))
    if found.problems:
        raise TemplateRefused(tuple(found.problems))
    return CompiledTemplate(part, found.used, found.template)


def check(source: str, part: Part, catalogue: Catalogue) -> list[Problem]:
    """Every problem, for an editor."""
    found = _checked(source, part, catalogue)
    return [found] if isinstance(found, Problem) else found.problems


def _checked(source: str, part: Part, catalogue: Catalogue) -> Check | Problem:
    if len(source) > MAX_SOURCE:
        return Problem("too_long", 1, 1)
    if source.count("{{") + source.count("{%") > MAX_OUTPUTS:
        return Problem("too_many_variables", 1, 1)
    try:
        language = _language(is_escaping=part == Part.HTML)
        parsed = cast("QuickTemplate", language.from_string(source))
    except LiquidError as error:
        index = error.token.start_index if error.token is not None else 0
        line, column = position(source, index)
        return Problem(_code(error), line, column, _culprit(error))
    except RecursionError:
        return Problem("syntax", 1, 1)
    walk = Check(parsed, source, part, catalogue)
    try:
        walk.run()
    except RecursionError:
        return Problem("syntax", 1, 1)
    return walk


@lru_cache(maxsize=2)
def _language(*, is_escaping: bool) -> Language:
    return Language(undefined=StrictUndefined, autoescape=is_escaping)


def _code(error: LiquidError) -> str:
    message = str(error.message)
    if "unexpected tag" in message or "unknown tag" in message:
        return "unknown_tag"
    return "unknown_filter" if "filter" in message else "syntax"


def _culprit(error: LiquidError) -> str:
    return str(error.token.value)[:100] if error.token is not None else ""


def _get(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    found: Any = values
    for name in names:
        if not isinstance(found, dict | Mapping):
            return None
        found = found.get(name)
    return found


def _put(values: dict[str, Any], names: tuple[str, ...], value: Any) -> None:
    for folder in names[:-1]:
        values = values.setdefault(folder, {})
    values[names[-1]] = value

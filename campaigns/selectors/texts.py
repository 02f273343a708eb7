"""The texts of a message, compiled once against the variables that their audience has."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from campaigns import audiences, variables
from campaigns.rules.templates import (
    Catalogue,
    CompiledTemplate,
    Part,
    Preparing,
    compile_template,
)


@dataclass(frozen=True)
class Texts:
    """The three texts of a message, compiled once; only plain values go in."""

    subject: CompiledTemplate | None
    html: CompiledTemplate | None
    text: CompiledTemplate

    def render(self, values: Mapping[str, Any]) -> tuple[str, str, str]:
        """Subject, HTML and plain text for one person; raises RenderFailed."""
        subject = self.subject.render(values) if self.subject else ""
        context = self._preparing.context(values)
        html = self.html.fill(context) if self.html else ""
        return subject, html, self.text.fill(context)

    @cached_property
    def _preparing(self) -> Preparing:
        """The two bodies treat a value alike (a header does not): made fit once for both."""
        used = {**self.html.used, **self.text.used} if self.html else self.text.used
        return Preparing(used, self.text.part)


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of a message as somebody wrote them, for a kind of channel."""

    channel_kind: str
    subject: str
    html: str
    text: str

    @property
    def text_part(self) -> Part:
        return Part.SMS if self.channel_kind == "sms" else Part.TEXT


def texts_of(wording: Wording, known: Catalogue) -> Texts:
    """Compile; raises TemplateRefused with what is wrong."""
    return Texts(
        compile_template(wording.subject, Part.HEADER, known) if wording.subject else None,
        compile_template(wording.html, Part.HTML, known) if wording.html else None,
        compile_template(wording.text, wording.text_part, known),
    )


def known_to(audience: Mapping[str, Any], *, links_tracked: int = 0) -> Catalogue:
    """The variables that exist for this audience."""
    kind = audiences.find(audience)
    frozen = kind.variables if kind else frozenset()
    return variables.catalogue(frozen=frozen, links_tracked=links_tracked)


def as_dict(stored: Any) -> dict[str, Any]:
    """A JSON column as psycopg2 gives it inside raw SQL: text, or parsed."""
    return dict(orjson.loads(stored) if isinstance(stored, str) else stored)

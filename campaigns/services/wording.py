"""Saves the texts of a template; what cannot be put together for everybody is not saved."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from campaigns import audiences, variables
from campaigns.errors import TemplateBroken
from campaigns.models import Template
from campaigns.rules.templates import Catalogue, Part, check
from campaigns.services.wording_problems import sentence
from core.errors import Conflict
from core.scoping import Scope
from core.services import audit


@dataclass(frozen=True, slots=True)
class Texts:
    """What a marketer writes; SMS has a text alone."""

    name: str
    subject: str
    html: str
    text: str


def known(audience: Mapping[str, Any] | None = None) -> Catalogue:
    """Every variable a text may name: of one audience, else of any."""
    kinds = audiences.kinds()
    frozen = frozenset().union(*(kind.variables for kind in kinds))
    if audience is not None:
        kind = audiences.find(audience)
        frozen = kind.variables if kind else frozenset()
    return variables.catalogue(frozen=frozen)


def problems(*, channel_kind: str, texts: Texts) -> list[dict[str, str]]:
    """What is wrong, by field, each with its place in the text."""
    parts = {"text": Part.SMS if channel_kind == "sms" else Part.TEXT}
    if channel_kind == "email":
        parts = {"subject": Part.HEADER, "html": Part.HTML, **parts}
    return [
        {"field": field, "code": one.code, "message": sentence(one)}
        for field, part in parts.items()
        for one in check(getattr(texts, field), part, known())[:5]
    ]


@transaction.atomic
def save(*, scope: Scope, template: Template, texts: Texts, version: int) -> None:
    """A new version of the texts, if they differ; launched runs keep the one they froze."""
    found = problems(channel_kind=template.channel_kind, texts=texts)
    if found:
        raise TemplateBroken(fields=found)
    mine = Template.objects.within(scope).filter(pk=template.pk, version=version)
    if mine.filter(**asdict(texts)).exists():
        return
    before = {"name": template.name, "subject": template.subject, "version": template.version}
    saved = mine.update(
        name=texts.name, subject=texts.subject, html=texts.html, text=texts.text,
        version=F("version") + 1, updated_at=Now(),
    )  # fmt: skip
    if not saved:
        raise Conflict
    template.refresh_from_db()
    after = {"name": template.name, "subject": template.subject, "version": template.version}
    audit.write(scope=scope, action="edited", target=template, before=before, after=after)

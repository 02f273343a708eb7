"""Filters that say codes of the logs in words; an unknown code is shown as it is."""

from collections.abc import Iterable

from django import template
from django.utils.text import capfirst

from core.models import AuditEntry, Job
from core.wording import audit_values, words

register = template.Library()


@register.filter
def action_words(code: str) -> str:
    """Audit action: launched → Launched."""
    return str(capfirst(words.ACTIONS.get(code, code)))


@register.filter
def object_words(kind: str) -> str:
    """Label of a model: campaigns.campaign → Campaign."""
    return words.of_object(kind)


@register.filter
def fact_words(name: str) -> str:
    """Name of a recorded fact."""
    return str(words.FACTS.get(name, name))


@register.filter
def rights_words(scopes: Iterable[str]) -> str:
    """What an API key may do, as one phrase."""
    return words.of_rights(scopes)


@register.filter
def changes(entry: AuditEntry) -> list[audit_values.Change]:
    """What an entry says was changed, field by field."""
    return audit_values.changes(entry)


@register.filter
def actor_words(entry: AuditEntry) -> str:
    """Who did it: a person by name, a program by what it is."""
    kind = words.ACTORS.get(entry.actor_kind)
    if kind is None:
        return entry.actor_name
    return f"{kind} {entry.actor_name.removeprefix(entry.actor_kind)}".replace("  ", " ").strip()


@register.filter
def phase_words(phase: str) -> str:
    """A job's phase: runners say a code or words."""
    return str(words.PHASES.get(phase, phase))


@register.filter
def job_words(job: Job) -> str:
    """What a job is called."""
    return words.of_job(job.kind, job.title)

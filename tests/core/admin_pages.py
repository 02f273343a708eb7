"""Addresses of the admin's pages, and what its forms answer."""

from typing import Any

from django.db.models import Model
from django.urls import reverse


def url(row: Model | type[Model], verb: str) -> str:
    space = f"admin:{row._meta.app_label}_{row._meta.model_name}_{verb}"
    return reverse(space, args=[row.pk] if isinstance(row, Model) else [])


def errors(answer: Any) -> dict[str, list[str]]:
    """What the form said, by field."""
    found: dict[str, list[str]] = answer.context["adminform"].form.errors
    return found

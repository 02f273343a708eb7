"""The catalogue of template variables: what a text may say of a person, with a sample of each.

An app above registers its own in `apps.ready()`: `variables.register("gift.name", label, "Mug")`;
its value is then looked for in what the audience froze for the person, by the same name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


@dataclass(frozen=True, slots=True)
class Variable:
    """A name as written in a template, its meaning, and what it may look like."""

    name: str
    label: Any
    sample: Any


_catalogue: dict[str, Variable] = {}


def register(name: str, label: Any, sample: Any) -> None:
    """Add a variable, or replace it by the same name."""
    _catalogue[name] = Variable(name, label, sample)


def catalogue() -> tuple[Variable, ...]:
    """All variables in the order of registration."""
    return tuple(_catalogue.values())


def sample_values() -> dict[str, Any]:
    """A person that does not exist, for checks and previews."""
    values: dict[str, Any] = {}
    for variable in _catalogue.values():
        _put(values, variable.name, variable.sample)
    return values


def of_person(
    *, first_name: str, last_name: str, city: str, frozen: Mapping[str, Any], language: str
) -> dict[str, Any]:
    """The values of one person as plain dicts and texts: nothing else reaches a template."""
    values: dict[str, Any] = {
        "customer": {"first_name": first_name, "last_name": last_name, "city": city}
    }
    for name, value in frozen.items():
        _put(values, name, value)
    if "expires_on" in frozen:
        values["expires_on"] = day_in_words(str(frozen["expires_on"]), language)
    return values


@lru_cache(maxsize=1024)
def day_in_words(iso: str, language: str) -> str:
    """2011-11-01 as "1 ноября" or "1 November"."""
    with override(language):
        return date_format(date.fromisoformat(iso), "j E" if language == "ru" else "j F")


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    *folders, last = name.split(".")
    for folder in folders:
        values = values.setdefault(folder, {})
    values[last] = value


register("customer.first_name", _("First name"), "Анна")
register("customer.last_name", _("Last name"), "Белова")
register("customer.city", _("City"), "Казань")
register("points", _("Points that expire"), 300)
register("expires_on", _("The last day of the points"), "30 ноября")
register("shop.name", _("Name of the shop"), "Листва")
register("unsubscribe_url", _("Link to unsubscribe"), "https://shop.example/m/u/…")

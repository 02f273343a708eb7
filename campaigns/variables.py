"""The catalogue of template variables: what a text may say of a person, with a sample of each.

An app above registers its own in `apps.ready()`: `variables.register("gift.name", label, "Mug")`;
its value is then looked for in what the audience froze for the person, by the same name.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from campaigns.rules import links
from campaigns.rules.templates import Catalogue, Kind, Variable

_catalogue: dict[str, Variable] = {}
# Frozen by some kinds of audience only.
_of_audience: set[str] = set()


def register(
    name: str, label: Any, sample: Any, *, is_nullable: bool = False, of_audience: bool = False
) -> None:
    """Add a variable, or replace it by the same name.

    `of_audience` ones exist only in campaigns whose audience names them.
    """
    _catalogue[name] = Variable.of_sample(label, sample, is_nullable=is_nullable)
    (_of_audience.add if of_audience else _of_audience.discard)(name)


def catalogue(*, frozen: frozenset[str] = frozenset(), links_tracked: int = 0) -> Catalogue:
    """What a text may name where the audience freezes these values."""
    known = {
        name: variable
        for name, variable in _catalogue.items()
        if name not in _of_audience or name in frozen
    }
    tracked = dict.fromkeys(
        links.variables([""] * links_tracked), Variable(Kind.URL, sample="https://shop.example/")
    )
    return {**known, **tracked}


def sample_values() -> dict[str, Any]:
    """A person that does not exist, for checks and previews."""
    values: dict[str, Any] = {}
    for name, variable in _catalogue.items():
        _put(values, name, variable.sample)
    return values


def of_person(
    *, first_name: str, last_name: str, city: str, frozen: Mapping[str, Any], language: str
) -> dict[str, Any]:
    """The values of one person as plain dicts and texts: nothing else reaches a template."""
    values: dict[str, Any] = {
        "customer": {
            "first_name": first_name or None,
            "last_name": last_name or None,
            "city": city or None,
        }
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


register("customer.first_name", _("First name"), "Анна", is_nullable=True)
register("customer.last_name", _("Last name"), "Белова", is_nullable=True)
register("customer.city", _("City"), "Казань", is_nullable=True)
register("points", _("Points that expire"), 300, of_audience=True)
register("expires_on", _("The last day of the points"), "30 ноября", of_audience=True)
register("shop.name", _("Name of the shop"), "Листва")
register("unsubscribe_url", _("Link to unsubscribe"), "https://shop.example/m/u/preview")

"""What erasing a person does to each table that holds something about them.

Each app declares its tables in its own `erasure.py`; a table with a path to a person and no
declaration fails the tests. The order of carrying it out is the order of declaration.
"""

from dataclasses import dataclass
from enum import Enum

from django.db import models
from django.utils.module_loading import autodiscover_modules


class Deed(Enum):
    """What happens to the rows of an erased person."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    KEEP = "keep"


@dataclass(frozen=True)
class Declaration:
    """`fields` are emptied by ANONYMISE; `reason` says why KEEP may keep."""

    model: type[models.Model]
    deed: Deed
    fields: tuple[str, ...] = ()
    reason: str = ""


_declared: dict[type[models.Model], Declaration] = {}


def delete(model: type[models.Model]) -> None:
    """The rows of the person go."""
    _declared[model] = Declaration(model, Deed.DELETE)


def anonymise(model: type[models.Model], *fields: str) -> None:
    """The rows stay, these fields are emptied."""
    _declared[model] = Declaration(model, Deed.ANONYMISE, fields)


def keep(model: type[models.Model], reason: str) -> None:
    """The rows stay as they are: they say nothing once the person is anonymous, or a law asks."""
    _declared[model] = Declaration(model, Deed.KEEP, reason=reason)


def declarations() -> dict[type[models.Model], Declaration]:
    """Every declaration of every app."""
    autodiscover_modules("erasure")
    return dict(_declared)

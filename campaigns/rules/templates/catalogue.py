"""What a template may name: variables with their kind, sample and whether they may be missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """How a value is checked, escaped and shown."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    URL = "url"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Variable:
    """One entry; `fields` are the variables of each item of a list; money is in minor units."""

    kind: Kind
    label: Any = ""
    sample: Any = None
    is_nullable: bool = False
    fields: "Mapping[str, Variable]" = field(default_factory=dict)

    @classmethod
    def of_sample(cls, label: Any, sample: Any, *, is_nullable: bool = False) -> Self:
        """The variable that a sample looks like: a number, an address, else a text."""
        if isinstance(sample, int):
            kind = Kind.NUMBER
        else:
            kind = Kind.URL if str(sample).startswith(("http://", "https://")) else Kind.TEXT
        return cls(kind, label, sample, is_nullable)


Catalogue = Mapping[str, Variable]
"""Variables by their dotted names, as a template writes them: `customer.first_name`."""

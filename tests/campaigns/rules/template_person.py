"""A catalogue and one person for the tests of the template language."""

from datetime import date
from typing import Any

from campaigns.rules.templates import Kind, Part, Variable, check, compile_template

CATALOGUE = {
    "customer.first_name": Variable(Kind.TEXT, "First name", "Анна", is_nullable=True),
    "customer.city": Variable(Kind.TEXT, "City", "Казань"),
    "points": Variable(Kind.NUMBER, "Points", 300),
    "spent": Variable(Kind.MONEY, "Spent", 123_450),
    "expires_on": Variable(Kind.DATE, "Expires", date(2026, 11, 1)),
    "unsubscribe_url": Variable(Kind.URL, "Unsubscribe", "https://shop.example/m/u/1"),
    "products": Variable(
        Kind.LIST,
        "Products",
        [{"name": "Mug", "url": "https://shop.example/mug"}],
        fields={"name": Variable(Kind.TEXT), "url": Variable(Kind.URL)},
    ),
}
PERSON: dict[str, Any] = {
    "customer": {"first_name": "Анна", "city": "Казань"},
    "points": 1_234,
    "spent": 123_450,
    "expires_on": date(2026, 11, 1),
    "unsubscribe_url": "https://shop.example/m/u/1",
    "products": [{"name": "Mug & Co", "url": "https://shop.example/mug?a=1&b=2"}],
}


def shown(source: str, part: Part = Part.TEXT, **changes: Any) -> str:
    return compile_template(source, part, CATALOGUE).render(PERSON | changes)


def codes(source: str, part: Part = Part.HTML) -> list[str]:
    return [problem.code for problem in check(source, part, CATALOGUE)]

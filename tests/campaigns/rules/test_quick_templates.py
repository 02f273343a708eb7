"""The quick way through a text gives what the library gives, or leaves it to the library."""

from typing import Any

import pytest
from liquid.exceptions import LiquidError

from campaigns.rules.templates.language import Language
from campaigns.rules.templates.quick import QuickTemplate

VALUES = {
    "points": 12_345,
    "nothing": None,
    "no": False,
    "name": "<b>Анна & Co</b>",
    "shop": {"name": "Листва", "size": 3},
    "goods": [{"name": "Чай"}, {"name": "Мёд"}],
}
TEXTS = [
    "",
    "plain",
    "{{ points }}|{{ points | number }}|{{ points | plural: 'a', 'b', 'c' }}",
    "{{ name }}{{ name | upcase }}{{ name | truncate: 5 }}",
    "{{ nothing }}{{ nothing | default: 'friend' }}",
    "{{ shop.name }} {{ shop.size }} {{ goods.size }} {{ goods[0].name }} {{ goods.first.name }}",
    "{{ goods }}{{ no }}{{ 'text' }}{{ 7 }}",
    "{% if name %}[{{ name }}{% if nothing %}x{% endif %}]{% endif %}{% if no %}never{% endif %}",
    "{% if points > 5 %}many{% else %}few{% endif %}{% if nothing %}a{% elsif name %}b{% endif %}",
    "{% unless nothing %}{{ points }}{% endunless %}{% if name %}   {% endif %}.",
    "{% for one in goods %}{{ forloop.index }} {{ one.name }} {{ points }};{% endfor %}",
    "{% case points %}{% when 12345 %}yes{% endcase %}{% comment %}{{ x }}{% endcomment %}",
    "{{ shop[name] | default: points }}{{ name | default: shop.name }}",
]


def parsed(text: str, *, is_escaping: bool) -> QuickTemplate:
    template = Language(autoescape=is_escaping).from_string(text)
    assert isinstance(template, QuickTemplate)
    return template


@pytest.mark.parametrize("text", TEXTS)
def test_the_quick_way_gives_what_the_library_gives(text: str) -> None:
    plain, escaping = parsed(text, is_escaping=False), parsed(text, is_escaping=True)

    assert plain.fill(VALUES) == plain.render(VALUES)
    assert escaping.fill(VALUES) == escaping.render(VALUES)


@pytest.mark.parametrize(
    "text", ["{{ points | number: 1, 2, 3 }}", "{{ goods | truncate: 1, 2, 3 }}"]
)
def test_what_the_library_refuses_the_quick_way_refuses(text: str) -> None:
    with pytest.raises(LiquidError):
        parsed(text, is_escaping=False).fill({"points": 1, "goods": []})


def test_a_text_of_plain_parts_never_asks_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise AssertionError("the library was asked")

    template = parsed("{% if name %}{{ name }}{% endif %}{{ points | number }}", is_escaping=True)
    monkeypatch.setattr("liquid.BoundTemplate.render", refuse)
    monkeypatch.setattr("liquid.BoundTemplate.context_class", refuse)

    assert template.fill({"name": "A", "points": 1000}) == "A1\xa0000"
